/** Files that pages send, in a temporary folder that is removed when the server stops. */
import { createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Transform, type Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { PlumblineError } from '../contract/errors';

/** Largest file, and all files together, in bytes. */
export const LARGEST_UPLOAD = 2_000_000_000;
const ALL_UPLOADS = 4 * LARGEST_UPLOAD;

/** A name that is safe in any folder: no separator, no leading dot, at most 200 characters. */
export function plainFileName(name: string): string {
  const plain = name
    .replaceAll(/[/\\:*?"<>|\p{Cc}]/gu, '_')
    .replace(/^\.+/, '_')
    .slice(-200);
  return plain === '' ? 'file' : plain;
}

export class Uploads {
  #folder: Promise<string> | null = null;
  #bytes = 0;

  /**
   * Stores a file whole.
   * @returns its path
   * @throws PlumblineError no-permission if it is too large, disk-full if it cannot be written
   */
  async receive(name: string, content: Readable): Promise<string> {
    this.#folder ??= mkdtemp(join(tmpdir(), 'plumbline-upload-'));
    const path = join(await mkdtemp(join(await this.#folder, 'file-')), plainFileName(name));
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
    try {
      await pipeline(content, counted, createWriteStream(path, { mode: 0o600 }));
      return path;
    } catch (cause) {
      this.#bytes -= size;
      await rm(path, { force: true }).catch(() => undefined);
      if (cause instanceof PlumblineError) throw cause;
      throw new PlumblineError('disk-full', `“${name}” could not be received whole.`, { cause });
    }
  }

  /** Removes all files. */
  async end(): Promise<void> {
    if (this.#folder !== null) await rm(await this.#folder, { recursive: true, force: true });
  }
}
