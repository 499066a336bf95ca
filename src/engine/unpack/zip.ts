/** Unpacks ZIP archives, one entry after another. */
import { crc32 } from 'node:zlib';
import { getFileNameLowLevel, openPromise, type Entry, type ZipFile } from 'yauzl';
import { PlumblineError } from '../../contract/errors';
import { rm } from 'node:fs/promises';
import { archiveFailure, badArchive } from './failure';
import type { UnpackTarget } from './target';

const STORED = 0;
const DEFLATED = 8;
const METHODS: Readonly<Record<number, string>> = {
  9: 'Deflate64',
  12: 'bzip2',
  14: 'LZMA',
  93: 'Zstandard',
  95: 'xz',
  99: 'AES',
};
/** The type of a Unix file, in the upper half of the external attributes. */
const FILE_TYPE = 0o170000;
const REGULAR_FILE = 0o100000;

export interface ZipEntry {
  readonly path: string;
  readonly size: number;
  readonly packed: number;
  readonly isFolder: boolean;
  /** False for links and devices. */
  readonly isFile: boolean;
  readonly checksum: number;
  /** @throws Error when the entry is damaged */
  readonly open: () => Promise<AsyncIterable<Buffer>>;
}

function entryOf(zip: ZipFile, entry: Entry): ZipEntry {
  // Not the library's own decoding, which refuses the whole archive at the first unsafe name.
  const raw = entry.fileName as unknown as Buffer;
  const path = getFileNameLowLevel(entry.generalPurposeBitFlag, raw, entry.extraFields, false);
  const type = (entry.externalFileAttributes >>> 16) & FILE_TYPE;
  return {
    path,
    size: entry.uncompressedSize,
    packed: entry.compressedSize,
    isFolder: path.endsWith('/'),
    isFile: type === 0 || type === REGULAR_FILE,
    checksum: entry.crc32,
    open: async () => (await zip.openReadStreamPromise(entry)) as AsyncIterable<Buffer>,
  };
}

/**
 * Lists an archive and gives its entries to `use`, which may read them until it settles.
 * @param name of the archive, for messages
 * @throws PlumblineError bad-archive
 */
export async function withZip<T>(
  file: string,
  name: string,
  use: (entries: readonly ZipEntry[]) => Promise<T>,
): Promise<T> {
  let zip: ZipFile | null = null;
  try {
    zip = await openPromise(file, { autoClose: false, decodeStrings: false });
    const entries: ZipEntry[] = [];
    for await (const entry of zip.eachEntry()) {
      if (entry.isEncrypted())
        throw badArchive(name, 'it is encrypted; unpack it with its password, then open the unpacked folder');
      const { compressionMethod: method } = entry;
      if (method !== STORED && method !== DEFLATED)
        throw badArchive(
          name,
          `it is packed by the method ${METHODS[method] ?? String(method)}, which is not read here; unpack it with another program, then open the unpacked folder`,
        );
      entries.push(entryOf(zip, entry));
    }
    return await use(entries);
  } catch (error) {
    throw archiveFailure(error, name);
  } finally {
    zip?.close();
  }
}

/**
 * The bytes of one entry.
 * @throws Error when it is damaged
 */
export async function* zipMember(file: string, name: string, path: string): AsyncGenerator<Buffer> {
  const zip = await openPromise(file, { autoClose: false, decodeStrings: false });
  try {
    for await (const entry of zip.eachEntry()) {
      const found = entryOf(zip, entry);
      if (found.path !== path) continue;
      yield* await found.open();
      return;
    }
    throw badArchive(name, `${path} is no longer in it`);
  } finally {
    zip.close();
  }
}

/** Passes chunks on and computes their checksum. */
async function* summed(chunks: AsyncIterable<Buffer>, sum: { crc: number }): AsyncGenerator<Buffer> {
  for await (const chunk of chunks) {
    sum.crc = crc32(chunk, sum.crc);
    yield chunk;
  }
}

async function unpackEntry(entry: ZipEntry, folder: string, target: UnpackTarget): Promise<void> {
  const sum = { crc: 0 };
  let written: string | null;
  try {
    written = await target.write(folder + entry.path, summed(await entry.open(), sum));
  } catch (error) {
    // Only the entry is damaged: the list of the archive was read before.
    if (error instanceof PlumblineError || target.task.signal.aborted) throw error;
    target.notes.count('damaged', entry.path);
    return;
  }
  if (written === null || sum.crc === entry.checksum) return;
  await rm(written);
  target.notes.count('damaged', entry.path);
}

/**
 * @param folder inside of the target, ending in “/”; '' for the target itself
 * @throws PlumblineError bad-archive, disk-full
 */
export async function unpackZip(file: string, name: string, folder: string, target: UnpackTarget): Promise<void> {
  await withZip(file, name, async (entries) => {
    await target.expect(entries.reduce((sum, { size }) => sum + size, 0));
    for (const entry of entries) {
      if (!entry.isFolder) {
        if (entry.isFile) await unpackEntry(entry, folder, target);
        else target.notes.count('not-a-file', entry.path);
      }
      target.read(entry.packed);
    }
  });
}
