/** Queries about the groups of duplicates of a finding. A group can have thousands of members, so they are paged. */
import { PlumblineError } from '../../contract/errors';
import type { DuplicateGroup, GroupMember, Relation } from '../../contract/model/finding';
import { exposure } from '../../core/checks/measures';
import { thresholdsWith } from '../../core/checks/thresholds';
import { byCodePoint, orderSplits } from '../../core/dataset/order';
import { keeperAmong, type KeeperFacts } from '../../core/duplicates/keeper';
import type { Catalog } from './catalog';
import { readReview, wasReviewed, type CurrentReview } from './decisions';
import { rowsByGroup } from './finding-images';
import { thresholdOverrides } from './findings';
import { getCards, type Page } from './images';
import { recordColumns, recordOf, type ImageRow } from './records';

/** A group of a finding, by the finding's key and the group's id. */
export interface GroupOf {
  readonly finding: string;
  readonly group: number;
}

interface StoredMember {
  readonly id: number;
  readonly bytes: number;
  readonly relation: Relation | null;
  readonly similarity: number;
}

interface MemberRow extends StoredMember {
  readonly group_id: number;
  readonly path: string;
  readonly className: string;
  readonly split: string | null;
  readonly width: number | null;
  readonly height: number | null;
}

const MEMBERS = `finding_group_members JOIN images ON images.id = image WHERE class_name IS NOT NULL`;

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

/** The members with their cards. @param from place of the first one */
function membersOf(cards: ReturnType<typeof getCards>, rows: readonly StoredMember[], from: number): GroupMember[] {
  return rows.flatMap(({ id, bytes, relation, similarity }, at) => {
    const card = cards.get(id);
    return card === undefined ? [] : [{ place: from + at, card, bytes, relation, similarity }];
  });
}

/** The rows of whole groups, by the id of the group. */
function wholeGroups(catalog: Catalog, ids: readonly number[]): Map<number, MemberRow[]> {
  const rows = catalog.db
    .prepare<[string], MemberRow>(
      `SELECT group_id, images.id AS id, bytes, relation, similarity, path, class_name AS className, split, width, height
      FROM ${MEMBERS} AND group_id IN (SELECT value FROM json_each(?)) ORDER BY group_id, position`,
    )
    .all(JSON.stringify(ids));
  return rowsByGroup(rows, (row) => row.group_id);
}

type Decisions = CurrentReview['binding']['decisions'];

const factsOf = ({ width, height, ...row }: MemberRow): KeeperFacts => ({
  ...row,
  facts: width === null || height === null ? null : { width, height },
});

/** Index of the member that stays; -1 for none. */
function keeperPlace(rows: readonly MemberRow[], decisions: Decisions): number {
  const keeper = keeperAmong(rows.map(factsOf), (id) => decisions.get(id) ?? null);
  return rows.findIndex(({ id }) => id === keeper?.id);
}

/**
 * One page of a finding's groups, in the order of the finding.
 * @param members how many of each group, at most
 * @throws PlumblineError not-found
 */
export function listGroups(
  catalog: Catalog,
  key: string,
  { offset, limit, members }: Page & { readonly members: number },
): { total: number; groups: DuplicateGroup[] } {
  const { db } = catalog;
  const finding = db.prepare<[string], number>('SELECT id FROM findings WHERE key = ?').pluck().get(key);
  if (finding === undefined) throw goneError({ finding: key });
  const total = db
    .prepare<[number], number>('SELECT count(*) FROM finding_groups WHERE finding = ?')
    .pluck()
    .get(finding)!;
  const ids = db
    .prepare<[number, number, number], number>(
      'SELECT id FROM finding_groups WHERE finding = ? ORDER BY position LIMIT ? OFFSET ?',
    )
    .pluck()
    .all(finding, limit, offset);
  // Without decisions, reading the images of a review would be costly for nothing.
  const decisions: Decisions = wasReviewed(catalog) ? readReview(catalog).binding.decisions : new Map();
  const whole = wholeGroups(catalog, ids);
  const found = ids.map((id) => {
    const rows = whole.get(id) ?? [];
    const place = keeperPlace(rows, decisions);
    return { id, rows, first: rows.slice(0, members), place, keeper: rows.slice(place, place + 1) };
  });
  const cards = getCards(
    catalog,
    found.flatMap(({ first, keeper }) => [...first, ...keeper].map(({ id }) => id)),
  );
  const blanks = blankAmong(
    catalog,
    found.flatMap(({ rows }) => rows[0]?.id ?? []),
  );
  const groups = found.map(({ id, rows, first, place, keeper }): DuplicateGroup => ({
    id,
    size: rows.length,
    members: membersOf(cards, first, 0),
    present: rows.filter((row) => decisions.get(row.id)?.verdict !== 'exclude').length,
    partable: rows.filter(({ relation }) => relation !== 'same-bytes').length,
    keeper: membersOf(cards, keeper, place)[0] ?? null,
    classes: [...new Set(rows.map(({ className }) => className))].sort(byCodePoint),
    splits: orderSplits([...new Set(rows.flatMap(({ split }) => split ?? []))]),
    blank: blanks.has(rows[0]?.id ?? -1),
  }));
  return { total, groups };
}

const goneError = (details: Record<string, string | number>): PlumblineError =>
  new PlumblineError('not-found', 'This finding no longer exists: the data set was audited again.', { details });

function checkGroup({ db }: Catalog, { finding, group }: GroupOf): void {
  const known = db
    .prepare<[number, string], number>(
      'SELECT 1 FROM finding_groups JOIN findings ON findings.id = finding WHERE finding_groups.id = ? AND key = ?',
    )
    .get(group, finding);
  if (known === undefined) throw goneError({ finding, group });
}

/** Some members of a group, in its order. @throws PlumblineError not-found */
export function listMembers(catalog: Catalog, of: GroupOf, { offset, limit }: Page): GroupMember[] {
  checkGroup(catalog, of);
  const rows = catalog.db
    .prepare<[number, number, number], StoredMember>(
      `SELECT images.id AS id, bytes, relation, similarity FROM ${MEMBERS} AND group_id = ? ORDER BY position LIMIT ? OFFSET ?`,
    )
    .all(of.group, limit, offset);
  return membersOf(
    getCards(
      catalog,
      rows.map(({ id }) => id),
    ),
    rows,
    offset,
  );
}

/** Ids of all members of a group, in the order of their paths (code points). @throws PlumblineError not-found */
export function groupImages(catalog: Catalog, of: GroupOf): number[] {
  checkGroup(catalog, of);
  return catalog.db
    .prepare<[number], number>(`SELECT images.id FROM ${MEMBERS} AND group_id = ? ORDER BY path`)
    .pluck()
    .all(of.group);
}
