/** Unpacks tar archives, also those compressed with gzip, while they are read. */
import { once } from 'node:events';
import { createReadStream } from 'node:fs';
import { link, mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pipeline, Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { Parser, type ReadEntry } from 'tar';
import { entryPath } from '../../core/unpack/entry-path';
import { archiveFailure, badArchive } from './failure';
import type { UnpackTarget } from './target';

const CHUNK_BYTES = 1 << 18;
const FILES: readonly string[] = ['File', 'OldFile', 'ContiguousFile', 'GNUDumpDir'];
/** What the library only warns about but what makes the rest of the archive wrong. */
const FATAL: readonly string[] = ['TAR_BAD_ARCHIVE', 'TAR_ENTRY_INVALID', 'TAR_ABORT'];

/** A hard link: the file that an earlier entry of the archive wrote. */
async function unpackLink(entry: ReadEntry, folder: string, target: UnpackTarget): Promise<void> {
  const [path, first] = [entryPath(folder + entry.path), entryPath(folder + (entry.linkpath ?? ''))];
  if (path === null || first === null) {
    target.notes.count('outside', entry.path);
    return;
  }
  try {
    await mkdir(dirname(join(target.root, path)), { recursive: true });
    await link(join(target.root, first), join(target.root, path));
  } catch {
    target.notes.count('not-a-file', entry.path);
  }
}

async function unpackEntry(entry: ReadEntry, folder: string, target: UnpackTarget): Promise<void> {
  if (FILES.includes(entry.type)) {
    await target.write(folder + entry.path, entry);
    return;
  }
  entry.resume();
  if (entry.type === 'Link') await unpackLink(entry, folder, target);
  else if (entry.type !== 'Directory') target.notes.count('not-a-file', entry.path);
}

/**
 * The bytes of a file, decompressed if it is compressed with gzip.
 * @param read is told the packed bytes; if it throws, the stream ends with that error
 */
export function unzipped(file: string, gzip: boolean, read: (bytes: number) => void): AsyncIterable<Buffer> {
  async function* counted(): AsyncGenerator<Buffer> {
    for await (const chunk of createReadStream(file, { highWaterMark: CHUNK_BYTES }) as AsyncIterable<Buffer>) {
      read(chunk.length);
      yield chunk;
    }
  }
  return gzip ? pipeline(Readable.from(counted()), createGunzip(), () => undefined) : counted();
}

/**
 * @param folder inside of the target, ending in “/”; '' for the target itself
 * @throws PlumblineError bad-archive, disk-full
 */
export async function unpackTar(
  file: string,
  name: string,
  folder: string,
  gzip: boolean,
  target: UnpackTarget,
): Promise<void> {
  const parser = new Parser();
  let failure: Error | null = null as Error | null;
  let entries = 0;
  let work = Promise.resolve();
  parser.on('warn', (code: string, message: string) => {
    if (FATAL.includes(code)) failure ??= new Error(message);
  });
  parser.on('entry', (entry: ReadEntry) => {
    entries += 1;
    work = work
      .then(() => {
        if (failure === null) return unpackEntry(entry, folder, target);
        entry.resume();
        return undefined;
      })
      .catch((error: unknown) => {
        failure ??= error instanceof Error ? error : new Error(String(error));
        entry.resume();
      });
  });
  const ended = once(parser, 'end');
  try {
    for await (const chunk of unzipped(file, gzip, (bytes) => target.read(bytes))) {
      if (failure !== null) throw failure;
      if (!parser.write(chunk)) await Promise.race([once(parser, 'drain'), ended]);
    }
    parser.end();
    await ended;
    await work;
    if (failure !== null) throw failure;
  } catch (error) {
    throw archiveFailure(failure ?? error, name);
  }
  if (entries === 0) throw badArchive(name, 'it contains no files');
}
