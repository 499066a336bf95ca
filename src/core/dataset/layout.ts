/** How a folder can be read as a labelled data set, judged only by its list of files. */
import type { ChosenLayout } from '../../contract/model/dataset';
import { counted } from '../text/numbers';
import { classKey } from './class-numbers';
import { imageNames, readColumns } from './columns';
import { labelsInNames } from './file-names';
import { withFolderImages } from './folder-rows';
import { withNamesOfFiles } from './composed-names';
import { emptyClassFolders } from './empty-folders';
import { countFolders, foldersOf, planFolders, type FolderPlan, type TableLabel } from './folders';
import { joinById } from './id-tables';
import { foldersAlone } from './folders-alone';
import { classesAndSplits, repeatSplits, sentenceOf, withLists } from './layout-lists';
import { readingRecord } from './layout-record';
import type { ReadingCandidate, FolderListing, Material, Reading } from './layout-types';
import { maskFiles } from './mask-files';
import { fieldOfNames, nameFields } from './name-fields';
import { joinOneVsRest } from './one-vs-rest';
import { asPartition } from './partition-lists';
import { withoutSidecars } from './sidecars';
import { splitLists, type SplitLists } from './split-lists';
import { areSessions } from './session-names';
import { isAssetName, isFillerName, tellsNoContent } from './split-names';
import { areBeginnings, foldersTellBetter, namesLabels } from './table-or-folders';
import { alignSplitTables } from './split-tables';
import { baseOf } from './row-path';
import { whyNoImage } from './why-no-image';
import {
  groupTables,
  isExampleTable,
  readTables,
  withFittingFiles,
  type Table,
  type TableGroup,
  type TableReading,
} from './table';

/** A table is not preferred to folders if it labels a smaller share of the images. */
const COVERS = 0.25;

function labelOf(plan: FolderPlan, folder: string): TableLabel | null {
  const place = plan.place(folder);
  if (!place || place.folders.length === 0) return null;
  return { className: place.folders.join('/'), split: place.split };
}

function folderLabels(plan: FolderPlan, { listing, counts }: Material): Map<string, TableLabel> {
  const byFolder = new Map([...counts.keys()].map((folder) => [folder, labelOf(plan, folder)]));
  const labels = new Map<string, TableLabel>();
  for (const path of listing.images) {
    const label = byFolder.get(foldersOf(path));
    if (label) labels.set(path, label);
  }
  return labels;
}

/**
 * An example of a competition submission lists images whose true labels are secret. It gives all of them one label, or
 * the same probability for each class.
 */
const isExample = ({ group, labels }: Material['groups'][number]) =>
  isExampleTable(group.name) || new Set([...labels.values()].map(({ className }) => className)).size < 2;

/**
 * Images that get no label from folders are labelled by the table of most of them that contains only known classes. A table that
 * numbers the classes without the zeros of the folders names the same ones.
 */
function fill(labels: Map<string, TableLabel>, { groups, plan }: Material): string | null {
  const { classes } = classesAndSplits(labels.values());
  const byKey = new Map(classes.map((name) => [classKey(name), name]));
  const known = new Set(classes);
  const own = (className: string): string =>
    known.has(className) || byKey.size < classes.length || !/^\d+$/.test(className)
      ? className
      : (byKey.get(classKey(className)) ?? className);
  const fitting = groups.flatMap((one) => {
    const added = isExample(one) ? [] : [...one.labels].filter(([path]) => !labels.has(path));
    const fits = added.length > 0 && added.every(([, { className }]) => known.has(own(className)));
    return fits ? [{ ...one, added }] : [];
  });
  // A table of these images alone says more clearly what was taken than one of all.
  const [best] = fitting.sort((a, b) => b.added.length - a.added.length || a.labels.size - b.labels.size);
  if (best === undefined) return null;
  for (const [path, { className, split }] of best.added)
    labels.set(path, { className: own(className), split: plan.place(foldersOf(path))?.split ?? split });
  return best.group.name;
}

function readFolders(
  kind: 'class-folders' | 'split-class-folders',
  material: Material,
  rank: number,
): ReadingCandidate {
  const plan = kind === 'split-class-folders' ? material.plan : material.classPlan;
  const labels = folderLabels(plan, material);
  const emptyClasses = material.listing.emptyFolders.flatMap((folder) => labelOf(plan, folder) ?? []);
  const alsoTable = kind === 'split-class-folders' && labels.size > 0 ? fill(labels, material) : null;
  const as = kind === 'class-folders' ? 'class folders' : 'split/class folders';
  const sentence = sentenceOf(alsoTable === null ? as : `${as} and ${alsoTable}`, labels, emptyClasses);
  return {
    layout: { kind, table: null, sentence },
    labels,
    missing: [],
    emptyClasses,
    from: 'folders',
    plan,
    group: null,
    alsoTable,
    rank,
  };
}

const withoutAssets = ({ images }: FolderListing, { assets }: FolderPlan): string[] =>
  images.filter((path) => !assets.some((asset) => path.startsWith(`${asset}/`)));

/** Labels from file names, with the splits of the folders. */
const labelledByName = (names: ReadonlyMap<string, string>, plan: FolderPlan): Map<string, TableLabel> =>
  new Map(
    [...names].map(([path, className]) => [path, { className, split: plan.place(foldersOf(path))?.split ?? null }]),
  );

/** The labels of a table. If the table has no splits, the splits of the folders are used. */
function readGroup(given: TableGroup, listing: FolderListing, plan: FolderPlan): TableReading & { group: TableGroup } {
  // A table may label images that the folders do not, but no masks.
  const images = withoutAssets(listing, { ...plan, assets: plan.assets.filter((path) => isAssetName(baseOf(path))) });
  const among = images.length > 0 ? images : listing.images;
  const group = { ...given, parts: given.parts.map((part) => withFittingFiles(part, among)) };
  const found = readTables(group, among);
  const labels = new Map(
    [...found.labels].map(([path, { className, split }]) => [
      path,
      { className, split: split ?? plan.place(foldersOf(path))?.split ?? null },
    ]),
  );
  return { ...found, labels, group };
}

function readNames({ listing, plan, counts }: Material, foldersTell: boolean): ReadingCandidate | null {
  const named = labelsInNames(withoutAssets(listing, plan));
  if (!named) return null;
  const labels = labelledByName(named.labels, plan);
  if (repeatSplits(labels)) return null;
  // Files are often named after their class. Then the names add nothing to the folders.
  if (foldersTell && counts.size > 1) return null;
  return {
    layout: { kind: 'file-names', table: null, sentence: sentenceOf('labels in file names', labels) },
    labels,
    missing: [],
    emptyClasses: [],
    from: 'file-names',
    plan,
    group: null,
    alsoTable: null,
    rank: named.strong ? 2 : 6,
  };
}

/** StyleGAN stores all images in numbered folders of a thousand, and their labels in `dataset.json`. */
function isChunked({ group }: Material['groups'][number], { counts }: Material): boolean {
  return /(^|\/)dataset\.json$/.test(group.name) && [...counts.keys()].every((folder) => /(^|\/)\d{5}$/.test(folder));
}

/** A reading that takes one field of the file names as the label, with `field` counted from 1; null if they lack it. */
function readField({ listing, plan }: Material, field: number): ReadingCandidate | null {
  const found = fieldOfNames(withoutAssets(listing, plan), field);
  if (found === null) return null;
  const labels = labelledByName(found.labels, plan);
  return {
    layout: {
      kind: 'file-names',
      table: null,
      sentence: sentenceOf(`field ${field} of the file names`, labels),
      nameField: field,
    },
    labels,
    missing: [],
    emptyClasses: [],
    from: 'file-names',
    plan,
    group: null,
    alsoTable: null,
    rank: 8,
    nameField: { field, separator: found.separator },
  };
}

/** The fields that the user may want as the label, where folders give one class and no other labels are found. */
function fieldReadings(
  material: Material,
  asked: AskedReading,
  best: ReadingCandidate | undefined,
): ReadingCandidate[] {
  const { nameField } = asked;
  const single = best?.from === 'folders' && classesAndSplits(best.labels.values()).classes.length === 1;
  const offered = single ? (nameFields(material.listing.images)?.fields.map(({ field }) => field) ?? []) : [];
  const all = new Set([...offered, ...(nameField === undefined ? [] : [nameField])]);
  return [...all].flatMap((field) => readField(material, field) ?? []);
}

function candidatesOf(material: Material, asked: AskedReading): ReadingCandidate[] {
  const { listing, plan, classPlan, groups } = material;
  const hasSplits = plan.splits.size > 0;
  const split = hasSplits ? readFolders('split-class-folders', material, 2) : null;
  const splitTells = split !== null && split.labels.size > 0;
  const classes = readFolders('class-folders', material, 4);
  const { classes: names } = classesAndSplits(classes.labels.values());
  // Folders of patients, days or first characters are classes only if nothing else labels their images.
  const ofFolders = (split ?? classes).labels;
  const sessions = areSessions(classesAndSplits(ofFolders.values()).classes) || areBeginnings(ofFolders);
  const classesTell = !sessions && (hasSplits ? splitTells : names.length > 1);
  const named = names.some((name) => !tellsNoContent(baseOf(name)));
  // If all images are in one folder, or directly in train/ and test/, only a table can separate classes.
  const foldersTell = classesTell && (hasSplits || (classPlan.base === '' && named));
  const byNames = readNames(material, classesTell);
  const placed = groups.map((one): ReadingCandidate => {
    const numbers = byNames?.rank === 2 && one.group.parts.every(({ read }) => isNumbers(read));
    const covers = one.labels.size >= listing.images.length * COVERS;
    const preferred =
      (one.group.metadata && namesLabels(one)) ||
      // Rows that name the folders say what these are.
      one.group.parts.some(({ table }) => table.ofFolders) ||
      isChunked(one, material) ||
      (!classesTell && !numbers && (covers || !sessions)) ||
      (!foldersTell && covers && !numbers && !(classesTell && foldersTellBetter(one, ofFolders)));
    return {
      layout: {
        kind: 'table',
        table: one.group.name,
        sentence: sentenceOf(`images labelled by ${one.group.name}`, one.labels),
      },
      labels: one.labels,
      missing: one.missing,
      emptyClasses: [],
      from: 'table',
      plan: null,
      group: one.group,
      alsoTable: null,
      rank: preferred ? (isExample(one) ? 3 : one.group.parts.length > 1 ? 0 : 1) : 5,
    };
  });

  // Split folders without class folders, or one folder called `images`, are not classes.
  const attributes = [...material.reads.values()].includes('many-labels');
  const isClass = hasSplits ? splitTells : names.length > 1 || (!attributes && !names.every(isFillerName));
  const all = [...placed, ...(split ? [split] : []), ...(byNames ? [byNames] : []), classes];
  const labelled = all.filter(({ labels }) => labels.size > 0);
  const likely = labelled.filter((one) => (one === classes ? isClass : one.rank < 6));
  if (likely.length === 0) return fieldReadings(material, asked, undefined);
  const sorted = (isClass ? labelled : labelled.filter((one) => one !== classes)).sort((a, b) => a.rank - b.rank);
  return [...sorted, ...foldersAlone(sorted[0]), ...fieldReadings(material, asked, sorted[0])];
}

/** Whether a list without a header gives only numbers, which names of files or folders can tell better. */
function isNumbers(read: ReturnType<typeof readColumns>): boolean {
  if (typeof read === 'string' || read.header) return false;
  return read.rows.every((row) => /^\d*$/.test(row[read.found.label] ?? ''));
}

/** What the user asks for beyond the readings that are offered. */
export type AskedReading = Pick<ChosenLayout, 'nameField'>;

/**
 * Returns every reading that labels at least one image, the most likely first. Empty if there is none. Where images are
 * named like masks of others, each reading follows a second time with them.
 * Wrapper folders are skipped. Split folders are recognized by the names of all folders at the same level. Names of
 * nested class folders are joined with `/`.
 */
export function readings(given: FolderListing, asked: AskedReading = {}): Reading[] {
  const masks = maskFiles(given.images);
  const without = readingsWithout(given, masks, asked);
  if (masks.size === 0) return without;
  const withMasks = readingsWithout(given, new Set(), asked).map(({ layout, ...reading }) => ({
    ...reading,
    layout: {
      ...layout,
      sentence: `${layout.sentence}, with the ${counted(masks.size, 'image')} named like masks`,
      withMasks: true as const,
    },
  }));
  return [...without, ...withMasks];
}

function readingsWithout(given: FolderListing, masks: ReadonlySet<string>, asked: AskedReading): Reading[] {
  const listed = masks.size === 0 ? given.images : given.images.filter((path) => !masks.has(path));
  const names = imageNames(listed);
  const tables = joinOneVsRest(joinById(withoutSidecars(given)))
    .map((table) => withFolderImages(asPartition(table), given.images))
    .map((table) => (readColumns(table, names) === 'no-image' ? withNamesOfFiles(table, listed) : table));
  const reads = new Map(
    tables.filter(({ problem }) => problem === null).map((table) => [table, readColumns(table, names)]),
  );
  const listing = { ...given, images: listed, tables, emptyFolders: emptyClassFolders(given, reads) };
  const counts = countFolders(listing.images);
  const plan = planFolders(counts, true);
  alignSplitTables(reads, names);
  const usable = [...reads].flatMap(([table, read]) => (typeof read === 'string' ? [] : [{ table, read }]));
  const images = withoutAssets(listing, plan);
  const withoutLabels = [...reads].flatMap(([table, read]) => (read === 'no-label' || isNumbers(read) ? [table] : []));
  const why = new Map<Table, string | null>();
  const material: Material = {
    // Each reading asks it of the same tables.
    whyNoImage: (table) => {
      const known = why.get(table);
      if (known !== undefined) return known;
      const found = whyNoImage(table, listing.images);
      why.set(table, found);
      return found;
    },
    listing,
    masks: [...masks],
    lists: splitLists(withoutLabels, images),
    counts,
    plan,
    classPlan: planFolders(counts, false),
    imageNames: names,
    reads,
    groups: groupTables(usable)
      .map((group) => readGroup(group, listing, plan))
      .filter(({ labels }) => labels.size > 0)
      .sort((a, b) => b.labels.size - a.labels.size),
  };
  // Tables of splits whose labels are not used still say which image is in which split.
  let labelled: SplitLists | null | undefined;
  const ofLabelled = (): SplitLists | null => {
    // Null is an answer too.
    if (labelled === undefined)
      labelled = splitLists(
        usable.flatMap(({ table }) => (isExampleTable(table.path) ? [] : [table])),
        images,
      );
    return labelled !== null && labelled.splits.size * 2 >= images.length ? labelled : null;
  };
  return candidatesOf(material, asked).map((found) => {
    const lists = material.lists ?? (found.from === 'table' ? null : ofLabelled());
    const candidate = withLists(found, lists);
    const { layout, labels, missing, emptyClasses } = candidate;
    const used = candidate.usesLists ? { ...material, lists } : material;
    return { layout, labels, missing, emptyClasses, record: readingRecord(candidate, used) };
  });
}
