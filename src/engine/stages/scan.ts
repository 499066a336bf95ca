/** Finds the files on disk and their labels, and stores them as rows. Opens no image. */
import { statSync } from 'node:fs';
import { basename } from 'node:path';
import { PlumblineError } from '../../contract/errors';
import type { ChosenLayout, FolderReading, Layout, LayoutKind } from '../../contract/model/dataset';
import { containerNames, containersText, containerText, isUnpackable } from '../../core/dataset/containers';
import { absentColumn, namedColumns, withColumns } from '../../core/dataset/chosen-columns';
import { named, quoted } from '../../core/text/names';
import { isListName } from '../../core/dataset/list-file';
import { fieldTexts, nameFields } from '../../core/dataset/name-fields';
import { readings } from '../../core/dataset/layout';
import { onlyFilesText, unreadFiles } from '../../core/text/unread-files';
import { whyNoLabels } from '../../core/dataset/why-no-labels';
import { isChosen, type FolderListing, type Reading } from '../../core/dataset/layout-types';
import { bumpRevision, type Catalog } from '../catalog/catalog';
import { chosenLayout, storeLayouts } from '../catalog/dataset';
import { replaceListing, type SkippedEntry } from '../catalog/listing';
import { reconcile, type ScannedImage, type ScanOutcome } from '../catalog/scanned';
import { systemCode } from '../process/failures';
import type { Task } from '../process/task';
import { readContainer, readContainers } from '../files/containers';
import { readClassFiles } from '../files/class-files';
import { binaryTableNamed, readBinaryTables } from '../unpack/binary-tables';
import { readTable } from '../files/tables';
import { extensionOf, walkFolder, type FoundImage, type Walked } from '../files/walk';

/** A folder may contain a table for each image. */
const OFFERED_TABLES = 200;
const UNPACKS = 'Plumbline can unpack a copy into its cache folder; the original is only read';

/** @throws PlumblineError not-a-folder, needs-unpacking, no-permission */
export function checkFolder(root: string): void {
  const fail = (code: 'not-a-folder' | 'needs-unpacking' | 'no-permission', message: string, cause?: unknown) =>
    new PlumblineError(code, message, { details: { root }, cause });
  try {
    if (!statSync(root).isDirectory()) {
      const container = readContainer(root, basename(root));
      if (container !== null && isUnpackable(container))
        throw fail('needs-unpacking', `${containerNames([container])} has to be unpacked first. ${UNPACKS}.`);
      throw fail(
        'not-a-folder',
        container === null
          ? `${root} is a file, not a folder. Open the folder that contains the class folders or the label table.`
          : `${root} is a file, not a folder: ${containerText([container])}.`,
      );
    }
  } catch (error) {
    const code = systemCode(error);
    if (code === 'ENOENT') throw fail('not-a-folder', `There is no folder ${root}.`, error);
    if (code === 'ENOTDIR' || code === 'ELOOP' || code === 'ENAMETOOLONG')
      throw fail('not-a-folder', `${root} is not a folder.`, error);
    if (code === 'EACCES' || code === 'EPERM')
      throw fail('no-permission', `You have no permission to read ${root}.`, error);
    throw error;
  }
}

/** @throws PlumblineError not-a-folder, needs-unpacking, no-permission */
export async function walkChecked(root: string, options: Parameters<typeof walkFolder>[1]): Promise<Walked> {
  checkFolder(root);
  try {
    return await walkFolder(root, options);
  } catch (error) {
    const code = systemCode(error);
    if (code === 'EACCES' || code === 'EPERM')
      throw new PlumblineError('no-permission', `You have no permission to list ${root}.`, {
        details: { root },
        cause: error,
      });
    throw error;
  }
}

/**
 * @throws PlumblineError folder-empty, no-images, needs-unpacking, no-permission, bad-table, layout-impossible when
 * there is nothing to index
 */
function readingsOf(root: string, walked: Walked, listing: FolderListing, choice: ChosenLayout | null): Reading[] {
  const found = readings(listing, choice ?? {});
  if (found.length > 0) return found;
  if (choice?.nameField !== undefined && walked.images.length > 0) throw unfit(choice);
  const details = { root };
  const barred = walked.skipped.filter(({ reason }) => reason === 'folder-forbidden').length;
  if (walked.images.length === 0 && barred > 0)
    throw new PlumblineError(
      'no-permission',
      `You have no permission to list the ${barred === 1 ? 'folder' : 'folders'} inside ${root}.`,
      { details },
    );
  if (
    walked.images.length === 0 &&
    walked.skipped.every(({ reason }) => reason === 'hidden' || reason === 'system-file') &&
    walked.emptyFolders.length === 0
  ) {
    throw new PlumblineError('folder-empty', `The folder ${root} is empty.`, { details });
  }
  const others = walked.skipped.filter(({ reason }) => reason === 'other-type').map(({ path }) => path);
  const containers = readContainers(root, others);
  const unpackable = containers.filter(isUnpackable);
  if (walked.images.length === 0 && unpackable.length > 0)
    throw new PlumblineError(
      'needs-unpacking',
      `There are no image files in ${root} or its subfolders. They have to be unpacked first from ${containerNames(unpackable)}. ${UNPACKS}.`,
      { details },
    );
  if (walked.images.length === 0) {
    const contained = containersText(containers);
    throw new PlumblineError(
      'no-images',
      contained === ''
        ? `There are no images in ${root} or its subfolders${onlyFilesText(others)}.${others.length === 0 ? '' : ' If pictures are inside such a file, save each of them as an image file.'}`
        : `There are no image files in ${root} or its subfolders. It contains ${contained}.`,
      { details },
    );
  }
  // What may hold labels is named with the tables.
  const told = new Set(unreadFiles(listing.others ?? []));
  const contained = containersText(containers.filter(({ path }) => !told.has(path)));
  const broken = listing.tables.find((table) => table.problem !== null);
  const whole = listing.tables.some(
    ({ columns, path, problem }) => problem === null && columns.length > 1 && !isListName(path),
  );
  if (broken && !whole)
    throw new PlumblineError('bad-table', `The label table ${broken.path} cannot be read: ${broken.problem ?? ''}.`, {
      details: { ...details, table: broken.path },
    });
  const fields = nameFields(listing.images);
  const tables = listing.tables.filter(({ columns, problem }) => problem === null && columns.length > 1);
  throw new PlumblineError(
    'layout-impossible',
    [
      `The images in ${root} have no labels: put each class into its own folder, or add a CSV with the columns filename and label.`,
      ...whyNoLabels(listing),
      ...(contained === '' ? [] : [`The folder also contains ${contained}.`]),
    ].join(' '),
    {
      details: {
        ...details,
        fields: fields?.fields.map(({ field }) => field).join('\n') ?? null,
        fieldTexts: fields === null ? null : fieldTexts(fields).join('\n'),
        tables:
          tables.length === 0
            ? null
            : tables
                .slice(0, OFFERED_TABLES)
                .map(({ path }) => path)
                .join('\n'),
      },
    },
  );
}

/**
 * @param choice the user's; its table is read even outside of the folder, with the chosen columns
 * @throws PlumblineError bad-table when the chosen table lacks a chosen column
 */
async function listingOf(root: string, walked: Walked, choice: ChosenLayout | null): Promise<FolderListing> {
  const listing = await listed(root, walked);
  const path = choice?.kind === 'table' ? choice.table : null;
  if (choice === null || path === null) return listing;
  const known = listing.tables.find((one) => one.path === path);
  const binary = known ? null : await binaryTableNamed(root, path);
  if (!path.startsWith('../') && !hasColumns(choice) && binary === null) return listing;
  const table = known ?? binary ?? readTable(root, path);
  const others = listing.tables.filter((one) => one.path !== path);
  if (table.problem !== null) return { ...listing, tables: [table, ...others] };
  const absent = absentColumn(table, choice);
  if (absent !== null)
    throw new PlumblineError(
      'bad-table',
      `The label table ${path} has no column ${quoted(absent)}. Its columns are ${named(table.columns.map(quoted), 20)}.`,
      { details: { table: path } },
    );
  return { ...listing, tables: [withColumns(table, choice), ...others] };
}

const hasColumns = ({ imageColumn, labelColumn }: ChosenLayout): boolean =>
  imageColumn !== null || labelColumn !== null;

/**
 * The record of a reading, with the chosen columns under their own names.
 * @throws PlumblineError bad-table if the chosen columns label nothing
 */
function recordOf({ layout, record }: Reading, choice: ChosenLayout | null): FolderReading {
  if (choice?.kind !== 'table' || layout.table !== choice.table) return record;
  const own = namedColumns(record, choice);
  if (own === null) throw labelsNothing(choice);
  return own;
}

async function listed(root: string, walked: Walked): Promise<FolderListing> {
  // Without images nothing can be labelled, and a table may be large because it contains the pixels of images.
  if (walked.images.length === 0) return { images: [], emptyFolders: walked.emptyFolders, tables: [] };
  const others = walked.skipped.filter(({ reason }) => reason === 'other-type').map(({ path }) => path);
  const binary = await readBinaryTables(root, others);
  return {
    images: walked.images.map((image) => image.file.path),
    emptyFolders: walked.emptyFolders,
    tables: [
      ...walked.tables.map((path) => readTable(root, path)),
      ...readClassFiles(root, walked),
      ...binary.flatMap(({ tables }) => tables),
      // Most text and JSON files are no lists of labels, and nothing is wrong with them.
      ...walked.lists
        .map((path) => readTable(root, path))
        .filter((list) => list.problem === null || list.known === true),
    ],
    others: others.filter((path) => !binary.some((one) => one.path === path)),
  };
}

function labelsNothing({ table }: ChosenLayout): PlumblineError {
  return new PlumblineError(
    'bad-table',
    `The label table ${table ?? ''} labels no image of this folder. Check which column names the images and which one holds the classes.`,
    { details: { table } },
  );
}

function unfit(choice: ChosenLayout): PlumblineError {
  if (choice.nameField !== undefined)
    return new PlumblineError(
      'layout-impossible',
      `The file names of this folder have no field ${choice.nameField}: almost all of them must have the same number of fields, with “_”, “-” or “.” between them.`,
      { details: { kind: choice.kind } },
    );
  return choice.kind === 'table'
    ? labelsNothing(choice)
    : new PlumblineError('layout-impossible', 'This folder cannot be read with this layout.', {
        details: { kind: choice.kind },
      });
}

interface FirstLook {
  /** All that fit, the detected one first. */
  readonly layouts: Layout[];
  /** The user's choice if it still fits, else the detected one; and what it takes. */
  readonly used: Layout;
  readonly reading: FolderReading;
}

/**
 * A first look at a folder: the layouts that fit, and what the one in use takes.
 * @param most only this many entries are looked at
 * @throws PlumblineError not-a-folder, needs-unpacking, no-permission, folder-empty, no-images, bad-table,
 * layout-impossible
 */
export async function inspectFolder(root: string, choice: ChosenLayout | null, most: number): Promise<FirstLook> {
  const walked = await walkChecked(root, { most });
  const listing = await listingOf(root, walked, choice);
  const found = readingsOf(root, walked, listing, choice);
  const used = pick(found, undefined, choice, listing);
  if (choice !== null && !isChosen(used.layout, choice)) throw unfit(choice);
  const record = recordOf(used, choice);
  return {
    layouts: found.map(({ layout }) => layout),
    used: used.layout,
    // Images and files that were not seen yet cannot be missed.
    reading: walked.whole
      ? record
      : { ...record, unlabelled: { images: 0, folders: [] }, unmatched: { rows: 0, examples: [] }, unused: [] },
  };
}

/**
 * Chooses the reading: the kind that this run asks for, else the user's choice if it still fits, else the detected one.
 * @throws PlumblineError layout-impossible; bad-table when the chosen table can no longer be read
 */
function pick(
  found: readonly Reading[],
  asked: LayoutKind | undefined,
  choice: ChosenLayout | null,
  listing: FolderListing,
): Reading {
  if (asked !== undefined) {
    const fitting = found.find(({ layout }) => layout.kind === asked);
    if (fitting) return fitting;
    throw new PlumblineError(
      'layout-impossible',
      `This folder cannot be read as ${asked}; it can be read as ${[...new Set(found.map(({ layout }) => layout.kind))].join(' or ')}.`,
      { details: { kind: asked } },
    );
  }
  const chosen = choice && found.find(({ layout }) => isChosen(layout, choice));
  const broken =
    choice?.kind === 'table' && !chosen
      ? listing.tables.find((table) => table.path === choice.table && table.problem !== null)
      : undefined;
  if (broken)
    throw new PlumblineError('bad-table', `The label table ${broken.path} cannot be read: ${broken.problem ?? ''}.`, {
      details: { table: broken.path },
    });
  if (choice?.kind === 'table' && !chosen && hasColumns(choice)) throw labelsNothing(choice);
  return chosen ?? found[0]!;
}

function scannedOf(image: FoundImage, reading: Reading): ScannedImage {
  const label = reading.labels.get(image.file.path);
  return {
    path: image.file.path,
    rawPath: image.file.raw,
    extension: extensionOf(image.file.path),
    bytes: image.bytes,
    modified: image.modified,
    ownClass: label?.className ?? null,
    split: label?.split ?? null,
    unreadable: image.broken,
  };
}

function missingRow(missing: Reading['missing'][number]): ScannedImage {
  return {
    path: missing.path,
    rawPath: null,
    extension: extensionOf(missing.path),
    bytes: 0,
    modified: 0,
    ownClass: missing.className,
    split: missing.split,
    unreadable: { code: 'vanished', reason: 'The label table names this file, but it is not in the folder.' },
  };
}

function unlabelledOf(image: FoundImage): SkippedEntry {
  const { path } = image.file;
  return { path, reason: 'no-label', name: path.includes('/') ? path.slice(0, path.indexOf('/')) : '' };
}

/** What a folder holds: its images with their labels, and everything else that the scan found. */
export interface FolderContents {
  /** All that fit, the detected one first. */
  readonly layouts: Layout[];
  readonly layout: Layout;
  readonly record: FolderReading;
  /** Also images without a label, and rows of a label table without a file. */
  readonly images: ScannedImage[];
  readonly skipped: SkippedEntry[];
  readonly emptyClasses: Reading['emptyClasses'];
}

/**
 * Finds the labels of the images of a walk.
 * @param root where the tables of the walk are read
 * @param asked a layout for this run only
 * @throws PlumblineError as `inspectFolder`
 */
export async function readFolder(
  root: string,
  walked: Walked,
  choice: ChosenLayout | null,
  asked?: LayoutKind,
): Promise<FolderContents> {
  const listing = await listingOf(root, walked, choice);
  const found = readingsOf(root, walked, listing, choice);
  const reading = pick(found, asked, choice, listing);
  const record = recordOf(reading, choice);
  const present = walked.images.map((image) => scannedOf(image, reading));
  const known = new Set(present.map((image) => image.path));
  const missing = reading.missing.filter(({ path }) => !known.has(path)).map(missingRow);
  const unlabelled = walked.images.filter((image) => !reading.labels.has(image.file.path)).map(unlabelledOf);
  return {
    layouts: found.map(({ layout }) => layout),
    layout: reading.layout,
    record,
    images: [...present, ...missing],
    skipped: [...walked.skipped, ...unlabelled],
    emptyClasses: reading.emptyClasses,
  };
}

/**
 * Updates the rows to match the folder. Rows of unchanged files keep their facts.
 * @throws PlumblineError as `inspectFolder`
 */
export async function scan(catalog: Catalog, task: Task, asked?: LayoutKind): Promise<ScanOutcome> {
  const stage = 'scan';
  task.progress({ stage, done: 0, total: null });
  const walked = await walkChecked(catalog.root, {
    most: Infinity,
    signal: task.signal,
    seen: (images) => task.progress({ stage, done: images, total: null }),
  });
  const contents = await readFolder(catalog.root, walked, chosenLayout(catalog), asked);
  task.signal.throwIfAborted();
  storeLayouts(catalog, contents.layouts, contents.layout, contents.record);
  const outcome = await reconcile(catalog, contents.images, task.signal);
  replaceListing(catalog, contents.skipped, contents.emptyClasses);
  bumpRevision(catalog);
  return outcome;
}
