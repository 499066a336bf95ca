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
export function findingGroups(catalog: Catalog, key: string): { group: number; members: number[] }[] {
  const rows = catalog.db
    .prepare<[string], { group: number; image: number }>(
      `SELECT finding_groups.id AS "group", image FROM finding_group_members JOIN finding_groups ON finding_groups.id = group_id
      JOIN findings ON findings.id = finding WHERE key = ? ORDER BY finding_groups.position, finding_group_members.position`,
    )
    .all(key);
  return [...rowsByGroup(rows, ({ group }) => group)].map(([group, members]) => ({
    group,
    members: members.map(({ image }) => image),
  }));
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
