/**
 * What the audit reads and writes. The audit stage uses: `auditInput`, `thresholdOverrides`, `notDuplicatePairs`, and
 * at its end
 * `replaceFindings`; what it keeps for the next run goes through kept.ts.
 */
import type { Catalog } from './catalog';
import { bumpRevision } from './catalog';
import { recordColumns, recordOf, type ImageRow } from './records';
import { readLayout } from './dataset';
import { listing, orderedSplits } from './listing';
import type { CheckFinding, CheckInput, Group } from '../../core/checks/check';
import { byCodePoint } from '../../core/dataset/order';

/** Everything a check is given that the catalog knows; groups and thresholds are added by the audit. */
export type AuditInput = Pick<CheckInput, 'layout' | 'listing' | 'images' | 'classes' | 'splits' | 'raster'>;

/** The 64×64×3 probe raster of an image (row-major RGB), or null for one without pixels. */
export function raster(catalog: Catalog, image: number): Uint8Array | null {
  return (
    catalog.db.prepare<[number], { data: Buffer }>('SELECT data FROM rasters WHERE image = ?').get(image)?.data ?? null
  );
}

/**
 * All measured or unreadable images of the data set in path order (code points), with what the scan saw beside them.
 */
export function auditInput(catalog: Catalog): AuditInput {
  const rows = catalog.db.prepare<[], ImageRow>(
    `SELECT ${recordColumns} FROM images WHERE class_name IS NOT NULL AND state <> 0 ORDER BY path`,
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

/** Thresholds of one run, as the command line sets them: over the user's own, and never stored. */
const temporary = new WeakMap<Catalog, Readonly<Record<string, number>>>();

export function useThresholds(catalog: Catalog, values: Readonly<Record<string, number>> | undefined): void {
  if (values === undefined) temporary.delete(catalog);
  else temporary.set(catalog, values);
}

/** The values that the user set, by threshold id, and this run's over them; everything else has its default. */
export function thresholdOverrides(catalog: Catalog): Map<string, number> {
  const rows = catalog.decisions.prepare<[], { id: string; value: number }>('SELECT id, value FROM thresholds').all();
  return new Map([...rows.map((row) => [row.id, row.value] as const), ...Object.entries(temporary.get(catalog) ?? {})]);
}

/** Pairs of SHA-256 (first < second) that the user said are different pictures. */
export function notDuplicatePairs(catalog: Catalog): { first: string; second: string }[] {
  return catalog.decisions
    .prepare<[], { first: string; second: string }>('SELECT first, second FROM not_duplicates ORDER BY first, second')
    .all();
}

/** Stores the findings of one audit, worst first as given, in place of those of the last one. All or nothing. */
export function replaceFindings(catalog: Catalog, findings: readonly CheckFinding[]): void {
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

/** The near-duplicate groups that the last audit found; none before the first. */
export function nearGroupsOf(catalog: Catalog): readonly Group[] {
  const body = catalog.db
    .prepare<[], string>(`SELECT body FROM kept_results WHERE name = 'duplicate-groups'`)
    .pluck()
    .get();
  return body === undefined ? [] : (JSON.parse(body) as { near: Group[] }).near;
}

/** Whether the checks have ever run over this data set: no findings may mean that nobody looked. */
export function wasAudited(catalog: Catalog): boolean {
  return (
    catalog.db.prepare<[], number>(`SELECT 1 FROM kept_results WHERE name = 'duplicate-groups'`).get() !== undefined
  );
}
