/** Queries about stored findings. */
import type { Finding, ImageFinding } from '../../contract/model/finding';
import { progressText } from '../../core/review/progress';
import type { Catalog } from './catalog';
import { findingProgress } from './finding-progress';
import { rowsByGroup } from './finding-images';
import { mutes } from './finding-settings';
import { areFindingsSoFar } from './findings';

/**
 * In the audit's order, worst first. The title ends with what is decided so far, and says if not all images are judged
 * yet.
 */
export function listFindings(catalog: Catalog): Finding[] {
  const muted = mutes(catalog);
  const progresses = findingProgress(catalog);
  const bodies = catalog.db.prepare<[], string>('SELECT body FROM findings ORDER BY position').pluck().all();
  const soFar = areFindingsSoFar(catalog);
  return bodies.map((body) => {
    const finding = JSON.parse(body) as Omit<Finding, 'muted' | 'progress'>;
    const progress = progresses.get(finding.key) ?? null;
    const found = soFar ? finding.title.replace(/\.$/, ' so far.') : finding.title;
    const title = progress === null ? found : `${found} ${progressText(progress)}`;
    return { ...finding, title, muted: muted.get(finding.key) ?? null, progress };
  });
}

/** The findings that include an image, worst first. */
export function findingsAbout(catalog: Catalog, image: number): ImageFinding[] {
  const rows = catalog.db
    .prepare<{ image: number }, { key: string; place: number | null; images: number }>(
      `SELECT key, grouped.position AS place, (SELECT count(*) FROM finding_group_members WHERE group_id = grouped.id) AS images
      FROM finding_images JOIN findings ON findings.id = finding_images.finding LEFT JOIN (
        SELECT finding_groups.* FROM finding_group_members JOIN finding_groups ON finding_groups.id = group_id WHERE image = :image
      ) AS grouped ON grouped.finding = findings.id
      WHERE finding_images.image = :image GROUP BY findings.id ORDER BY findings.position`,
    )
    .all({ image });
  return rows.map(({ key, place, images }) => ({ key, group: place === null ? null : { index: place, images } }));
}

/** The paths of a finding's images and of the members of its groups, in order. Used by the report. */
export function findingPaths(catalog: Catalog, key: string): { images: string[]; groups: string[][] } {
  const { db } = catalog;
  const images = db
    .prepare<[string], string>(
      `SELECT images.path FROM findings JOIN finding_images ON finding = findings.id JOIN images ON images.id = image
    WHERE key = ? ORDER BY finding_images.position`,
    )
    .pluck()
    .all(key);
  const rows = db
    .prepare<[string], { id: number; path: string }>(
      `SELECT finding_groups.id, images.path FROM findings JOIN finding_groups ON finding = findings.id
    JOIN finding_group_members ON group_id = finding_groups.id JOIN images ON images.id = image
    WHERE key = ? ORDER BY finding_groups.position, finding_group_members.position`,
    )
    .all(key);
  return {
    images,
    groups: [...rowsByGroup(rows, ({ id }) => id).values()].map((group) => group.map(({ path }) => path)),
  };
}
