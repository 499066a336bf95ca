/** The images and groups of the stored findings. */
import type { Catalog } from './catalog';

/** Images of a finding, worst first, each with its value in the finding. */
export function findingImages(catalog: Catalog, key: string): { id: number; value: number | null }[] {
  return catalog.db
    .prepare<[string], { id: number; value: number | null }>(
      `SELECT image AS id, value FROM finding_images JOIN findings ON findings.id = finding WHERE key = ? ORDER BY finding_images.position`,
    )
    .all(key);
}

/** Rows by the group that they belong to, both in the order of the rows. */
export function rowsByGroup<T>(rows: readonly T[], groupOf: (row: T) => number): Map<number, T[]> {
  const groups = new Map<number, T[]>();
  for (const row of rows) {
    const group = groups.get(groupOf(row));
    if (group === undefined) groups.set(groupOf(row), [row]);
    else group.push(row);
  }
  return groups;
}

/** Ids of the members of each duplicate group of a finding, the representative first. */
export function findingGroups(catalog: Catalog, key: string): number[][] {
  // One row a member would take several times as long: a finding can have as many members as there are images.
  return catalog.db
    .prepare<[string], string>(
      `SELECT (SELECT json_group_array(image ORDER BY position) FROM finding_group_members WHERE group_id = finding_groups.id)
      FROM finding_groups JOIN findings ON findings.id = finding WHERE key = ? ORDER BY finding_groups.position`,
    )
    .pluck()
    .all(key)
    .map((members) => JSON.parse(members) as number[]);
}

/** Keys of the findings of these checks. */
export function findingKeys(catalog: Catalog, checks: readonly string[]): { key: string; check: string }[] {
  const rows = catalog.db
    .prepare<[], { key: string; check: string }>(
      `SELECT key, body ->> 'check' AS "check" FROM findings ORDER BY position`,
    )
    .all();
  return rows.filter((row) => checks.includes(row.check));
}
