/** The actions of a review, and what a window shows of the review. */
import { labelError } from '../../core/checks/label-error';
import { PlumblineError } from '../../contract/errors';
import type { ImageFilter } from '../../contract/model/queries';
import {
  reviewVerdictSchema,
  type Act,
  type Decision,
  type DecisionsFormat,
  type ReviewImport,
  type ReviewItem,
  type ReviewState,
  type ReviewStats,
} from '../../contract/model/review';
import { importReviewer, MOST_LISTED } from './reviewers';
import { delimited } from '../../core/dataset/delimiter';
import { matchRows, writeDecisions } from '../../core/review/exchange';
import { readCvatXml } from '../../core/review/exchange-cvat';
import { readJson } from '../../core/review/exchange-json';
import type { ExchangeRow } from '../../core/review/exchange-row';
import { readExchangeTable } from '../../core/review/exchange-table';
import { classNameOf } from '../../core/review/class-names';
import { NO_REMARKS, remarkActs, tagsText } from '../../core/review/remarks';
import { reviewStats } from '../../core/review/stats';
import { parseJson } from '../../core/text/json-table';
import type { Catalog } from '../catalog/catalog';
import { groupsSettled } from '../catalog/finding-progress';
import { countImages, getCards, listIds } from '../catalog/images';
import { openDisagreementsOf } from '../catalog/reviewers';
import { appendActs, appendStep, batchPaths, batchTime, type AboutStep } from '../catalog/decision-log';
import { readReview, wasReviewed } from '../catalog/decisions';
import { PerReview } from '../catalog/per-review';
import { labelsSummary, suggestions } from '../catalog/label-queries';
import { csvRecords } from '../files/csv-records';

export interface QueuePage {
  readonly offset: number;
  readonly limit: number;
  /** Leaves out images with a decision; `unsure` counts as one. */
  readonly undecidedOnly: boolean;
}

function toDecision(decision: Decision | undefined): Decision | null {
  if (decision === undefined) return null;
  const { verdict, label, queue, note, at } = decision;
  return { verdict, label, queue, note, at };
}

/** One page of a queue. `total` is the number of images in all pages. */
export function reviewQueue(
  catalog: Catalog,
  filter: ImageFilter,
  page: QueuePage,
): { total: number; items: ReviewItem[] } {
  const { decisions } = readReview(catalog).binding;
  const { total, cut } = pageOf(catalog, filter, page, decisions);
  const ids = cut.map((row) => row.id);
  const cards = getCards(catalog, ids);
  const suggested = suggestions(catalog, ids);
  const others = filter.disagreements ? openDisagreementsOf(catalog) : null;
  const items = cut.flatMap(({ id, value }): ReviewItem[] => {
    const card = cards.get(id);
    return card === undefined
      ? []
      : [
          {
            card: { ...card, value },
            suggested: suggested.get(id) ?? null,
            decision: toDecision(decisions.get(id)),
            ...(others && { others: [...(others.get(id) ?? [])] }),
          },
        ];
  });
  return { total, items };
}

/** Only where decided images are left out, all rows have to be read. */
function pageOf(
  catalog: Catalog,
  filter: ImageFilter,
  { offset, limit, undecidedOnly }: QueuePage,
  decisions: ReadonlyMap<number, unknown>,
): { total: number; cut: ReturnType<typeof listIds> } {
  if (!undecidedOnly || decisions.size === 0)
    return { total: countImages(catalog, filter), cut: listIds(catalog, filter, { offset, limit }) };
  const rows = listIds(catalog, filter).filter((row) => !decisions.has(row.id));
  return { total: rows.length, cut: rows.slice(offset, offset + limit) };
}

/**
 * Statistics of a queue. Flags that the audit no longer raises, because the user found them false, still count in the
 * precision of the flags.
 */
export function statsOf(catalog: Catalog, filter: ImageFilter): ReviewStats {
  const { finding, ...others } = filter;
  // Other filters also depend on what other reviewers decided.
  if (finding === undefined || Object.keys(others).length > 0) return makeStats(catalog, filter);
  return findingStats.get(catalog, finding, () => makeStats(catalog, filter));
}

const findingStats = new PerReview<ReviewStats>();

/** The images of a queue that have a decision, in its order. */
function listDecided(
  catalog: Catalog,
  filter: ImageFilter,
  decisions: ReadonlyMap<number, Decision>,
): ReturnType<typeof listIds> {
  return filter.decided === undefined
    ? listIds(catalog, { ...filter, decided: [...reviewVerdictSchema.options] })
    : listIds(catalog, filter).filter(({ id }) => decisions.has(id));
}

function makeStats(catalog: Catalog, filter: ImageFilter): ReviewStats {
  const { binding } = readReview(catalog);
  const length = countImages(catalog, filter);
  // The others count, but where they are in the queue does not matter: a queue can be as long as the data set.
  const listed = binding.decisions.size === 0 ? [] : listDecided(catalog, filter, binding.decisions);
  const present = new Set(listed.map(({ id }) => id));
  const ranked = listed.map(({ id, value }) => ({ value, decision: toDecision(binding.decisions.get(id)) }));
  const gone = [...binding.decisions].filter(
    ([id, decision]) => decision.queue !== null && decision.queue === filter.finding && !present.has(id),
  );
  const all = [...ranked, ...gone.map(([, decision]) => ({ value: decision.value, decision: toDecision(decision) }))];
  if (gone.length > 0) all.sort((x, y) => (y.value ?? 0) - (x.value ?? 0));
  const wrongLabels = filter.finding === labelError.id ? (labelsSummary(catalog).estimate?.high ?? null) : null;
  return reviewStats(
    [...all.map(({ decision }) => decision), ...Array.from({ length: length - listed.length }, () => null)],
    countImages(catalog, {}),
    gone.length,
    filter.finding === undefined ? null : groupsSettled(catalog, filter.finding),
    wrongLabels,
  );
}

/** The decisions on these images; images without a decision are left out. */
export function decisionsOn(catalog: Catalog, images: readonly number[]): { image: number; decision: Decision }[] {
  if (!wasReviewed(catalog)) return [];
  const { decisions } = readReview(catalog).binding;
  return images.flatMap((image) => {
    const decision = toDecision(decisions.get(image));
    return decision === null ? [] : [{ image, decision }];
  });
}

/** Whether undo and redo are possible, and how many decisions there are. */
export function reviewState(catalog: Catalog): Omit<ReviewState, 'classes'> {
  const { state, binding } = readReview(catalog);
  const perVerdict = { keep: 0, relabel: 0, exclude: 0, unsure: 0 };
  for (const decision of binding.decisions.values()) perVerdict[decision.verdict] += 1;
  return {
    decisions: binding.decisions.size,
    stale: binding.stale.length,
    undoable: state.undoable !== null,
    undoableAt: state.undoable === null ? null : batchTime(catalog, state.undoable),
    redoable: state.redoable !== null,
    perVerdict,
  };
}

/** @throws PlumblineError not-found when none of the images exists any more */
export function act(catalog: Catalog, acts: readonly Act[], about: AboutStep): { acts: number; batch: number } {
  const written = appendActs(catalog, acts, about);
  if (written === null) throw new PlumblineError('not-found', 'None of these images is part of the data set any more.');
  return written;
}

/**
 * @param only the batch to undo or redo; nothing changes if another one is next
 * @returns the images that changed, so that a window can update them; empty when there is nothing to undo or redo
 */
export function step(catalog: Catalog, kind: 'undo' | 'redo', at: number, only?: number): { images: number[] } {
  const before = readReview(catalog);
  const batch = appendStep(catalog, kind, at, only);
  if (batch === null) return { images: [] };
  const paths = new Set(batchPaths(catalog, batch));
  const { images, state, binding, remarks } = readReview(catalog);
  return {
    images: [...images.values()]
      .filter(
        ({ id, path, ownClass, className }) =>
          paths.has(path) ||
          classNameOf(state.classNames, ownClass) !== className ||
          before.binding.decisions.get(id)?.label !== binding.decisions.get(id)?.label ||
          (before.remarks !== remarks && !sameRemarks(before.remarks.get(id), remarks.get(id))),
      )
      .map((image) => image.id),
  };
}

const sameRemarks = (x = NO_REMARKS, y = NO_REMARKS): boolean =>
  x.note === y.note && tagsText(x.tags) === tagsText(y.tags);

export function exportDecisions(catalog: Catalog, format: DecisionsFormat): string {
  return writeDecisions(readReview(catalog).state, format, (at) => new Date(at).toISOString());
}

/**
 * Imports decisions from the text of a file. Those of the user are one step for undo, and decisions that already hold
 * are not written again.
 * @param reviewer whose decisions these are, if they are not the user's
 * @throws PlumblineError bad-table when the text cannot be read as decisions
 */
export function importDecisions(
  catalog: Catalog,
  text: string,
  format: DecisionsFormat,
  newClasses: boolean,
  at: number,
  reviewer?: string,
): ReviewImport {
  if (reviewer !== undefined) return importReviewer(catalog, readRows(text, format), reviewer, at);
  const { images, binding, state, remarks } = readReview(catalog);
  const found = matchRows(readRows(text, format), [...images.values()], state.classNames, newClasses);
  const fresh = found.acts.filter((each) => {
    const now = binding.decisions.get(each.image);
    if (each.kind === 'clear') return now !== undefined;
    const moves = each.kind === 'move';
    if (now?.moved === true && each.kind === 'keep') return false;
    return (
      now?.verdict !== (moves ? 'relabel' : each.kind) ||
      now.moved !== moves ||
      (each.label !== null && now.label !== each.label)
    );
  });
  const changes = new Map(
    [...found.remarks].map(([image, { tags, note }]) => [
      image,
      remarkActs(remarks.get(image) ?? NO_REMARKS, { add: tags, ...(note !== null && { note }) }),
    ]),
  );
  const replaced = [...found.remarks].filter(([image, { note }]) => {
    const before = remarks.get(image)?.note ?? null;
    return before !== null && note !== null && note !== before;
  }).length;
  const about = { queue: null, note: 'imported', source: 'import', at } as const;
  appendActs(catalog, fresh, about, { classes: found.classActs, remarks: changes });
  return {
    applied: fresh.length,
    classes: found.classActs.length,
    remarks: { images: [...changes.values()].filter((acts) => acts.length > 0).length, replaced },
    unchanged: found.acts.length - fresh.length,
    unmatched: { count: found.unmatched.length, paths: found.unmatched.slice(0, MOST_LISTED) },
    newClasses: found.newClasses.slice(0, MOST_LISTED),
    problems: { count: found.problems.length, sentences: found.problems.slice(0, MOST_LISTED) },
    notes: found.notes.slice(0, MOST_LISTED),
  };
}

/** Exports of other tools have any ending, so the text tells more than the format. */
function readRows(text: string, format: DecisionsFormat): ExchangeRow[] {
  const plain = text.replace(/^\ufeff/, '');
  try {
    if (plain.includes('\0') || plain.startsWith('PK\u0003\u0004'))
      throw new Error('The file is no text: save a spreadsheet as CSV.');
    if (/^\s*</.test(plain)) return readCvatXml(plain);
    if (format === 'json' || /^\s*[[{]/.test(plain)) return readJson(parseJson(plain));
    const { text: body, delimiter } = delimited(plain);
    return readExchangeTable(csvRecords(body, delimiter));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    // Reasons are sentences or parts of one.
    const whole = /^[a-z]/.test(reason) ? `: ${reason}.` : `. ${reason}`;
    throw new PlumblineError('bad-table', `The decisions cannot be read${whole}`, { cause: error });
  }
}
