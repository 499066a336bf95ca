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

/** Ids of the members of each duplicate group of a finding, the representative first. */
export function findingGroups(catalog: Catalog, key: string): { group: number; members: number[] }[] {
  const rows = catalog.db
    .prepare<[string], { group: number; image: number }>(
      `SELECT finding_groups.id AS "group", image FROM finding_group_members JOIN finding_groups ON finding_groups.id = group_id
      JOIN findings ON findings.id = finding WHERE key = ? ORDER BY finding_groups.position, finding_group_members.position`,
    )
    .all(key);
  const groups = new Map<number, number[]>();
  for (const { group, image } of rows) groups.set(group, [...(groups.get(group) ?? []), image]);
  return [...groups].map(([group, members]) => ({ group, members }));
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
