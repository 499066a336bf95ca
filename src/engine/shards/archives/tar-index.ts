/** Lists a tar archive without reading its images: from header to header. */
import { Header, type HeaderData, Pax } from 'tar';
import { badArchive } from '../../unpack/failure';
import type { Archive, PartReader } from './archive';

const BLOCK = 512;
/** Read at a time, so that small files and their headers need no request of their own. */
const WINDOW = 1 << 16;
const FILES: readonly string[] = ['File', 'OldFile', 'ContiguousFile'];

export interface TarEntry {
  readonly path: string;
  /** First byte of the content in the archive. */
  readonly at: number;
  readonly bytes: number;
  /** Milliseconds since 1970. */
  readonly modified: number;
  /** Its content. Cheap directly after the entry was listed, if it is small. */
  readonly read: () => Promise<Buffer>;
}

/**
 * The files of an archive that is not compressed, in their order.
 * @throws PlumblineError bad-archive
 */
export async function* tarEntries(read: PartReader, { path, bytes: size }: Archive): AsyncGenerator<TarEntry> {
  const cutOff = (): Error => badArchive(path, 'it is cut off; download or copy it again');
  let from = 0;
  let window: Buffer = Buffer.alloc(0);
  const bytesAt = async (start: number, length: number): Promise<Buffer> => {
    if (start + length > size) throw cutOff();
    if (start < from || start + length > from + window.length) {
      window = await read(path, start, Math.min(size, start + Math.max(length, WINDOW)));
      from = start;
    }
    return window.subarray(start - from, start - from + length);
  };
  let next: HeaderData | undefined;
  let global: Pax | undefined;
  // Some programs leave out the empty blocks at the end.
  for (let at = 0; at !== size;) {
    const header = new Header(await bytesAt(at, BLOCK), 0, next, global);
    if (header.nullBlock) return;
    if (!header.cksumValid)
      throw badArchive(path, 'it is no tar archive, or damaged; if it is compressed, unpack it first');
    const length = header.size ?? 0;
    const start = at + BLOCK;
    const text = async (): Promise<string> => (await bytesAt(start, length)).toString('utf8');
    at = start + Math.ceil(length / BLOCK) * BLOCK;
    if (header.type === 'ExtendedHeader' || header.type === 'OldExtendedHeader') {
      next = Object.assign({}, next, Pax.parse(await text(), {}, false));
      continue;
    }
    if (header.type === 'GlobalExtendedHeader') {
      global = Pax.parse(await text(), global, true);
      continue;
    }
    if (header.type === 'NextFileHasLongPath' || header.type === 'OldGnuLongPath') {
      next = { ...next, path: (await text()).replace(/\0.*$/s, '') };
      continue;
    }
    next = undefined;
    if (!FILES.includes(header.type) || header.path === undefined) continue;
    if (start + length > size) throw cutOff();
    yield {
      path: header.path,
      at: start,
      bytes: length,
      modified: header.mtime?.getTime() ?? 0,
      read: () => bytesAt(start, length),
    };
  }
}
