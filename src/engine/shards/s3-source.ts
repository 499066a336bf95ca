/** Images that are objects in S3. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { PlumblineError } from '../../contract/errors';
import type { ChosenLayout, NamedReading } from '../../contract/model/dataset';
import type { SkippedEntry } from '../catalog/listing';
import { bringSidecars, CLASS_FILE } from '../files/class-files';
import { filePath } from '../files/paths';
import {
  describesFolder,
  extensionOf,
  type FoundImage,
  hiddenName,
  kindByName,
  labelLists,
  type Walked,
} from '../files/walk';
import { measureBytes } from '../images/measure-file';
import type { Task } from '../process/task';
import { masksAmong, namedField, namedTable } from '../stages/named-reading';
import { readFolder } from '../stages/scan';
import { badArchive } from '../unpack/failure';
import { type Archive, isArchive, type PartReader, type SourceImage } from './archives/archive';
import { listArchives } from './archives/list-archives';
import { withArchives } from './archives/with-archives';
import { getObject, listObjects, objectSize, type S3Place } from './s3';
import { inLanes, type ImageSource } from './source';

/** An object store answers late, but many requests at a time. */
const S3_LANES = 12;

/** Folders that contain neither folders nor images, as a walk of a file system finds them. */
function emptyFolders(paths: readonly string[], markers: readonly string[], images: ReadonlySet<string>): string[] {
  const content = new Map<string, boolean>();
  for (const path of [...paths, ...markers]) {
    const marker = path.endsWith('/');
    let name = marker ? path.slice(0, -1) : path;
    let counts = marker || images.has(path) || describesFolder(path);
    if (marker && !content.has(name)) content.set(name, false);
    for (let slash = name.lastIndexOf('/'); slash > 0; slash = name.lastIndexOf('/')) {
      name = name.slice(0, slash);
      content.set(name, (content.get(name) ?? false) || counts);
      // A folder is content of the folder above it.
      counts = true;
    }
  }
  return [...content].flatMap(([folder, counts]) => (counts ? [] : [folder]));
}

interface ObjectWalk extends Walked {
  readonly archives: Archive[];
  /** Sizes of text and JSON files, which may belong to one image each. */
  readonly listBytes: ReadonlyMap<string, number>;
}

/** Sorts objects by their names alone: an object without the ending of an image is never opened. */
async function walkObjects(place: S3Place, task: Task): Promise<ObjectWalk> {
  const images: FoundImage[] = [];
  const archives: Archive[] = [];
  const skipped: SkippedEntry[] = [];
  const tables: string[] = [];
  const lists = new Map<string, string[]>();
  const listBytes = new Map<string, number>();
  const [paths, markers]: [string[], string[]] = [[], []];
  for await (const page of listObjects(place)) {
    task.signal.throwIfAborted();
    for (const { key, bytes, modified } of page) {
      const path = key.slice(place.prefix.length);
      if (path === '') continue;
      const hidden = path
        .split('/')
        .filter((name) => name !== '')
        .map(hiddenName)
        .find((why) => why !== null);
      if (hidden) {
        if (!path.endsWith('/')) skipped.push({ path, ...hidden });
        continue;
      }
      if (path.endsWith('/')) {
        markers.push(path);
        continue;
      }
      paths.push(path);
      if (isArchive(path)) archives.push({ path, bytes, modified });
      const kind = kindByName(path);
      if (kind === 'image') images.push({ file: filePath(path, null), bytes, modified, broken: null });
      else skipped.push({ path, reason: 'other-type', name: extensionOf(path) });
      if (kind === 'table') tables.push(path);
      if (kind !== 'list') continue;
      const inFolder = lists.get(dirname(path));
      if (inFolder) inFolder.push(path);
      else lists.set(dirname(path), [path]);
      listBytes.set(path, bytes);
    }
    task.progress({ stage: 'scan', done: images.length, total: null });
  }
  const found = new Set(images.map(({ file }) => file.path));
  return {
    archives,
    listBytes,
    images,
    skipped,
    tables,
    lists: [...lists.values()].flatMap(labelLists),
    emptyFolders: emptyFolders(paths, markers, found),
    whole: true,
  };
}

/**
 * The reading that the user names; null for one that the listing has to tell.
 * @throws PlumblineError bad-table
 */
function chosenIn({ uri, prefix, bucket }: S3Place, named: NamedReading): ChosenLayout | null {
  if ('nameField' in named) return namedField(named.nameField);
  if ('withMasks' in named) return null;
  const inside = `s3://${bucket}/${prefix}`;
  if (!named.file.startsWith(inside))
    throw new PlumblineError(
      'bad-table',
      `The label table ${named.file} is not in ${uri}. Copy it there, and name it by its address, which begins with ${inside}.`,
    );
  return namedTable(named.file.slice(inside.length), named);
}

export function s3Source(place: S3Place): ImageSource {
  const read = ({ path }: Pick<SourceImage, 'path'>): Promise<Buffer | null> =>
    getObject(place, `${place.prefix}${path}`);
  const gone = (path: string): Error => badArchive(`${place.uri}/${path}`, 'it was moved or deleted meanwhile');
  const readPart: PartReader = async (path, start, end) => {
    if (start >= end) return Buffer.alloc(0);
    const part = await getObject(place, `${place.prefix}${path}`, [start, end - 1]);
    if (part === null) throw gone(path);
    return part;
  };
  const source: ImageSource = {
    uri: place.uri,
    lanes: S3_LANES,
    list: async (task, named, asked) => {
      const walked = await walkObjects(place, task);
      if (walked.images.length === 0 && walked.archives.length > 0 && named === null && asked === undefined)
        return listArchives(readPart, walked.archives, walked.skipped, task);
      if (walked.images.length === 0)
        throw new PlumblineError(
          'no-images',
          `There are no images in ${place.uri}: no object there has a name that ends like one of an image.`,
        );
      // The readers of label tables read files.
      const folder = await mkdtemp(join(tmpdir(), 'plumbline-tables-'));
      try {
        const labels = walked.skipped.map(({ path }) => path).filter((path) => CLASS_FILE.test(path));
        const choice = named && chosenIn(place, named);
        const chosen = choice?.table ? [choice.table] : [];
        const copied = [...new Set([...walked.tables, ...walked.lists, ...labels, ...chosen])];
        const bring = (paths: readonly string[]): Promise<void> =>
          inLanes(paths, S3_LANES, async (path) => {
            const bytes = await read({ path });
            if (bytes === null && chosen.includes(path))
              throw new PlumblineError('bad-table', `There is no label table ${place.uri}/${path}.`, {
                details: { table: path },
              });
            if (bytes === null) return;
            await mkdir(dirname(join(folder, path)), { recursive: true });
            await writeFile(join(folder, path), bytes);
          });
        await bring(copied);
        await bringSidecars(folder, walked, (path) => walked.listBytes.get(path) ?? Infinity, bring);
        const contents = await readFolder(folder, walked, choice, asked);
        return named && 'withMasks' in named
          ? await readFolder(folder, walked, masksAmong(contents.layouts, place.uri))
          : contents;
      } finally {
        await rm(folder, { recursive: true, force: true });
      }
    },
    measurer: () => async (file) => {
      const bytes = await read(file);
      return bytes === null
        ? { sha256: null, outcome: { unreadable: { code: 'vanished', reason: 'The file no longer exists.' } } }
        : measureBytes(0, bytes);
    },
    read,
  };
  return withArchives(source, readPart, async (path) => {
    const bytes = await objectSize(place, `${place.prefix}${path}`);
    if (bytes === null) throw gone(path);
    return bytes;
  });
}
