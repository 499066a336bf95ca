/** What an export reads from the index besides the images themselves. */
import { checks } from '../../core/checks/index';
import { partGroups } from '../../core/duplicates/parting';
import type { ExportInput } from '../../core/exports/plan';
import type { DropFinding } from '../../core/exports/selection';
import type { ImageRecord } from '../../contract/model/image';
import type { Catalog } from './catalog';
import { notDuplicatePairs } from './findings';
import { findingGroups, findingImages, findingKeys } from './finding-images';

const COPIES = checks.filter(({ groupsCopies }) => groupsCopies === true).map(({ id }) => id);

type Groups = readonly (readonly number[])[];

/**
 * Returns a function that splits the groups of the last audit by the pictures that the user has since called different.
 */
export function standing(
  catalog: Catalog,
  images: readonly Pick<ImageRecord, 'id' | 'sha256'>[],
): (groups: Groups) => Groups {
  const pairs = new Set(notDuplicatePairs(catalog).map(({ first, second }) => `${first} ${second}`));
  if (pairs.size === 0) return (groups) => groups;
  const hashes = new Map(images.map(({ id, sha256 }) => [id, sha256]));
  const apart = (a: number, b: number): boolean => pairs.has([hashes.get(a), hashes.get(b)].sort().join(' '));
  return (groups) => partGroups(groups, apart);
}

/** Muted findings drop nothing: the user rejected them. */
export function dropFindings(
  catalog: Catalog,
  drop: readonly string[],
  muted: ReadonlySet<string>,
  still: (groups: Groups) => Groups,
): (DropFinding & { readonly key: string })[] {
  return findingKeys(catalog, drop)
    .filter(({ key }) => !muted.has(key))
    .map(({ key, check }) => ({
      key,
      check,
      images: findingImages(catalog, key),
      groups: still(findingGroups(catalog, key).map((group) => group.members)),
    }));
}

/**
 * All groups that the audit found to be the same picture, plus groups with equal bytes or equal pixels, which need no
 * audit.
 */
export function duplicateGroups(catalog: Catalog, still: (groups: Groups) => Groups): ExportInput['groups'] {
  const found = findingKeys(catalog, COPIES).flatMap(({ key }) =>
    findingGroups(catalog, key).map((group) => group.members),
  );
  const equal = ['sha256', 'pixel_hash'].flatMap((column) =>
    catalog.db
      .prepare<[], string>(
        `SELECT json_group_array(id) FROM images WHERE class_name IS NOT NULL AND state = 1 AND ${column} IS NOT NULL GROUP BY ${column} HAVING count(*) > 1`,
      )
      .pluck()
      .all()
      .map((ids) => JSON.parse(ids) as number[]),
  );
  return [...still(found), ...equal];
}

/** The bytes of file names that are not valid text, by path. */
export function rawPaths(catalog: Catalog): Map<string, Buffer> {
  const rows = catalog.db
    .prepare<[], { path: string; raw: Buffer }>('SELECT path, raw_path AS raw FROM images WHERE raw_path IS NOT NULL')
    .all();
  return new Map(rows.map((row) => [row.path, row.raw]));
}
