/** How a folder can be read as a labelled data set, judged only by its list of files. */
import { named, quoted } from '../text/names';
import { counted } from '../text/numbers';
import type { FolderReading, Layout } from '../../contract/model/dataset';
import { imageNames, readColumns } from './columns';
import { labelsInNames } from './file-names';
import { countFolders, foldersOf, planFolders, type FolderPlan, type TableLabel } from './folders';
import { byCodePoint, orderSplits } from './order';
import { isFillerName } from './split-names';
import { groupTables, readTables, type Table, type TableGroup, type TableReading } from './table';
import { tableNotes } from './table-notes';

/** Relative paths, `/`-separated. */
export interface FolderListing {
  /** Files with image content or an image extension. */
  readonly images: readonly string[];
  /** Folders that contain neither folders nor images. */
  readonly emptyFolders: readonly string[];
  readonly tables: readonly Table[];
}

/** How one layout assigns labels to the images. */
export interface Reading {
  readonly layout: Layout;
  /** Label by image path. Images without a label are absent. */
  readonly labels: ReadonlyMap<string, TableLabel>;
  readonly missing: TableReading['missing'];
  readonly emptyClasses: readonly { readonly className: string; readonly split: string | null }[];
  readonly record: FolderReading;
}

/** A table is not preferred to folders if it labels a smaller share of the images. */
const COVERS = 0.25;
/** At most this many folders are listed in the record. */
const MOST_FOLDERS = 20;

/** What all readings of a folder use. */
interface Material {
  readonly listing: FolderListing;
  readonly counts: ReadonlyMap<string, number>;
  /** The plan with the splits that the folder names suggest. */
  readonly plan: FolderPlan;
  /** The plan that reads all folders as classes. */
  readonly classPlan: FolderPlan;
  readonly reads: ReadonlyMap<Table, ReturnType<typeof readColumns>>;
  readonly groups: readonly (TableReading & { readonly group: TableGroup })[];
}

type Candidate = Omit<Reading, 'record'> & {
  readonly from: FolderReading['labels']['from'];
  readonly plan: FolderPlan | null;
  readonly group: TableGroup | null;
  readonly alsoTable: string | null;
  /** 0 is best. Readings of equal rank stay in the order in which they are made. */
  readonly rank: number;
};

function classesAndSplits(labels: Iterable<TableLabel>): { classes: string[]; splits: string[] } {
  const classes = new Set<string>();
  const splits = new Set<string>();
  for (const label of labels) {
    classes.add(label.className);
    if (label.split !== null) splits.add(label.split);
  }
  return { classes: [...classes].sort(byCodePoint), splits: orderSplits([...splits]) };
}

function sentenceOf(as: string, labels: ReadonlyMap<string, TableLabel>, empty: Reading['emptyClasses'] = []): string {
  const { classes: filled, splits } = classesAndSplits(labels.values());
  const classes = [...new Set([...filled, ...empty.map(({ className }) => className)])];
  const bySplit = splits.length > 0 ? `${splits.join(', ')} × ` : '';
  return `Read as ${as}: ${bySplit}${counted(classes.length, 'class', 'classes')}`;
}

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
  /(^|\/)[^/]*(submission|sample)[^/]*$/i.test(group.name) ||
  new Set([...labels.values()].map(({ className }) => className)).size < 2;

/** Images that get no label from folders are labelled by the first table that contains only known classes. */
function fill(labels: Map<string, TableLabel>, { groups, plan }: Material): string | null {
  const { classes } = classesAndSplits(labels.values());
  for (const { group, labels: named } of groups.filter((one) => !isExample(one))) {
    const added = [...named].filter(([path]) => !labels.has(path));
    if (added.length === 0 || added.some(([, { className }]) => !classes.includes(className))) continue;
    for (const [path, { className, split }] of added)
      labels.set(path, { className, split: plan.place(foldersOf(path))?.split ?? split });
    return group.name;
  }
  return null;
}

function readFolders(kind: 'class-folders' | 'split-class-folders', material: Material, rank: number): Candidate {
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

/** The labels of a table. If the table has no splits, the splits of the folders are used. */
function readGroup(group: TableGroup, listing: FolderListing, plan: FolderPlan): TableReading & { group: TableGroup } {
  const found = readTables(group, listing.images);
  const labels = new Map(
    [...found.labels].map(([path, { className, split }]) => [
      path,
      { className, split: split ?? plan.place(foldersOf(path))?.split ?? null },
    ]),
  );
  return { ...found, labels, group };
}

function readNames({ listing, plan, counts }: Material, foldersTell: boolean): Candidate | null {
  const isAsset = (path: string) => plan.assets.some((asset) => path.startsWith(`${asset}/`));
  const named = labelsInNames(listing.images.filter((path) => !isAsset(path)));
  if (!named) return null;
  const labels = new Map(
    [...named.labels].map(([path, className]) => [
      path,
      { className, split: plan.place(foldersOf(path))?.split ?? null },
    ]),
  );
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

function candidatesOf(material: Material): Candidate[] {
  const { listing, plan, classPlan, groups } = material;
  const hasSplits = plan.splits.size > 0;
  const split = hasSplits ? readFolders('split-class-folders', material, 2) : null;
  const splitTells = split !== null && split.labels.size > 0;
  const classes = readFolders('class-folders', material, 4);
  const { classes: names } = classesAndSplits(classes.labels.values());
  const classesTell = hasSplits ? splitTells : names.length > 1;
  // If all images are in one folder, or directly in train/ and test/, only a table can separate classes.
  const foldersTell = classesTell && (hasSplits || classPlan.base === '');
  const placed = groups.map((one): Candidate => {
    const covers = one.labels.size >= listing.images.length * COVERS;
    const preferred = one.group.metadata || !classesTell || (!foldersTell && covers);
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
  const byNames = readNames(material, classesTell);
  // Split folders without class folders, or one folder called `images`, are not classes.
  const isClass = hasSplits ? splitTells : names.length > 1 || !names.every(isFillerName);
  const all = [...placed, ...(split ? [split] : []), ...(byNames ? [byNames] : []), classes];
  const labelled = all.filter(({ labels }) => labels.size > 0);
  const likely = labelled.filter((one) => (one === classes ? isClass : one.rank < 6));
  if (likely.length === 0) return [];
  return (isClass ? labelled : labelled.filter((one) => one !== classes)).sort((a, b) => a.rank - b.rank);
}

/** Folders with their split: train, validation, test, then others by name. */
function orderedBySplit(splits: ReadonlyMap<string, string>): [string, string][] {
  return orderSplits([...new Set(splits.values())]).flatMap((split) => [...splits].filter(([, own]) => own === split));
}

function recordOf(candidate: Candidate, { listing, counts, groups, reads, plan: splitPlan }: Material): FolderReading {
  const { from, group, labels, missing, plan } = candidate;
  const parts = group?.parts.map(({ table }) => table) ?? [];
  const first = group?.parts[0]?.read;
  const nameOf = (at: number): string => first?.columns[at] ?? '';
  const used = new Set([
    ...parts,
    ...groups
      .filter((one) => one.group.name === candidate.alsoTable)
      .flatMap((one) => one.group.parts.map((p) => p.table)),
  ]);
  const without = new Map<string, number>();
  if (labels.size < listing.images.length)
    for (const path of listing.images)
      if (!labels.has(path)) without.set(foldersOf(path), (without.get(foldersOf(path)) ?? 0) + 1);
  const tables = listing.tables.flatMap((table): FolderReading['unused'] => {
    if (used.has(table)) return [];
    const { path } = table;
    if (table.problem !== null) return [{ path, reason: 'table-unreadable', detail: table.problem }];
    const read = reads.get(table);
    if (read === 'no-image' || read === 'no-label') return [{ path, reason: `table-${read}`, detail: '' }];
    const alone = groups.find((one) => one.group.parts.length === 1 && one.group.parts[0]!.table === table);
    const images = alone?.labels.size ?? 0;
    return [
      images === 0
        ? { path, reason: 'table-no-image', detail: '' }
        : { path, reason: 'table-other-used', detail: String(images) },
    ];
  });
  const named = plan ?? splitPlan;
  const inBase = (folder: string) => (named.base === '' ? folder : `${named.base}/${folder}`);
  const held = (folder: string) =>
    [...counts].reduce((sum, [at, n]) => sum + (at === folder || at.startsWith(`${folder}/`) ? n : 0), 0);
  return {
    labels: {
      from,
      table: group?.name ?? null,
      imageColumn: first ? nameOf(first.found.file) : null,
      labelColumn: first ? nameOf(first.found.label) : null,
      imageColumns: first?.found.files.map(nameOf) ?? [],
      labelColumns: first?.found.labels.map(nameOf) ?? [],
    },
    notes: groups.filter((one) => one.group === group || one.group.name === candidate.alsoTable).flatMap(tableNotes),
    base: named.base,
    splits:
      candidate.layout.kind === 'class-folders'
        ? []
        : orderedBySplit(named.splits).map(([folder, split]) => ({
            folder: named.splitsInClasses ? folder : inBase(folder),
            split,
          })),
    splitsInClasses: named.splitsInClasses,
    parts: named.parts.map(inBase),
    same: from === 'folders' ? [...named.outer, ...named.inner] : [],
    alsoTable: candidate.alsoTable,
    unlabelled: {
      images: [...without.values()].reduce((sum, n) => sum + n, 0),
      folders: [...without]
        .map(([folder, images]) => ({ folder, images }))
        .sort((a, b) => b.images - a.images || byCodePoint(a.folder, b.folder))
        .slice(0, MOST_FOLDERS),
    },
    unmatched: { rows: missing.length, examples: missing.slice(0, 3).map(({ path }) => path) },
    unused: [
      ...tables,
      ...(from === 'folders' ? named.beside : []).map((folder): FolderReading['unused'][number] => ({
        path: inBase(folder),
        reason: 'folder-beside-splits',
        detail: String(held(inBase(folder))),
      })),
    ],
  };
}

/** For a listing without a likely reading: one sentence on each thing that was tried and why it gives no labels. */
export function whyNoLabels({ images, tables }: FolderListing): string[] {
  const { splits } = planFolders(countFolders(images), true);
  const folders = [...splits.keys()].map(quoted);
  return [
    ...(folders.length === 0
      ? []
      : [`The names of the folders ${named(folders)} say that they are splits, so they are no classes.`]),
    ...tables
      .slice(0, 3)
      .map(
        ({ path, columns }) =>
          `${path} was not used: no column names images of this folder beside one with labels (columns: ${named(columns.map(quoted), 8)}).`,
      ),
  ];
}

/**
 * Returns every reading that labels at least one image, the most likely first. Empty if there is none.
 * Wrapper folders are skipped. Split folders are recognized by the names of all folders at the same level. Names of
 * nested class folders are joined with `/`.
 */
export function readings(listing: FolderListing): Reading[] {
  const counts = countFolders(listing.images);
  const plan = planFolders(counts, true);
  const names = imageNames(listing.images);
  const reads = new Map(
    listing.tables.filter(({ problem }) => problem === null).map((table) => [table, readColumns(table, names)]),
  );
  const usable = [...reads].flatMap(([table, read]) => (typeof read === 'string' ? [] : [{ table, read }]));
  const material: Material = {
    listing,
    counts,
    plan,
    classPlan: planFolders(counts, false),
    reads,
    groups: groupTables(usable)
      .map((group) => readGroup(group, listing, plan))
      .filter(({ labels }) => labels.size > 0)
      .sort((a, b) => b.labels.size - a.labels.size),
  };
  return candidatesOf(material).map((candidate) => {
    const { layout, labels, missing, emptyClasses } = candidate;
    return { layout, labels, missing, emptyClasses, record: recordOf(candidate, material) };
  });
}
