/** The decisions and remarks that hold now: the log of the decisions file, folded and bound to the images of the index. */
import {
  bindPlaced,
  rebound,
  stillKept,
  type Binding,
  type Bound,
  type ReviewIndex,
  type ReviewImage,
} from '../../core/review/binding';
import {
  foldLog,
  LogFolding,
  type BoundDecision,
  type BoundRemarks,
  type FoldedLog,
  type LogChange,
  type LogRow,
} from '../../core/review/log';
import type { Sliced } from '../../core/slices';
import type { Catalog } from './catalog';
import { ReviewImages } from './review-images';

interface StoredAct {
  seq: number;
  at: number;
  batch: number;
  kind: LogRow['kind'];
  path: string | null;
  sha256: string | null;
  given: string | null;
  label: string | null;
  queue: string | null;
  value: number | null;
  note: string | null;
  target: number | null;
}

/** The decisions that hold now, and the images they belong to. */
export interface CurrentReview {
  readonly state: FoldedLog;
  readonly binding: Binding;
  /** By id. The map is the same object while the index is the same. Asking for it can be costly, as for `index`. */
  readonly images: ReadonlyMap<number, ReviewImage>;
  readonly index: ReviewIndex;
  /** By image id. The map is the same object while the remarks and the index are the same. */
  readonly remarks: ReadonlyMap<number, BoundRemarks>;
}

interface Remembered {
  /** All rows up to `seq`. It is shared by all states of one catalog, the last one is up to date. */
  readonly folding: LogFolding;
  /** State of the log and of the index from which `review` was made. */
  readonly seq: number;
  readonly revision: number;
  readonly indexed: ReviewImages;
  readonly decisions: Bound<BoundDecision>;
  readonly remarks: Bound<BoundRemarks>;
  readonly review: CurrentReview;
}

/**
 * Cached, because folding and binding for every query would make a long review slow. Of a longer log, only what is new
 * is folded and bound; all of it is bound again when the index has changed.
 */
const remembered = new WeakMap<Catalog, Remembered>();

function toRow(stored: StoredAct): LogRow {
  const { seq, at, batch, kind, path, sha256, given, label, queue, value, note, target } = stored;
  if (kind === 'undo' || kind === 'redo') return { seq, at, batch, kind, target: target! };
  if (kind === 'class' || kind === 'rename') return { seq, at, batch, kind, given: given!, label: label! };
  if (kind === 'tag' || kind === 'untag' || kind === 'note')
    return { seq, at, batch, kind, path: path!, sha256, label: label! };
  return { seq, at, batch, kind, path: path!, sha256, given: given!, label, queue, value, note };
}

/** The current state. Another process may have written since the last call, so the log is checked every time. */
export function readReview(catalog: Catalog): CurrentReview {
  const before = remembered.get(catalog);
  const seq = catalog.decisions.prepare<[], number>('SELECT coalesce(max(seq), 0) FROM acts').pluck().get()!;
  const revision = catalog.db.prepare<[], number>('SELECT revision FROM dataset').pluck().get()!;
  if (before?.seq === seq && before.revision === revision) return before.review;
  const folding = before?.folding ?? new LogFolding();
  const since = catalog.decisions.prepare<[number], StoredAct>('SELECT * FROM acts WHERE seq > ? ORDER BY seq');
  const changed = folding.add(since.all(folding.rows.at(-1)?.seq ?? 0).map(toRow));
  const now = boundReview(catalog, folding, before?.revision === revision ? { before, changed } : null);
  remembered.set(catalog, { ...now, folding, seq: folding.rows.at(-1)?.seq ?? 0, revision });
  return now.review;
}

/** @param last the state before and what has changed since; null if the index has changed */
function boundReview(
  catalog: Catalog,
  folding: LogFolding,
  last: { readonly before: Remembered; readonly changed: LogChange } | null,
): Pick<Remembered, 'indexed' | 'decisions' | 'remarks' | 'review'> {
  const state = folding.folded();
  const indexed = last?.before.indexed ?? new ReviewImages(catalog);
  const { decisions, remarks } = (last === null ? null : reboundReview(folding, indexed, last)) ?? {
    decisions: bindAll(state.decisions, indexed, stillKept),
    remarks:
      last?.before.review.state.remarksSeq === state.remarksSeq ? last.before.remarks : bindAll(state.remarks, indexed),
  };
  const binding = { decisions: decisions.bound, stale: decisions.stale };
  const review: CurrentReview = {
    state,
    binding,
    get images() {
      return indexed.all;
    },
    get index() {
      return indexed.index;
    },
    remarks: remarks.bound,
  };
  return { indexed, decisions, remarks, review };
}

/** Reads no image where there is nothing to bind. */
function bindAll<T extends BoundDecision | BoundRemarks>(
  items: readonly T[],
  indexed: ReviewImages,
  fits?: (item: T, image: ReviewImage) => boolean,
): Bound<T> {
  return items.length === 0 ? { bound: new Map(), stale: [], homeless: false } : bindPlaced(items, indexed.index, fits);
}

/** Null where all has to be bound again. */
function reboundReview(
  folding: LogFolding,
  indexed: ReviewImages,
  { before, changed }: { readonly before: Remembered; readonly changed: LogChange },
): Pick<Remembered, 'decisions' | 'remarks'> | null {
  if (changed === 'everything') return null;
  const decisions =
    changed.decisions.length === 0
      ? before.decisions
      : rebound(
          before.decisions,
          changed.decisions.map(({ path, sha256 }) => ({ path, sha256, item: folding.decisionOn({ path, sha256 }) })),
          indexed.index,
          stillKept,
        );
  const remarks =
    changed.remarks.length === 0
      ? before.remarks
      : rebound(
          before.remarks,
          changed.remarks.map(({ path, sha256 }) => ({ path, sha256, item: folding.remarksOn({ path, sha256 }) })),
          indexed.index,
        );
  return decisions === null || remarks === null ? null : { decisions, remarks };
}

/** Reads the images that the next decision needs, so that it is written at once. */
export function* prepareReview(catalog: Catalog): Sliced<void> {
  readReview(catalog);
  yield* remembered.get(catalog)!.indexed.ahead();
}

/** The decisions that hold on images if those made in one queue are left out. */
export function decisionsWithout(catalog: Catalog, queue: string): Binding {
  readReview(catalog);
  const { folding, indexed } = remembered.get(catalog)!;
  const { bound, stale } = bindAll(foldLog(folding.rows, queue).decisions, indexed, stillKept);
  return { decisions: bound, stale };
}

/** Whether the log has any entry. Cheap, whereas reading a review is costly. */
export function wasReviewed(catalog: Catalog): boolean {
  return catalog.decisions.prepare<[], number>('SELECT 1 FROM acts LIMIT 1').get() !== undefined;
}

/** The class of each image whose label the user kept or changed. */
export function reviewedClasses(catalog: Catalog): Map<number, string> {
  const { binding, images } = readReview(catalog);
  return new Map(
    [...binding.decisions].flatMap(([id, { verdict, label }]): [number, string][] => {
      const name = verdict === 'keep' ? images.get(id)?.className : verdict === 'relabel' ? label : null;
      return name === null || name === undefined ? [] : [[id, name]];
    }),
  );
}
