/** The folder that grows while something is unpacked: safe paths, limits, progress. */
import { mkdir, open, statfs, type FileHandle } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { PlumblineError } from '../../contract/errors';
import { entryPath } from '../../core/unpack/entry-path';
import { bytes } from '../../core/text/numbers';
import { storeFailure, systemCode } from '../process/failures';
import type { Task } from '../process/task';
import { UnpackNotes } from './notes';

/** Free bytes that an unpacking leaves on the disk. */
const RESERVE = 500_000_000;
const LOOK_EVERY = 100_000_000;
/** Less than this much is never suspicious, however small the archive is. */
const HARMLESS = 2_000_000_000;
/** Images and arrays of images shrink far less than this when they are packed. */
const MOST_RATIO = 200;

export type Chunks = Iterable<Uint8Array> | AsyncIterable<Uint8Array>;

const full = (folder: string, needed: number | null, cause?: unknown): PlumblineError =>
  new PlumblineError(
    'disk-full',
    `There is not enough space in ${folder} for the unpacked images${needed === null ? '' : `, which take ${bytes(needed)}`}. Free some space, or name a cache folder on another disk in PLUMBLINE_CACHE_DIR.`,
    { details: { folder }, cause },
  );

/** Reads to the end, because the next entry of an archive begins there. */
async function drain(data: Chunks): Promise<void> {
  const all = Symbol.asyncIterator in data ? data[Symbol.asyncIterator]() : data[Symbol.iterator]();
  while ((await all.next()).done !== true);
}

export class UnpackTarget {
  readonly task: Task;
  readonly notes = new UnpackNotes();
  readonly #name: string;
  readonly #packed: number;
  readonly #folders = new Set<string>();
  #root: string;
  #done = 0;
  #total = 0;
  #written = 0;
  #lookAt = LOOK_EVERY;

  /**
   * @param root an existing empty folder
   * @param name of what is unpacked, for messages
   * @param packed its bytes
   */
  constructor(root: string, name: string, packed: number, task: Task) {
    this.#root = root;
    this.#name = name;
    this.#packed = packed;
    this.task = task;
  }

  get root(): string {
    return this.#root;
  }

  /**
   * Goes on in another empty folder.
   * @param packed bytes that will be read for it
   */
  enter(root: string, packed: number): void {
    this.#root = root;
    this.#folders.clear();
    this.#total += packed;
  }

  /** Counts packed bytes that were read. */
  read(count: number): void {
    this.task.signal.throwIfAborted();
    this.#done += count;
    this.task.progress({ stage: 'unpack', done: Math.min(this.#done, this.#total), total: this.#total });
  }

  /**
   * Called before unpacking, with the bytes that it will write.
   * @throws PlumblineError bad-archive, disk-full
   */
  async expect(size: number): Promise<void> {
    this.#checkRatio(size);
    const { bavail, bsize } = await statfs(this.#root);
    if (bavail * bsize - RESERVE < size) throw full(this.#root, size);
  }

  #checkRatio(size: number): void {
    if (size < HARMLESS || size < this.#packed * MOST_RATIO) return;
    throw new PlumblineError(
      'bad-archive',
      `${this.#name} takes ${bytes(this.#packed)} but would unpack to more than ${bytes(Math.min(size, this.#packed * MOST_RATIO))}, as archives do that are made to fill a disk. If you trust it, unpack it yourself and open the folder.`,
    );
  }

  /**
   * Writes a file under its name in an archive. A path that leads out of the folder and one that exists are noted and
   * left out.
   * @param data consumed also if nothing is written
   * @returns its absolute path; null if it was left out
   * @throws PlumblineError disk-full, cache-unwritable, bad-archive
   */
  async write(name: string, data: Chunks): Promise<string | null> {
    const path = entryPath(name);
    if (path === null) {
      this.notes.count('outside', name);
      await drain(data);
      return null;
    }
    const handle = await this.#create(path);
    if (handle === null) {
      this.notes.count('repeated', path);
      await drain(data);
      return null;
    }
    try {
      for await (const chunk of data) {
        this.task.signal.throwIfAborted();
        await this.#count(chunk.length);
        await handle.writeFile(chunk).catch((error: unknown) => this.#fail(error));
      }
    } finally {
      await handle.close();
    }
    return join(this.#root, path);
  }

  /** @returns null where a file is in the way: the same path twice, or a file where another entry needs a folder */
  async #create(path: string): Promise<FileHandle | null> {
    const absolute = join(this.#root, path);
    const folder = dirname(absolute);
    try {
      if (!this.#folders.has(folder)) {
        await mkdir(folder, { recursive: true });
        this.#folders.add(folder);
      }
      return await open(absolute, 'wx');
    } catch (error) {
      if (['EEXIST', 'ENOTDIR', 'EISDIR'].includes(systemCode(error))) return null;
      return this.#fail(error);
    }
  }

  #fail(error: unknown): never {
    if (['ENOSPC', 'EDQUOT'].includes(systemCode(error))) throw full(this.#root, null, error);
    throw storeFailure(error, this.#root, 'the unpacked copy');
  }

  async #count(size: number): Promise<void> {
    this.#written += size;
    if (this.#written < this.#lookAt) return;
    this.#lookAt = this.#written + LOOK_EVERY;
    this.#checkRatio(this.#written);
    const { bavail, bsize } = await statfs(this.#root);
    if (bavail * bsize < RESERVE) throw full(this.#root, null);
  }
}
