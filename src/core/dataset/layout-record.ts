/** The record of a reading: everything that it took from a folder, and everything that it did not use. */
import type { FolderReading } from '../../contract/model/dataset';
import { named as listed, quoted } from '../text/names';
import { bandFolders } from './band-folders';
import { differsFromClasses, listsClasses, namesOfNumbers } from './class-numbers';
import { doubtfulClasses } from './doubtful-classes';
import { foldersOf, type FolderPlan, type TableLabel } from './folders';
import type { ReadingCandidate, Material } from './layout-types';
import { isListName } from './list-file';
import { fieldsText, nameFields } from './name-fields';
import { numberColumns } from './number-columns';
import { byCodePoint, orderSplits } from './order';
import { sidecars } from './sidecars';
import { readTables } from './table';
import { tableNotes } from './table-notes';
import { unreadFiles } from '../text/unread-files';

/** At most this many folders are listed in the record. */
const MOST_FOLDERS = 20;
const MOST_CONTRADICTING = 200;

/** Folders with their split: train, validation, test, then others by name. */
function orderedBySplit(splits: ReadonlyMap<string, string>): [string, string][] {
  return orderSplits([...new Set(splits.values())]).flatMap((split) => [...splits].filter(([, own]) => own === split));
}

/** The splits by folder, with those inside of folds in place of the folds. */
const withNested = ({ splits, nested }: FolderPlan): ReadonlyMap<string, string> =>
  new Map([
    ...[...splits].filter(([name]) => ![...nested.keys()].some((path) => path.startsWith(`${name}/`))),
    ...nested,
  ]);

/** Fewest images of one label that are no chance. */
const FEWEST_ALIKE = 5;

/** What a table that is not used would say: the same labels, partly other labels, or labels of another kind. */
function otherTable(
  other: ReadonlyMap<string, TableLabel>,
  used: ReadonlyMap<string, TableLabel>,
): Pick<FolderReading['unused'][number], 'reason' | 'detail'> {
  const known = [...other].flatMap(([path, { className }]) => {
    const own = used.get(path);
    return own ? [own.className === className] : [];
  });
  const same = known.filter(Boolean).length;
  const alike = new Set([...other.values()].map(({ className }) => className)).size === 1;
  if (alike && other.size >= FEWEST_ALIKE && same < other.size)
    return { reason: 'table-one-label', detail: String(other.size) };
  if (known.length === 0 || same * 2 < known.length) return { reason: 'table-other-used', detail: String(other.size) };
  if (same < known.length) return { reason: 'table-disagrees', detail: String(known.length - same) };
  return same === other.size
    ? { reason: 'table-same', detail: String(same) }
    : { reason: 'table-other-used', detail: String(other.size) };
}

/** Whether a table divides its images like the labels that are used, perhaps under other names or numbers. */
function dividesAlike(other: ReadonlyMap<string, TableLabel>, used: ReadonlyMap<string, TableLabel>): boolean {
  const [there, back] = [new Map<string, string>(), new Map<string, string>()];
  return [...other].every(([path, { className }]) => {
    const own = used.get(path)?.className;
    if (own === undefined) return true;
    if (!there.has(className)) there.set(className, own);
    if (!back.has(own)) back.set(own, className);
    return there.get(className) === own && back.get(own) === className;
  });
}

/** Fewest folders of classes in each parent that make the repetition more than chance. */
const FEWEST_REPEATED = 2;

/** The outermost folders of all classes, if at least two of them contain the same folders. */
function repeatedParents(labels: Iterable<TableLabel>): string[] {
  const inside = new Map<string, Set<string>>();
  for (const { className } of labels) {
    const at = className.indexOf('/');
    if (at < 0) return [];
    const top = className.slice(0, at);
    inside.set(top, (inside.get(top) ?? new Set<string>()).add(className.slice(at + 1)));
  }
  const keys = [...inside.values()].map((names) => [...names].sort(byCodePoint).join('\n'));
  const same = new Set(keys).size === 1 && keys[0]!.split('\n').length >= FEWEST_REPEATED;
  return same && inside.size > 1 ? [...inside.keys()].sort(byCodePoint) : [];
}

/** The tables of a group that give their images the split in their names. */
function splitsOfTables(group: ReadingCandidate['group']): FolderReading['splitLists'] {
  if (group === null || group.metadata || group.parts.some(({ read }) => read.found.split >= 0)) return [];
  return group.parts.flatMap(({ table, split }) =>
    split === null || group.name.startsWith('*') ? [] : [{ path: table.path, split }],
  );
}

/** An example of a class that is named by one of its folders alone. */
function nameNote(plan: FolderPlan, labels: ReadonlyMap<string, TableLabel>): FolderReading['notes'] {
  for (const [path, { className }] of labels) {
    const whole = plan.place(foldersOf(path))?.folders.join('/') ?? '';
    if (whole.length > className.length) return [{ code: 'one-folder', count: 1, detail: `${whole}\n${className}` }];
  }
  return [];
}

export function readingRecord(
  candidate: ReadingCandidate,
  { listing, masks, counts, groups, imageNames, reads, lists, plan: splitPlan, whyNoImage }: Material,
): FolderReading {
  const { from, group, labels, missing, plan } = candidate;
  const classes = [...new Set(Array.from(labels.values(), ({ className }) => className))].sort(byCodePoint);
  const parts = group?.parts.map(({ table }) => table) ?? [];
  const first = group?.parts[0]?.read;
  const nameOf = (at: number): string => first?.columns[at] ?? '';
  const used = new Set([
    ...parts,
    ...groups
      .filter((one) => one.group.name === candidate.alsoTable)
      .flatMap((one) => one.group.parts.map((p) => p.table)),
  ]);
  const ofLists = new Set([
    ...(candidate.usesLists ? (lists?.lists ?? []) : []).map(({ path }) => path),
    ...(lists?.others ?? []),
  ]);
  const without = new Map<string, number>();
  if (labels.size < listing.images.length)
    for (const path of listing.images)
      if (!labels.has(path)) without.set(foldersOf(path), (without.get(foldersOf(path)) ?? 0) + 1);
  for (const path of masks) without.set(foldersOf(path), (without.get(foldersOf(path)) ?? 0) + 1);
  const unusedTables = listing.tables.flatMap((table): FolderReading['unused'] => {
    if (used.has(table)) return [];
    const { path } = table;
    if (table.problem !== null) return [{ path, reason: 'table-unreadable', detail: table.problem }];
    const read = reads.get(table);
    const alone = groups.find((one) => one.group.parts.length === 1 && one.group.parts[0]!.table === table);
    if (ofLists.has(path))
      return alone && !dividesAlike(alone.labels, labels) ? [{ path, ...otherTable(alone.labels, labels) }] : [];
    if (listsClasses(table, classes, read !== 'no-image')) return [{ path, reason: 'class-list', detail: '' }];
    // Lists of words that name no image are no label tables.
    if (read === 'no-image' && isListName(path) && table.columns.length === 1) return [];
    if (typeof read === 'string') {
      const why =
        read === 'no-image'
          ? whyNoImage(table)
          : read === 'no-label'
            ? listed(numberColumns(table, imageNames).map(quoted), 5)
            : null;
      return [{ path, reason: `table-${read}`, detail: why ?? '' }];
    }
    if (!alone) {
      const parts = read === undefined ? [] : [{ table, read, split: null }];
      const { labels: own, matches } = readTables({ name: path, parts, metadata: false }, listing.images);
      if (own.size > 0) return [{ path, reason: 'table-other-used', detail: String(own.size) }];
      return [
        matches.ambiguous > 0
          ? { path, reason: 'table-ambiguous', detail: String(matches.ambiguous) }
          : { path, reason: 'table-no-image', detail: '' },
      ];
    }
    return [{ path, ...otherTable(alone.labels, labels) }];
  });
  const named = plan ?? splitPlan;
  const names = namesOfNumbers(
    listing.tables
      .filter((table) => !used.has(table))
      .map((table) => ({ table, labels: reads.get(table) !== 'no-image' })),
    labels.values(),
  );
  const differing = listing.tables.flatMap((table): FolderReading['unused'] => {
    const detail = used.has(table) || table.path === names?.file ? null : differsFromClasses(table, labels.values());
    return detail === null ? [] : [{ path: table.path, reason: 'class-list-differs', detail }];
  });
  const single = from === 'folders' && classes.length === 1;
  const fields = single ? nameFields(listing.images) : null;
  const files = sidecars(listing.images, listing.others ?? []).filter(({ ending }) => group?.name !== `*.${ending}`);
  const bands = bandFolders(listing.images);
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
      splitColumn: first && first.found.split >= 0 ? nameOf(first.found.split) : null,
      ...(candidate.nameField && { nameField: candidate.nameField }),
    },
    notes: [
      ...(candidate.layout.kind.endsWith('most-folders') ? nameNote(named, labels) : []),
      ...(from === 'folders' ? doubtfulClasses(classes, labels.size) : []),
      ...(bands === null
        ? []
        : [{ code: 'band-folders', count: bands.folders, detail: listed(bands.endings, 4) } as const]),
      ...groups.filter((one) => one.group === group || one.group.name === candidate.alsoTable).flatMap(tableNotes),
      ...(candidate.usesLists && lists && lists.several.length > 0
        ? [{ code: 'several-splits', count: lists.several.length, detail: lists.several[0]! } as const]
        : []),
    ],
    base: named.base,
    splits:
      candidate.layout.kind === 'class-folders'
        ? []
        : orderedBySplit(withNested(named)).map(([folder, split]) => ({
            folder: named.splitsInClasses ? folder : inBase(folder),
            split,
          })),
    splitsInClasses: named.splitsInClasses,
    parts: [...named.parts.map(inBase), ...named.partitions],
    same: from === 'folders' ? [...named.outer, ...named.inner, ...(named.key === '' ? [] : [named.key])] : [],
    alsoTable: candidate.alsoTable,
    unlabelled: {
      images: [...without.values()].reduce((sum, n) => sum + n, 0),
      folders: [...without]
        .map(([folder, images]) => ({ folder, images }))
        .sort((a, b) => b.images - a.images || byCodePoint(a.folder, b.folder))
        .slice(0, MOST_FOLDERS),
    },
    unmatched: { rows: missing.length, examples: missing.slice(0, 3).map(({ path }) => path) },
    splitLists: candidate.usesLists && lists ? [...lists.lists] : named.splits.size === 0 ? splitsOfTables(group) : [],
    classNames: names,
    tables: listing.tables.flatMap(({ path }) => path.split(' + ')),
    repeated: from === 'folders' ? repeatedParents(labels.values()) : [],
    contradicting: groups
      .filter((one) => one.group === group || one.group.name === candidate.alsoTable)
      .flatMap(({ contradicting }) => contradicting)
      .slice(0, MOST_CONTRADICTING)
      .map(({ path, rows }) => ({ path, rows: [...rows] })),
    unused: [
      ...unusedTables.filter(({ path }) => path !== names?.file && !differing.some((one) => one.path === path)),
      ...differing,
      ...(lists?.others ?? []).map((path): FolderReading['unused'][number] => ({
        path,
        reason: 'list-of-other-splits',
        detail: '',
      })),
      ...files.map(({ example, count }): FolderReading['unused'][number] => ({
        path: example,
        reason: 'file-for-each-image',
        detail: String(count),
      })),
      ...masks.slice(0, 1).map((path): FolderReading['unused'][number] => ({
        path,
        reason: 'masks-beside-images',
        detail: String(masks.length),
      })),
      ...unreadFiles(listing.others ?? []).map((path) => ({ path, reason: 'unread-file', detail: '' }) as const),
      ...(fields === null
        ? []
        : [{ path: fields.separator, reason: 'fields-in-names', detail: fieldsText(fields) } as const]),
      ...(from === 'folders' && named.group !== null
        ? [{ path: named.group, reason: 'folders-inside-classes', detail: named.groupKind } as const]
        : []),
      ...(from === 'folders' ? named.beside : []).map((folder): FolderReading['unused'][number] => ({
        path: folder,
        reason: 'folder-beside-splits',
        detail: String(held(folder)),
      })),
      ...named.copies.map((folder): FolderReading['unused'][number] => ({
        path: folder,
        reason: 'folder-copy',
        detail: String(held(folder)),
      })),
    ],
  };
}
