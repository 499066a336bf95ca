/** The run in a folder that all machines see under the same path. */
import { mkdir, open, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join, resolve, sep } from 'node:path';
import { PlumblineError } from '../../contract/errors';
import { systemCode } from '../process/failures';
import { missingFile, type RunStore } from './run-store';

/** The name of a file that is still being written. It does not contain the final name, which may be as long as allowed. */
const partName = (): string => `.${process.pid}.${Math.random().toString(36).slice(2)}.part`;
const PART = /^\.\d+\.[a-z0-9]+\.part$/;

export function folderStore(uri: string): RunStore {
  const root = resolve(uri);
  const at = (name: string): string => join(root, name);
  const explain = (error: unknown, name: string): PlumblineError => {
    const code = systemCode(error);
    if (code === 'ENOENT') return missingFile(uri, name);
    if (code === 'ENOSPC' || code === 'EDQUOT')
      return new PlumblineError(
        'disk-full',
        `The disk of ${uri} is full: ${name} could not be written. Free some space and start the same command again; what is there is kept.`,
        { cause: error },
      );
    return new PlumblineError(
      'cache-unwritable',
      `${at(name)} cannot be read or written (${code || String(error)}). Check that every machine may use this folder, and start the same command again.`,
      { cause: error },
    );
  };
  const tried = async <T>(name: string, work: () => Promise<T>): Promise<T> => {
    try {
      return await work();
    } catch (error) {
      throw explain(error, name);
    }
  };
  return {
    uri,
    find: (name) =>
      tried(name, () =>
        readFile(at(name)).catch((error: unknown) => {
          if (systemCode(error) === 'ENOENT') return null;
          throw error;
        }),
      ),
    readRange: (name, start, end) =>
      tried(name, async () => {
        const handle = await open(at(name), 'r');
        try {
          const bytes = Buffer.alloc(end - start);
          const { bytesRead } = await handle.read(bytes, 0, bytes.length, start);
          return bytes.subarray(0, bytesRead);
        } finally {
          await handle.close();
        }
      }),
    write: (name, content) =>
      tried(name, async () => {
        // Two machines may write the same file: Ray starts a task again that it has lost sight of.
        const part = join(dirname(at(name)), partName());
        await mkdir(dirname(part), { recursive: true });
        try {
          await writeFile(part, content, { flush: true });
          await rename(part, at(name));
        } catch (error) {
          await rm(part, { force: true });
          throw error;
        }
      }),
    list: (folder) =>
      tried(folder, async () => {
        const entries = await readdir(at(folder), { recursive: true, withFileTypes: true }).catch((error: unknown) => {
          if (systemCode(error) === 'ENOENT') return [];
          throw error;
        });
        return entries
          .filter((entry) => entry.isFile() && !PART.test(entry.name))
          .map((entry) =>
            join(entry.parentPath, entry.name)
              .slice(root.length + 1)
              .split(sep)
              .join('/'),
          )
          .sort();
      }),
    local: (name) =>
      tried(name, async () => {
        await stat(at(name));
        return at(name);
      }),
    close: () => Promise.resolve(),
  };
}
