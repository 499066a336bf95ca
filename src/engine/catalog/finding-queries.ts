/** Queries about stored findings. */
import { PlumblineError } from '../../contract/errors';
import type { DuplicateGroup, Finding, ImageFinding, Relation } from '../../contract/model/finding';
import { exposure } from '../../core/checks/measures';
import { thresholdsWith } from '../../core/checks/thresholds';
import { orderSplits, byCodePoint } from '../../core/dataset/order';
import { progressText } from '../../core/review/progress';
import type { Catalog } from './catalog';
import { findingProgress } from './finding-progress';
import { mutes } from './finding-settings';
import { areFindingsSoFar, thresholdOverrides } from './findings';
import { getCards, type Page } from './images';
import { recordColumns, recordOf, type ImageRow } from './records';

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

interface MemberRow {
  group_id: number;
  image: number;
  bytes: number;
  relation: Relation | null;
  similarity: number;
}

function blankAmong(catalog: Catalog, images: readonly number[]): Set<number> {
  const thresholds = thresholdsWith(Object.fromEntries(thresholdOverrides(catalog)));
  const rows = catalog.db
    .prepare<[string], ImageRow>(`SELECT ${recordColumns} FROM images WHERE id IN (SELECT value FROM json_each(?))`)
    .all(JSON.stringify(images));
  return new Set(
    rows
      .map(recordOf)
      .filter(({ facts }) => facts !== null && exposure(facts, thresholds) === 'blank')
      .map(({ id }) => id),
  );
}

/** One page of a finding's groups, in the order of the finding. @throws PlumblineError not-found */
export function listGroups(catalog: Catalog, key: string, page: Page): { total: number; groups: DuplicateGroup[] } {
  const { db } = catalog;
  const finding = db.prepare<[string], number>('SELECT id FROM findings WHERE key = ?').pluck().get(key);
  if (finding === undefined)
    throw new PlumblineError('not-found', 'This finding no longer exists: the data set was audited again.', {
      details: { finding: key },
    });
  const total = db
    .prepare<[number], number>('SELECT count(*) FROM finding_groups WHERE finding = ?')
    .pluck()
    .get(finding)!;
  const ids = db
    .prepare<[number, number, number], number>(
      'SELECT id FROM finding_groups WHERE finding = ? ORDER BY position LIMIT ? OFFSET ?',
    )
    .pluck()
    .all(finding, page.limit, page.offset);
  const rows = db
    .prepare<[string], MemberRow>(
      `SELECT group_id, image, images.bytes AS bytes, relation, similarity
    FROM finding_group_members JOIN images ON images.id = image WHERE group_id IN (SELECT value FROM json_each(?)) ORDER BY group_id, position`,
    )
    .all(JSON.stringify(ids));
  const cards = getCards(
    catalog,
    rows.map((row) => row.image),
  );
  const heads = ids.flatMap((id) => rows.find((row) => row.group_id === id)?.image ?? []);
  const blanks = blankAmong(catalog, heads);
  const groups = ids.map((id): DuplicateGroup => {
    const members = rows.flatMap((row) => {
      const card = row.group_id === id ? cards.get(row.image) : undefined;
      return card ? [{ card, bytes: row.bytes, relation: row.relation, similarity: row.similarity }] : [];
    });
    const splits = new Set(members.flatMap(({ card }) => card.split ?? []));
    const classes = [...new Set(members.map(({ card }) => card.className))].sort(byCodePoint);
    return { id, members, classes, splits: orderSplits([...splits]), blank: blanks.has(members[0]?.card.id ?? -1) };
  });
  return { total, groups };
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
  const groups = new Map<number, string[]>();
  for (const { id, path } of rows) groups.set(id, [...(groups.get(id) ?? []), path]);
  return { images, groups: [...groups.values()] };
}
