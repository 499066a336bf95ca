/** Lists the images in the archives of a source, with their labels, and reads none of them. */
import { parquetReadObjects } from 'hyparquet';
import { compressors } from 'hyparquet-compressors';
import type { FolderReading } from '../../../contract/model/dataset';
import { byCodePoint, orderSplits } from '../../../core/dataset/order';
import { splitName, splitRole } from '../../../core/dataset/split-names';
import { counted } from '../../../core/text/numbers';
import { entryPath } from '../../../core/unpack/entry-path';
import { splitOfFile } from '../../../core/unpack/file-words';
import { isLabelFile, isSampleImage, labelAmong, sampleOf } from '../../../core/unpack/sample-label';
import type { SkippedEntry } from '../../catalog/listing';
import { extensionOf } from '../../files/walk';
import type { Task } from '../../process/task';
import { archiveFailure } from '../../unpack/failure';
import { classOfCell, digitsOf, openImageTable } from '../../unpack/parquet';
import { MOST_LABEL_BYTES } from '../../unpack/webdataset';
import { inLanes, type SourceContents } from '../source';
import { type Archive, bufferOf, isParquet, isTar, type PartReader, type SourceImage } from './archive';
import { type TarEntry, tarEntries } from './tar-index';

/** Archives that are listed at a time. */
const LANES = 16;

interface Listed {
  readonly images: readonly SourceImage[];
  /** Where its labels are. */
  readonly labels: 'column' | 'beside' | 'folders';
}

interface Labelled {
  readonly entry: TarEntry;
  readonly label: string | null;
}

/** Images with the label that is in a file beside each; null if fewer than half of them have one. */
function samplesOf(entries: readonly TarEntry[], texts: ReadonlyMap<TarEntry, string>): Labelled[] | null {
  const byKey = new Map<string, TarEntry[]>();
  for (const entry of entries) {
    const { key } = sampleOf(entry.path);
    byKey.set(key, [...(byKey.get(key) ?? []), entry]);
  }
  const samples = [...byKey.values()].flatMap((files) => {
    const entry = files.find(({ path }) => isSampleImage(path));
    if (entry === undefined) return [];
    return [
      { entry, label: labelAmong(files.map((file) => ({ path: file.path, text: () => texts.get(file) ?? null }))) },
    ];
  });
  return samples.filter(({ label }) => label !== null).length * 2 > samples.length ? samples : null;
}

async function listTar(read: PartReader, archive: Archive, task: Task): Promise<Listed> {
  const entries: TarEntry[] = [];
  const texts = new Map<TarEntry, string>();
  for await (const entry of tarEntries(read, archive)) {
    task.signal.throwIfAborted();
    // As a file system would show it, and never outside of the archive.
    const path = entryPath(entry.path);
    if (path === null) continue;
    const listed = { ...entry, path };
    entries.push(listed);
    if (isLabelFile(path) && entry.bytes <= MOST_LABEL_BYTES) texts.set(listed, (await entry.read()).toString('utf8'));
  }
  const samples = samplesOf(entries, texts);
  const ofArchive = splitOfFile(archive.path);
  const image = (
    { path, at, bytes, modified }: TarEntry,
    ownClass: string | null,
    split: string | null,
  ): SourceImage => ({
    path: `${archive.path}/${path}`,
    rawPath: null,
    extension: extensionOf(path),
    bytes,
    modified,
    ownClass,
    split,
    unreadable: null,
    member: { archive: archive.path, at },
  });
  if (samples !== null)
    return { labels: 'beside', images: samples.map(({ entry, label }) => image(entry, label, ofArchive)) };
  return {
    labels: 'folders',
    images: entries
      .filter(({ path }) => isSampleImage(path))
      .map((entry) => {
        const folders = entry.path.split('/').slice(0, -1);
        const own = folders.slice(0, -1).find((folder) => splitRole(folder) !== null);
        return image(entry, folders.at(-1) ?? null, own === undefined ? ofArchive : splitName(own));
      }),
  };
}

async function listParquet(read: PartReader, archive: Archive): Promise<Listed> {
  const file = bufferOf(read, archive);
  try {
    const table = await openImageTable(file, archive.path);
    const { metadata, label } = table;
    const rows = await parquetReadObjects({ file, metadata, compressors, columns: [label.name] });
    const split = splitOfFile(archive.path);
    return {
      labels: 'column',
      images: rows.map((row, at) => ({
        path: `${archive.path}/${String(at).padStart(digitsOf(table), '0')}`,
        rawPath: null,
        // Only the bytes tell the format and their number.
        extension: '',
        bytes: 0,
        modified: archive.modified,
        ownClass: classOfCell(row[label.name], label),
        split,
        unreadable: null,
        member: { archive: archive.path, at },
      })),
    };
  } catch (error) {
    throw archiveFailure(error, archive.path);
  }
}

const WORDS: Readonly<Record<Listed['labels'], string>> = {
  column: 'labelled by a column',
  beside: 'labelled by the files beside them',
  folders: 'labelled by their folders',
};

function sentenceOf(archives: readonly Archive[], listed: readonly Listed[], images: readonly SourceImage[]): string {
  const tars = archives.filter(({ path }) => isTar(path)).length;
  const tables = archives.length - tars;
  const where = [
    ...(tars > 0 ? [counted(tars, 'tar archive')] : []),
    ...(tables > 0 ? [counted(tables, 'Parquet table')] : []),
  ].join(' and ');
  const how = [...new Set(listed.map(({ labels }) => WORDS[labels]))].join(' or ');
  const splits = orderSplits([...new Set(images.flatMap(({ split }) => split ?? []))]);
  const classes = new Set(images.flatMap(({ ownClass }) => ownClass ?? [])).size;
  return `Read as images in ${where}, ${how}: ${splits.length > 0 ? `${splits.join(', ')} × ` : ''}${counted(classes, 'class', 'classes')}`;
}

/**
 * The images are in the order of the archives, so that a range of them is in few archives.
 * @param skipped other files of the source
 * @throws PlumblineError bad-archive
 */
export async function listArchives(
  read: PartReader,
  archives: readonly Archive[],
  skipped: readonly SkippedEntry[],
  task: Task,
): Promise<SourceContents> {
  const sorted = [...archives].sort((a, b) => byCodePoint(a.path, b.path));
  const listed = new Array<Listed>(sorted.length);
  let found = 0;
  await inLanes(sorted, LANES, async (archive, i) => {
    listed[i] = isParquet(archive.path) ? await listParquet(read, archive) : await listTar(read, archive, task);
    found += listed[i].images.length;
    task.progress({ stage: 'scan', done: found, total: null });
  });
  const all = listed.flatMap(({ images }) => images);
  const unlabelled = all.filter(({ ownClass }) => ownClass === null);
  const layout = { kind: 'table', table: null, sentence: sentenceOf(sorted, listed, all) } as const;
  const inArchive = new Set(sorted.map(({ path }) => path));
  const record: FolderReading = {
    labels: {
      from: 'table',
      table: null,
      imageColumn: null,
      labelColumn: null,
      imageColumns: [],
      labelColumns: [],
      splitColumn: null,
    },
    notes: [],
    base: '',
    splits: [],
    splitsInClasses: false,
    parts: [],
    same: [],
    alsoTable: null,
    unlabelled: { images: unlabelled.length, folders: [] },
    unmatched: { rows: 0, examples: [] },
    tables: [],
    repeated: [],
    splitLists: [],
    classNames: null,
    contradicting: [],
    unused: [],
  };
  return {
    layouts: [layout],
    layout,
    record,
    images: all,
    skipped: [
      ...skipped.filter(({ path }) => !inArchive.has(path)),
      ...unlabelled.map(({ path, member }) => ({ path, reason: 'no-label', name: member!.archive }) as const),
    ],
    emptyClasses: [],
  };
}
