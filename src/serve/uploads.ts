/** Files that pages send, in a temporary folder that is removed when the server stops. */
import { createWriteStream } from 'node:fs';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Transform, type Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { PlumblineError } from '../contract/errors';
import { isAlive } from '../host/processes';

/** Largest file, and all files together, in bytes. */
export const LARGEST_UPLOAD = 2_000_000_000;
const ALL_UPLOADS = 4 * LARGEST_UPLOAD;

/** Most bytes of a file name in common file systems. */
const LONGEST_NAME = 255;

/** A name that is safe in any folder: no separator, no leading dot. Of a name that is too long, the end is kept. */
export function plainFileName(name: string): string {
  let plain = name.replaceAll(/[/\\:*?"<>|\p{Cc}\p{Cs}]/gu, '_');
  const tooLong = Buffer.byteLength(plain) - LONGEST_NAME;
  // The kept part must not begin in the middle of a UTF-8 character.
  if (tooLong > 0)
    plain = Buffer.from(plain)
      .subarray(tooLong)
      .toString('utf8')
      .replace(/^\uFFFD+/, '');
  plain = plain.replace(/^\.+/, '_');
  return plain === '' ? 'file' : plain;
}

/** Names of the temporary folders, with the process that uses one. */
const HOME = 'plumbline-upload-';

/** Removes what servers that were killed have left. Never rejects: what belongs to another user stays. */
export async function removeLeftUploads(): Promise<void> {
  const names = await readdir(tmpdir()).catch(() => []);
  for (const name of names.filter((one) => one.startsWith(HOME))) {
    const pid = Number(/^\d+(?=-)/.exec(name.slice(HOME.length))?.[0] ?? process.pid);
    if (!isAlive(pid)) await rm(join(tmpdir(), name), { recursive: true, force: true }).catch(() => undefined);
  }
}

export class Uploads {
  #folder: Promise<string> | null = null;
  #bytes = 0;

  /**
   * Stores a file whole.
   * @param unwanted aborts if nobody needs the file any more
   * @returns its path
   * @throws PlumblineError no-permission if it is too large, not-found if it is unwanted, disk-full if it cannot be
   * written
   */
  async receive(name: string, content: Readable, unwanted: AbortSignal): Promise<string> {
    let size = 0;
    const counted = new Transform({
      transform: (chunk: Buffer, _encoding, done) => {
        size += chunk.length;
        this.#bytes += chunk.length;
        if (size <= LARGEST_UPLOAD && this.#bytes <= ALL_UPLOADS) done(null, chunk);
        else
          done(
            new PlumblineError(
              'no-permission',
              `“${name}” is too large to be sent. Copy it to the server and choose it there.`,
            ),
          );
      },
    });
    let place: string | null = null;
    try {
      place = await mkdtemp(join(await this.#home(), 'file-'));
      const path = join(place, plainFileName(name));
      await pipeline(content, counted, createWriteStream(path, { mode: 0o600 }), { signal: unwanted });
      return path;
    } catch (cause) {
      this.#bytes -= size;
      if (place !== null) await rm(place, { recursive: true, force: true }).catch(() => undefined);
      if (cause instanceof PlumblineError) throw cause;
      if (unwanted.aborted) throw new PlumblineError('not-found', 'This question is closed.');
      throw new PlumblineError('disk-full', `“${name}” could not be received whole.`, { cause });
    }
  }

  /** Removes all files. */
  async end(): Promise<void> {
    const folder = await this.#folder;
    if (folder !== null) await rm(folder, { recursive: true, force: true });
  }

  /** The folder of all files. Where it could not be made, the next upload tries again. */
  async #home(): Promise<string> {
    this.#folder ??= mkdtemp(join(tmpdir(), `${HOME}${process.pid}-`));
    try {
      return await this.#folder;
    } catch (error) {
      this.#folder = null;
      throw error;
    }
  }
}
