/**
 * Finds the images that the rows of a table refer to. Used for label tables, predictions and decisions.
 * All rows are judged together. The rules, in this order:
 * 1. the exact path, relative to one of the base folders;
 * 2. the longest common end of both paths, if it contains a folder and fits only one image;
 * 3. the file name alone, if no row contains a folder, or if all rows contain the same folder, which is not in the data
 *    set and does not look like a class. The name must be unique in the data set, or in the only split folder that
 *    contains every name of the rows.
 * For rows without an image, these differences are then ignored, one after the other: the Unicode form, upper and lower
 * case, the ending of the file name, zeros at the start of a number, and the prefix that Label Studio gives to uploads. Apart from this, a row never
 * gets a file with another name, and two different paths never get the same image.
 */
import type { MatchCounts, MatchRule, Unmatched } from '../../contract/model/matching';
import { commonLength, imageByEnd, imageIndex, inOneFolder, SEVERAL } from './image-index';
import {
  baseOf,
  folderOf,
  hasEnding,
  isGenericFolder,
  rowPath,
  splitsDiffer,
  storedName,
  tidy,
  withoutEnding,
  withoutNumberZeros,
  withoutUploadPrefix,
  type RowPath,
} from './row-path';

export const NO_MATCHES: MatchCounts = {
  end: 0,
  name: 0,
  unicode: 0,
  case: 0,
  'no-ending': 0,
  ending: 0,
  number: 0,
  upload: 0,
  missing: 0,
  ambiguous: 0,
  taken: 0,
};

/** The sums of the counts of two tables. */
export function addCounts(one: MatchCounts | null, other: MatchCounts): MatchCounts {
  const sum = { ...other };
  for (const code of Object.keys(sum) as (keyof MatchCounts)[]) sum[code] += one?.[code] ?? 0;
  return sum;
}

export interface ImageMatches {
  /** For each row, the index of its image, or the reason why it has none. */
  readonly rows: readonly (number | Unmatched)[];
  readonly counts: MatchCounts;
}

const ASCII = /^[\0-\x7f]*$/;
const composed = (path: string): string => (ASCII.test(path) ? path : path.normalize('NFC'));
const lower = (path: string): string => composed(path).toLowerCase();
const bare = (path: string): string => lower(withoutEnding(path));

/** One way to compare paths. */
interface Level {
  /** The rule by which a row is counted if it is found only in this way. */
  readonly relaxed: (row: string) => MatchRule | null;
  readonly image: (path: string) => string;
  readonly row: (path: string) => string;
  readonly tier: number;
}

/** From strict to loose. */
const LEVELS: readonly Level[] = [
  { relaxed: () => null, image: (path) => path, row: (path) => path, tier: 0 },
  { relaxed: () => 'unicode', image: composed, row: composed, tier: 100 },
  { relaxed: () => 'case', image: lower, row: lower, tier: 200 },
  { relaxed: (row) => (hasEnding(row) ? 'ending' : 'no-ending'), image: bare, row: bare, tier: 300 },
  {
    relaxed: () => 'number',
    image: (path) => withoutNumberZeros(bare(path)),
    row: (path) => withoutNumberZeros(bare(path)),
    tier: 350,
  },
  {
    relaxed: () => 'upload',
    image: (path) => bare(storedName(path)),
    row: (path) => bare(storedName(withoutUploadPrefix(path))),
    tier: 400,
  },
];

/** The order of the rules within a level. Matches with base folders come before all of them. */
const TIERS = { end: 50, moved: 60, name: 70 };

/** A common end of two paths that differ before it. It counts only if the other rows differ in the same way. */
interface Moved {
  readonly row: number;
  readonly image: number;
  readonly from: string;
  readonly to: string;
  readonly absolute: boolean;
  readonly relaxed: MatchRule | null;
}

/** Folder names of the data set, in lower case. */
function foldersOf(paths: readonly string[]): Set<string> {
  const folders = new Set(paths.map(folderOf));
  return new Set([...folders].flatMap((folder) => lower(folder).split('/')));
}

/**
 * The one folder that all rows contain, or '' if no row contains a folder; null if file names alone must not be
 * compared.
 */
function commonFolder(rows: readonly RowPath[], folders: ReadonlySet<string>): string | null {
  const all = new Set<string>();
  for (const { path } of rows) {
    // Label Studio stores the uploads of each project in a numbered folder: upload/3.
    const folder = folderOf(path).replace(/(\/\d+)+$/, '');
    all.add(isGenericFolder(baseOf(folder)) ? folder : folderOf(path));
    if (all.size > 1) return null;
  }
  const [only] = all;
  return only === undefined || (only !== '' && folders.has(lower(baseOf(only)))) ? null : only;
}

/**
 * The largest set of rows whose paths all differ from the images' paths by the same change at the start, if it is
 * credible.
 */
function movedTogether(moved: readonly Moved[], rows: readonly RowPath[], folders: ReadonlySet<string>): Moved[] {
  const groups = new Map<string, Moved[]>();
  for (const each of moved) {
    const key = `${each.from}\n${each.to}`;
    const group = groups.get(key);
    if (group) group.push(each);
    else groups.set(key, [each]);
  }
  const [most, next] = [...groups.values()].sort((one, other) => other.length - one.length);
  const [first] = most ?? [];
  if (!most || !first || next?.length === most.length || splitsDiffer(first.from, first.to)) return [];
  if (folders.has(lower(baseOf(first.from)))) return [];
  const target = `${first.to}/`;
  if (rows.some(({ path }) => path.startsWith(target) || path.includes(`/${target}`))) return [];
  const generic = isGenericFolder(baseOf(first.from)) || isGenericFolder(baseOf(first.to));
  return first.absolute || generic ? most : [];
}

interface Match {
  readonly row: number;
  readonly image: number;
  /** Lower is better. */
  readonly tier: number;
  readonly rule: 'end' | 'name' | null;
  readonly relaxed: MatchRule | null;
}

/** All rows of a table and their common properties. */
interface Rows {
  /** As written in the table, including `.` and `..`. */
  readonly written: readonly RowPath[];
  readonly paths: readonly RowPath[];
  /** Indices of the rows that have a path. */
  readonly filled: readonly number[];
  /** See `commonFolder`. */
  readonly common: string | null;
  readonly bases: readonly string[];
}

function rowsOf(
  cells: readonly string[],
  images: readonly string[],
  folders: ReadonlySet<string>,
  bases: readonly string[],
): Rows {
  let names: Set<string> | null = null;
  const written = cells.map((cell) => rowPath(cell, (name) => (names ??= new Set(images.map(baseOf))).has(name)));
  // A path that leaves its folder starts at another one, as `../input/` does on Kaggle.
  const paths = written.map(({ path, absolute }) => ({
    path: tidy(path),
    absolute: absolute || path.startsWith('../'),
  }));
  const filled = [...paths.keys()].filter((row) => paths[row]!.path !== '');
  const common = commonFolder(
    filled.map((row) => paths[row]!),
    folders,
  );
  return { written, paths, filled, common, bases };
}

/** Whether a row may get an image by file name alone, if `common` is the folder that all rows contain. */
function nameCounts(common: string | null, image: string): boolean {
  if (common === null || common === '') return common === '';
  const folder = folderOf(image);
  if (splitsDiffer(common, folder)) return false;
  return isGenericFolder(baseOf(common)) || folder === '' || isGenericFolder(baseOf(folder));
}

interface Attempt {
  readonly matches: Match[];
  readonly moved: Moved[];
  readonly ambiguous: number[];
  readonly missing: number[];
}

/** Applies all rules to the rows `open`, with one way to compare paths. */
function attempt(rows: Rows, open: readonly number[], level: Level, images: readonly string[]): Attempt {
  const keys = images.map(level.image);
  const index = imageIndex(keys);
  const result: Attempt = { matches: [], moved: [], ambiguous: [], missing: [] };
  let oneFolder: ReadonlyMap<string, number> | null = null;
  const byName = (name: string): number | undefined => {
    const image = index.byName().get(name);
    if (image !== SEVERAL) return image;
    oneFolder ??= inOneFolder(new Set(rows.filled.map((row) => baseOf(level.row(rows.paths[row]!.path)))), keys);
    return oneFolder.get(name) ?? SEVERAL;
  };
  for (const row of open) {
    const { path, absolute } = rows.paths[row]!;
    const key = level.row(path);
    const relaxed = level.relaxed(path);
    const take = (image: number, tier: number, rule: Match['rule']): void => {
      if (image === SEVERAL) result.ambiguous.push(row);
      else result.matches.push({ row, image, tier: level.tier + tier, rule, relaxed });
    };
    let exact: number | undefined;
    for (let base = 0; base < rows.bases.length && exact === undefined; base += 1) {
      exact = index.byPath.get(
        rows.bases[base] === '' ? key : level.row(fromBase(rows.bases[base]!, rows.written[row]!)),
      );
      if (exact !== undefined) take(exact, base, null);
    }
    if (exact !== undefined) continue;
    const end = imageByEnd(key, keys, index);
    if (end === 'ambiguous') result.ambiguous.push(row);
    else if (end !== 'missing') {
      const shared = commonLength(key, keys[end]!);
      const [from, to] = [key.slice(0, -shared - 1), keys[end]!.slice(0, -shared - 1)];
      if (from === '' || to === '') take(end, TIERS.end, 'end');
      else result.moved.push({ row, image: end, from, to, absolute, relaxed });
    } else {
      const image = rows.common === null ? undefined : byName(baseOf(key));
      if (image === undefined || (image !== SEVERAL && !nameCounts(rows.common, images[image]!)))
        result.missing.push(row);
      else take(image, TIERS.name, 'name');
    }
  }
  return result;
}

const fromBase = (base: string, { path }: RowPath): string => tidy(`${base}/${path}`);

/**
 * @param images paths relative to the root, `/`-separated
 * @param cells the path of each row, as written in the table
 * @param bases folders that the paths in rows may be relative to, best first; '' is the root
 */
export function matchImages(
  images: readonly string[],
  cells: readonly string[],
  bases: readonly string[] = [''],
): ImageMatches {
  const paths = images.map((path) => path.replaceAll('\\', '/'));
  const folders = foldersOf(paths);
  const rows = rowsOf(cells, paths, folders, bases);
  const ambiguous = new Set<number>();
  const matches: Match[] = [];
  let open = rows.filled;
  for (const level of LEVELS) {
    if (open.length === 0) break;
    if (level.relaxed('') === 'unicode' && open.every((row) => ASCII.test(rows.paths[row]!.path))) continue;
    const tried = attempt(rows, open, level, paths);
    const together = movedTogether(tried.moved, rows.paths, folders);
    for (const match of tried.matches) matches.push(match);
    for (const { row, image, relaxed } of together)
      matches.push({ row, image, tier: level.tier + TIERS.moved, rule: 'end', relaxed });
    for (const row of tried.ambiguous) ambiguous.add(row);
    const kept = new Set(together);
    open = [...tried.missing, ...tried.moved.filter((each) => !kept.has(each)).map(({ row }) => row)];
  }
  const found = cells.map((_, row): Unmatched => (ambiguous.has(row) ? 'ambiguous' : 'missing'));
  return settle(matches, found, rows.paths);
}

/**
 * Gives each image to the path that fits it best. If several different paths fit equally well, none of them gets the
 * image.
 */
function settle(matches: readonly Match[], found: (number | Unmatched)[], rows: readonly RowPath[]): ImageMatches {
  const counts: Record<MatchRule | Unmatched, number> = { ...NO_MATCHES };
  const best = new Map<number, { tier: number; path: string; several: boolean }>();
  for (const { row, image, tier } of matches) {
    const { path } = rows[row]!;
    const now = best.get(image);
    if (!now || tier < now.tier) best.set(image, { tier, path, several: false });
    else if (tier === now.tier && path !== now.path) now.several = true;
  }
  for (const { row, image, rule, relaxed } of matches) {
    const winner = best.get(image)!;
    if (winner.several || winner.path !== rows[row]!.path) found[row] = 'taken';
    else {
      found[row] = image;
      if (rule) counts[rule] += 1;
      if (relaxed) counts[relaxed] += 1;
    }
  }
  for (const each of found) if (typeof each === 'string') counts[each] += 1;
  return { rows: found, counts };
}
