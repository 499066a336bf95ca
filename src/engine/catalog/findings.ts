/** What the audit reads and writes. The results that it keeps for the next run go through kept.ts. */
import type { Catalog } from './catalog';
import { bumpRevision } from './catalog';
import { recordColumns, recordOf, type ImageRow } from './records';
import { readLayout } from './dataset';
import { forgetResult, keepResult, keptResult } from './kept';
import { listing, orderedSplits } from './listing';
import type { CheckFinding, CheckInput, Early, Group } from '../../core/checks/check';
import { byCodePoint } from '../../core/dataset/order';

/** The part of a check's input that comes from the catalog. The audit adds groups and thresholds. */
export type AuditInput = Pick<CheckInput, 'layout' | 'listing' | 'images' | 'classes' | 'splits' | 'raster'>;

/** The 64×64×3 probe raster of an image (row-major RGB), or null for an image without pixels. */
export function raster(catalog: Catalog, image: number): Uint8Array | null {
  return (
    catalog.db.prepare<[number], { data: Buffer }>('SELECT data FROM rasters WHERE image = ?').get(image)?.data ?? null
  );
}

/**
 * All images of the data set in path order (code points), and what the scan found besides images.
 * @param which `measured`: without the images that wait to be measured
 */
export function auditInput(catalog: Catalog, which: Early = 'measured'): AuditInput {
  const rows = catalog.db.prepare<[], ImageRow>(
    `SELECT ${recordColumns} FROM images WHERE class_name IS NOT NULL ${which === 'measured' ? 'AND state <> 0' : ''} ORDER BY path`,
  );
  const images = Array.from(rows.iterate(), recordOf);
  const seen = listing(catalog);
  const classes = new Set([
    ...images.map((image) => image.className),
    ...seen.emptyClasses.map((empty) => empty.className),
  ]);
  const select = catalog.db.prepare<[number], Buffer>('SELECT data FROM rasters WHERE image = ?').pluck();
  return {
    layout: readLayout(catalog),
    listing: seen,
    images,
    classes: [...classes].sort(byCodePoint),
    splits: orderedSplits(catalog),
    raster: (image) => select.get(image) ?? null,
  };
}

/** Thresholds of one run, set on the command line. They override the user's own and are never stored. */
const temporary = new WeakMap<Catalog, Readonly<Record<string, number>>>();

export function useThresholds(catalog: Catalog, values: Readonly<Record<string, number>> | undefined): void {
  if (values === undefined) temporary.delete(catalog);
  else temporary.set(catalog, values);
}

/**
 * The thresholds that the user or this run set, by threshold id; those of this run take precedence. All others have
 * their default.
 */
export function thresholdOverrides(catalog: Catalog): Map<string, number> {
  const rows = catalog.decisions.prepare<[], { id: string; value: number }>('SELECT id, value FROM thresholds').all();
  return new Map([...rows.map((row) => [row.id, row.value] as const), ...Object.entries(temporary.get(catalog) ?? {})]);
}

/** Pairs of SHA-256 (first < second) of pictures that the user called different. */
export function notDuplicatePairs(catalog: Catalog): { first: string; second: string }[] {
  return catalog.decisions
    .prepare<[], { first: string; second: string }>('SELECT first, second FROM not_duplicates ORDER BY first, second')
    .all();
}

/** Name of the kept result that exists while the stored findings are only those of a part of the images. */
const SO_FAR = 'findings-so-far';

/** Whether the stored findings are those of the images measured so far, because no audit of all images has ended yet. */
export function areFindingsSoFar(catalog: Catalog): boolean {
  return keptResult(catalog, SO_FAR, '') !== null;
}

/**
 * Replaces all findings with those of a new audit, in the given order (worst first), in one transaction.
 * @param soFar the audit has judged only a part of the images
 */
export function replaceFindings(catalog: Catalog, findings: readonly CheckFinding[], soFar = false): void {
  const { db } = catalog;
  const addFinding = db
    .prepare<[string, number, string], number>(
      'INSERT INTO findings (key, position, body) VALUES (?, ?, ?) RETURNING id',
    )
    .pluck();
  const addImage = db.prepare('INSERT INTO finding_images (finding, position, image, value) VALUES (?, ?, ?, ?)');
  const addGroup = db
    .prepare<[number, number], number>('INSERT INTO finding_groups (finding, position) VALUES (?, ?) RETURNING id')
    .pluck();
  const addMember = db.prepare(
    'INSERT INTO finding_group_members (group_id, position, image, relation, similarity) VALUES (?, ?, ?, ?, ?)',
  );
  db.transaction(() => {
    db.exec('DELETE FROM findings');
    if (soFar) keepResult(catalog, SO_FAR, '', true);
    else forgetResult(catalog, SO_FAR);
    findings.forEach(({ images, groups, ...rest }, position) => {
      const finding = addFinding.get(
        rest.key,
        position,
        JSON.stringify({ ...rest, images: images.length, groups: groups.length }),
      )!;
      images.forEach((image, place) => addImage.run(finding, place, image.id, image.value));
      groups.forEach((group, place) => {
        const id = addGroup.get(finding, place)!;
        group.members.forEach((image, member) =>
          addMember.run(id, member, image, group.relations[member] ?? null, group.similarities[member] ?? 1),
        );
      });
    });
    bumpRevision(catalog);
  })();
}

/** The near-duplicate groups that the last audit found; empty before the first audit. */
export function nearGroupsOf(catalog: Catalog): readonly Group[] {
  const body = catalog.db
    .prepare<[], string>(`SELECT body FROM kept_results WHERE name = 'duplicate-groups'`)
    .pluck()
    .get();
  return body === undefined ? [] : (JSON.parse(body) as { near: Group[] }).near;
}

/** Whether an audit of all images has ended. Without one, an empty list of findings says nothing. */
export function wasAudited(catalog: Catalog): boolean {
  return (
    !areFindingsSoFar(catalog) &&
    catalog.db.prepare<[], number>(`SELECT 1 FROM kept_results WHERE name = 'duplicate-groups'`).get() !== undefined
  );
}
