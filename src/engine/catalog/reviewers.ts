/** The decisions of other reviewers, which are kept apart from the log of the user. */
import { DISAGREEMENTS, type Agreement } from '../../contract/model/agreement';
import type { OtherDecision, ReviewVerdict } from '../../contract/model/review';
import { compareDecisions } from '../../core/review/agreement';
import { bindDecisions } from '../../core/review/binding';
import { classNameOf } from '../../core/review/class-names';
import type { BoundDecision } from '../../core/review/log';
import type { Catalog } from './catalog';
import { decisionsWithout, readReview, type CurrentReview } from './decisions';

interface StoredReviewer {
  readonly name: string;
  readonly at: number;
}

/** One decision of another reviewer, as it is stored. */
export interface ForeignDecision {
  readonly path: string;
  readonly sha256: string | null;
  /** The image's own class. */
  readonly given: string;
  readonly verdict: ReviewVerdict;
  /** For `relabel`: an own class of the data set where there is one of that name. */
  readonly label: string | null;
}

interface StoredDecision extends ForeignDecision {
  readonly reviewer: string;
  readonly at: number;
}

const keyOf = ({ path, sha256 }: Pick<ForeignDecision, 'path' | 'sha256'>): string => `${sha256 ?? ''}/${path}`;

const isSame = (one: ForeignDecision | undefined, other: ForeignDecision): boolean =>
  one?.verdict === other.verdict && one.label === other.label;

function listReviewers(catalog: Catalog): StoredReviewer[] {
  return catalog.decisions.prepare<[], StoredReviewer>('SELECT name, at FROM reviewers ORDER BY name').all();
}

function decisionsOf(catalog: Catalog, reviewer: string): StoredDecision[] {
  return catalog.decisions
    .prepare<[string], StoredDecision>(
      `SELECT reviewer, path, nullif(sha256, '') AS sha256, given, verdict, label, at FROM other_decisions WHERE reviewer = ? ORDER BY path`,
    )
    .all(reviewer);
}

function insertDecisions(
  catalog: Catalog,
  name: string,
  decisions: readonly (ForeignDecision & { readonly at: number })[],
): void {
  const insert = catalog.decisions.prepare(
    'INSERT INTO other_decisions (reviewer, path, sha256, given, verdict, label, at) VALUES (?, ?, ?, ?, ?, ?, ?)',
  );
  for (const { path, sha256, given, verdict, label, at } of decisions)
    insert.run(name, path, sha256 ?? '', given, verdict, label, at);
}

/**
 * Stores all decisions of a reviewer in place of the earlier ones. A decision that was already there keeps its time, so
 * that a settled disagreement about it stays settled.
 * @returns how many were there already, and how many earlier ones are gone
 */
export function replaceReviewer(
  catalog: Catalog,
  name: string,
  decisions: readonly ForeignDecision[],
  now: number,
): { unchanged: number; removed: number } {
  return catalog.decisions
    .transaction(() => {
      const before = new Map(decisionsOf(catalog, name).map((each) => [keyOf(each), each]));
      const last = listReviewers(catalog).find((each) => each.name === name)?.at ?? 0;
      const at = Math.max(now, last + 1);
      catalog.decisions.prepare('DELETE FROM other_decisions WHERE reviewer = ?').run(name);
      catalog.decisions
        .prepare('INSERT INTO reviewers (name, at) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET at = excluded.at')
        .run(name, at);
      let unchanged = 0;
      const dated = decisions.map((each) => {
        const earlier = before.get(keyOf(each));
        before.delete(keyOf(each));
        const same = isSame(earlier, each);
        if (same) unchanged += 1;
        return { ...each, at: same ? earlier!.at : at };
      });
      insertDecisions(catalog, name, dated);
      return { unchanged, removed: before.size };
    })
    .immediate();
}

interface Forgotten {
  readonly reviewer: StoredReviewer;
  readonly decisions: readonly StoredDecision[];
}

/** What was deleted since the catalog was opened. In memory only, so that nothing of it is left on the disk. */
const forgotten = new WeakMap<Catalog, Map<string, Forgotten>>();

/** Deletes all decisions of a reviewer. @returns false if there is no reviewer of that name */
export function forgetReviewer(catalog: Catalog, name: string): boolean {
  return catalog.decisions
    .transaction(() => {
      const reviewer = listReviewers(catalog).find((each) => each.name === name);
      if (reviewer === undefined) return false;
      const deleted = forgotten.get(catalog) ?? new Map<string, Forgotten>();
      forgotten.set(catalog, deleted.set(name, { reviewer, decisions: decisionsOf(catalog, name) }));
      catalog.decisions.prepare('DELETE FROM other_decisions WHERE reviewer = ?').run(name);
      catalog.decisions.prepare('DELETE FROM reviewers WHERE name = ?').run(name);
      return true;
    })
    .immediate();
}

/**
 * Brings back what `forgetReviewer` deleted.
 * @returns false if it is not known any more, or if decisions were imported under that name since
 */
export function restoreReviewer(catalog: Catalog, name: string): boolean {
  const deleted = forgotten.get(catalog)?.get(name);
  if (deleted === undefined) return false;
  const restored = catalog.decisions
    .transaction(() => {
      if (listReviewers(catalog).some((each) => each.name === name)) return false;
      catalog.decisions.prepare('INSERT INTO reviewers (name, at) VALUES (?, ?)').run(name, deleted.reviewer.at);
      insertDecisions(catalog, name, deleted.decisions);
      return true;
    })
    .immediate();
  if (restored) forgotten.get(catalog)?.delete(name);
  return restored;
}

interface Reviewers {
  readonly agreements: readonly Agreement[];
  /** What others decided on the images with an open disagreement, by image. */
  readonly open: ReadonlyMap<number, readonly OtherDecision[]>;
}

/** Cached until the log, the index or the reviewers change: each comparison reads all decisions. */
const remembered = new WeakMap<CurrentReview, { readonly stamp: string; readonly reviewers: Reviewers }>();

function readReviewers(catalog: Catalog): Reviewers {
  const listed = listReviewers(catalog);
  if (listed.length === 0) return { agreements: [], open: new Map() };
  const review = readReview(catalog);
  const stamp = JSON.stringify(listed);
  const before = remembered.get(review);
  if (before?.stamp === stamp) return before.reviewers;
  const reviewers = compare(catalog, review, listed);
  remembered.set(review, { stamp, reviewers });
  return reviewers;
}

function compare(
  catalog: Catalog,
  { images, index, binding, state }: CurrentReview,
  listed: readonly StoredReviewer[],
): Reviewers {
  const alone = decisionsWithout(catalog, DISAGREEMENTS).decisions;
  const bound = listed.map(({ name, at }) => {
    const all = decisionsOf(catalog, name).map((each): BoundDecision => ({
      ...each,
      queue: null,
      note: null,
      value: null,
      moved: false,
    }));
    return { name, at, binding: bindDecisions(all, index) };
  });
  const disputed = new Set<number>();
  const agreements = bound.map(({ name, at, binding: theirs }): Agreement => {
    const { agreement, open } = compareDecisions(images, alone, binding.decisions, theirs.decisions, state.classNames);
    for (const id of open) disputed.add(id);
    return { reviewer: name, at, decisions: theirs.decisions.size, stale: theirs.stale.length, ...agreement };
  });
  const open = new Map(
    [...disputed].map((id) => [
      id,
      bound.flatMap(({ name, binding: theirs }): OtherDecision | [] => {
        const decision = theirs.decisions.get(id);
        if (decision === undefined) return [];
        const { verdict, label, given } = decision;
        const final = verdict === 'keep' ? given : label;
        return { reviewer: name, verdict, label: final === null ? null : classNameOf(state.classNames, final) };
      }),
    ]),
  );
  return { agreements, open };
}

/** How far each reviewer agrees with the user, in the order of the names. */
export const agreementsOf = (catalog: Catalog): readonly Agreement[] => readReviewers(catalog).agreements;

/** Images with an open disagreement, and what the other reviewers decided about them. */
export const openDisagreementsOf = (catalog: Catalog): ReadonlyMap<number, readonly OtherDecision[]> =>
  readReviewers(catalog).open;
