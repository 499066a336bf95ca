/** The folders of the server from which a page may choose, listed without ever taking a path from it. */
import type { Stats } from 'node:fs';
import { mkdir, readdir, realpath, stat } from 'node:fs/promises';
import { basename, dirname, extname, join } from 'node:path';
import { PlumblineError } from '../contract/errors';
import type { PromptListing, PromptKind } from '../contract/model/prompt';
import { isWithin } from '../host/within';

const MOST_ENTRIES = 2000;

/** @param path absolute @returns its real path; null if it is in none of the roots or does not exist */
export async function permitted(path: string, roots: readonly string[]): Promise<string | null> {
  const real = await realpath(path).catch(() => null);
  return real !== null && roots.some((root) => isWithin(real, root)) ? real : null;
}

function closed(): PlumblineError {
  return new PlumblineError('not-found', 'This folder is no longer there. Open the list again.');
}

/** One walk through the permitted folders, for one question. */
export class Browser {
  readonly #roots: readonly string[];
  readonly #kind: PromptKind;
  readonly #extensions: readonly string[];
  #last = 0;
  /** Paths by the numbers of the last listing. */
  #paths = new Map<number, string>();

  /** @param roots real paths. @param extensions as in a prompt */
  constructor(roots: readonly string[], kind: PromptKind, extensions: readonly string[]) {
    this.#roots = roots;
    this.#kind = kind;
    this.#extensions = extensions;
  }

  /** @param create name of a new folder to make in `folder` and to list. @throws PlumblineError not-found, no-permission, forbidden */
  async list(folder: number | null, create: string | undefined): Promise<PromptListing> {
    if (folder === null) return this.#listRoots();
    const path = await this.#resolve(folder);
    if (create === undefined) return this.#listFolder(path);
    if (this.#kind !== 'new-folder') throw new PlumblineError('forbidden', 'This question is not for a new folder.');
    return this.#listFolder(await makeFolder(path, create));
  }

  /** The real path of what was chosen. @throws PlumblineError not-found */
  async choose(chosen: number): Promise<string> {
    const path = await this.#resolve(chosen);
    if ((await stat(path)).isDirectory() === (this.#kind === 'file')) throw closed();
    return path;
  }

  async #resolve(id: number): Promise<string> {
    const path = this.#paths.get(id);
    const real = path === undefined ? null : await permitted(path, this.#roots);
    if (real === null) throw closed();
    return real;
  }

  #listRoots(): PromptListing {
    this.#paths = new Map();
    const entries = this.#roots.map((root) => ({ id: this.#number(root), name: root, folder: true, bytes: null }));
    return { place: null, here: null, entries, left: 0 };
  }

  async #listFolder(path: string): Promise<PromptListing> {
    const found = await readdir(path).catch((cause: unknown) => {
      throw new PlumblineError('no-permission', `“${basename(path)}” cannot be read.`, { cause });
    });
    const visible = found
      .filter((name) => !name.startsWith('.'))
      .sort((a, b) => a.localeCompare(b, 'en', { numeric: true }));
    const entries: { path: string; name: string; stats: Stats }[] = [];
    let seen = 0;
    for (const name of visible) {
      if (entries.length >= MOST_ENTRIES) break;
      seen += 1;
      const entry = join(path, name);
      const stats = await stat(entry).catch(() => null);
      if (stats !== null && this.#fits(name, stats) && (await permitted(entry, this.#roots)) !== null)
        entries.push({ path: entry, name, stats });
    }
    this.#paths = new Map();
    const numbered = entries.map(({ path: entry, name, stats }) => ({
      id: this.#number(entry),
      name,
      folder: stats.isDirectory(),
      bytes: stats.isDirectory() ? null : stats.size,
    }));
    const above =
      (await permitted(dirname(path), this.#roots)) === null || dirname(path) === path
        ? null
        : this.#number(dirname(path));
    return {
      place: path,
      here: this.#number(path),
      above,
      entries: [...numbered.filter((one) => one.folder), ...numbered.filter((one) => !one.folder)],
      left: visible.length - seen,
    };
  }

  #fits(name: string, stats: Stats): boolean {
    if (stats.isDirectory()) return true;
    if (this.#kind !== 'file' || !stats.isFile()) return false;
    const extension = extname(name).slice(1).toLowerCase();
    return this.#extensions.length === 0 || this.#extensions.includes(extension);
  }

  #number(path: string): number {
    this.#paths.set((this.#last += 1), path);
    return this.#last;
  }
}

/** @param name as the user wrote it: one plain name */
async function makeFolder(parent: string, name: string): Promise<string> {
  if (!/^[^./\\:*?"<>|\p{Cc}][^/\\:*?"<>|\p{Cc}]{0,99}$/u.test(name.trim()))
    throw new PlumblineError(
      'no-permission',
      'A folder’s name has 1 to 100 characters, without slashes, and does not begin with a dot.',
    );
  const path = join(parent, name.trim());
  try {
    await mkdir(path);
  } catch (cause) {
    throw new PlumblineError(
      'no-permission',
      `“${name}” cannot be made in this folder. Choose another name or folder.`,
      { cause },
    );
  }
  return path;
}
