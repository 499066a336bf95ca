/** The run in S3. An object appears whole, so that a name is enough. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { missingFile, type RunStore } from './run-store';
import { getObject, listObjects, putObject, type S3Place } from './s3';

export function s3Store(place: S3Place): RunStore {
  const { uri, prefix } = place;
  let copies: Promise<string> | null = null;
  const read = async (name: string, range?: readonly [number, number]): Promise<Buffer> => {
    const bytes = await getObject(place, `${prefix}${name}`, range);
    if (bytes === null) throw missingFile(uri, name);
    return bytes;
  };
  return {
    uri,
    find: (name) => getObject(place, `${prefix}${name}`),
    readRange: (name, start, end) => (end > start ? read(name, [start, end - 1]) : Promise.resolve(Buffer.alloc(0))),
    write: (name, content) => putObject(place, `${prefix}${name}`, content),
    list: async (folder) => {
      const names: string[] = [];
      for await (const page of listObjects(place, folder === '' ? '' : `${folder}/`))
        names.push(...page.map(({ key }) => key.slice(prefix.length)));
      return names.sort();
    },
    local: async (name) => {
      const folder = await (copies ??= mkdtemp(join(tmpdir(), 'plumbline-run-')));
      const file = join(folder, name);
      await mkdir(dirname(file), { recursive: true });
      await writeFile(file, await read(name));
      return file;
    },
    close: async () => {
      if (copies !== null) await rm(await copies, { recursive: true, force: true });
      copies = null;
    },
  };
}
