/** What an export reads from the index. */
import { checkOf, checks } from '../../core/checks/index';
import { partGroups } from '../../core/duplicates/parting';
import type { DropFinding, ExportImage } from '../../core/exports/selection';
import type { Sliced } from '../../core/slices';
import type { Catalog } from './catalog';
import { notDuplicatePairs } from './findings';
import { findingGroups, findingImages, findingKeys } from './finding-images';
import type { ImageRow } from './records';

const COPIES = checks.filter(({ groupsCopies }) => groupsCopies === true).map(({ id }) => id);

type Groups = readonly (readonly number[])[];

const COLUMNS = [
  ...(['id', 'path', 'class_name', 'own_class', 'split', 'bytes', 'modified', 'state', 'unreadable_code'] as const),
  ...(['sha256', 'format', 'width', 'height', 'channels', 'depth', 'pages', 'orientation', 'colour_space'] as const),
  ...(['has_alpha', 'mean_r', 'mean_g', 'mean_b', 'std_r', 'std_g', 'std_b', 'pixel_hash'] as const),
];

type Row = Pick<ImageRow, (typeof COLUMNS)[number]>;

/** Rows of one query. Whoever reads in slices may query the store in between, so that no query can stay open. */
const ROWS = 1000;

const exportImageOf = (row: Row): ExportImage => ({
  id: row.id,
  path: row.path,
  className: row.class_name,
  ownClass: row.own_class,
  split: row.split,
  bytes: row.bytes,
  modified: row.modified,
  sha256: row.sha256,
  unreadable: row.unreadable_code === null ? null : { code: row.unreadable_code },
  facts:
    row.state !== 1 || row.format === null
      ? null
      : {
          format: row.format,
          width: row.width,
          height: row.height,
          channels: row.channels,
          depth: row.depth,
          pages: row.pages,
          orientation: row.orientation,
          colourSpace: row.colour_space,
          hasAlpha: row.has_alpha === 1,
          mean: [row.mean_r, row.mean_g, row.mean_b],
          std: [row.std_r, row.std_g, row.std_b],
        },
});

/** Ids by a hash that they may share. */
class Copies {
  readonly #ids = new Map<string, number[]>();

  add(hash: string | null, id: number): void {
    if (hash === null) return;
    const ids = this.#ids.get(hash);
    if (ids === undefined) this.#ids.set(hash, [id]);
    else ids.push(id);
  }

  get groups(): Groups {
    return [...this.#ids.values()].filter(({ length }) => length > 1);
  }
}

/**
 * All measured images in the order of their paths, and the groups of those with equal bytes or equal pixels, which need
 * no audit.
 */
export function* exportImages({ db }: Catalog): Sliced<{ images: ExportImage[]; copies: Groups }> {
  const select = db.prepare<[string], Row>(
    `SELECT ${COLUMNS.join(', ')}
    FROM images WHERE class_name IS NOT NULL AND state <> 0 AND path > ? ORDER BY path LIMIT ${ROWS}`,
  );
  const images: ExportImage[] = [];
  const [bytes, pixels] = [new Copies(), new Copies()];
  for (let rows = select.all(''); rows.length > 0; rows = select.all(images.at(-1)!.path)) {
    for (const row of rows) {
      images.push(exportImageOf(row));
      if (row.state !== 1) continue;
      bytes.add(row.sha256, row.id);
      pixels.add(row.pixel_hash, row.id);
    }
    yield;
  }
  return { images, copies: [...bytes.groups, ...pixels.groups] };
}

/**
 * Returns a function that splits the groups of the last audit by the pictures that the user has since called different.
 */
export function standing(catalog: Catalog): (groups: Groups) => Groups {
  const different = notDuplicatePairs(catalog);
  if (different.length === 0) return (groups) => groups;
  const pairs = new Set(different.map(({ first, second }) => `${first} ${second}`));
  const concerned = catalog.db
    .prepare<[string], { id: number; sha256: string }>(
      'SELECT id, sha256 FROM images WHERE sha256 IN (SELECT value FROM json_each(?))',
    )
    .all(JSON.stringify(different.flatMap(({ first, second }) => [first, second])));
  const hashes = new Map(concerned.map(({ id, sha256 }) => [id, sha256]));
  const apart = (a: number, b: number): boolean => pairs.has([hashes.get(a), hashes.get(b)].sort().join(' '));
  return (groups) => partGroups(groups, apart);
}

/**
 * Muted findings drop nothing: the user rejected them. What the rule of a check does not look at is not read: it can be
 * as long as the data set.
 */
export function dropFindings(
  catalog: Catalog,
  drop: readonly string[],
  muted: ReadonlySet<string>,
  still: (groups: Groups) => Groups,
): (DropFinding & { readonly key: string })[] {
  return findingKeys(catalog, drop)
    .filter(({ key }) => !muted.has(key))
    .map(({ key, check }) => {
      const rule = checkOf(check)?.drop;
      return {
        key,
        check,
        images: rule === 'all-but-one' ? [] : findingImages(catalog, key),
        groups: rule === 'images' ? [] : still(findingGroups(catalog, key)),
      };
    });
}

/** All groups that the audit found to be the same picture. */
export function foundCopies(catalog: Catalog, still: (groups: Groups) => Groups): Groups {
  return still(findingKeys(catalog, COPIES).flatMap(({ key }) => findingGroups(catalog, key)));
}

/** The bytes of file names that are not valid text, by path. */
export function rawPaths(catalog: Catalog): Map<string, Buffer> {
  const rows = catalog.db
    .prepare<[], { path: string; raw: Buffer }>('SELECT path, raw_path AS raw FROM images WHERE raw_path IS NOT NULL')
    .all();
  return new Map(rows.map((row) => [row.path, row.raw]));
}
