/** The review log in the decisions file, and what a review reads from the index. */
import type { Act, ActSource, ReviewStep } from '../../contract/model/review';
import {
  bindPlaced,
  indexImages,
  rebound,
  stillKept,
  type Binding,
  type Bound,
  type ReviewIndex,
  type ReviewImage,
} from '../../core/review/binding';
import { classNameOf, type ClassAct, type ClassNames } from '../../core/review/class-names';
import type { RemarkAct } from '../../core/review/remarks';
import {
  foldLog,
  LogFolding,
  type BoundDecision,
  type BoundRemarks,
  type FoldedLog,
  type LogChange,
  type LogRow,
} from '../../core/review/log';
import type { Catalog } from './catalog';

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
  readonly images: ReadonlyMap<number, ReviewImage>;
  /** By image id. The map is the same object while the remarks and the index are the same. */
  readonly remarks: ReadonlyMap<number, BoundRemarks>;
}

interface Remembered {
  /** All rows up to `seq`. It is shared by all states of one catalog, the last one is up to date. */
  readonly folding: LogFolding;
  /** State of the log and of the index from which `review` was made. */
  readonly seq: number;
  readonly revision: number;
  readonly index: ReviewIndex;
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

function readReviewImages(catalog: Catalog): Map<number, ReviewImage> {
  const rows = catalog.db
    .prepare<[], ReviewImage>(
      'SELECT id, path, sha256, class_name AS className, own_class AS ownClass FROM images WHERE class_name IS NOT NULL ORDER BY path',
    )
    .all();
  return new Map(rows.map((row) => [row.id, row]));
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
): Pick<Remembered, 'index' | 'decisions' | 'remarks' | 'review'> {
  const state = folding.folded();
  const images = last?.before.review.images ?? readReviewImages(catalog);
  const index = last?.before.index ?? indexImages([...images.values()]);
  const { decisions, remarks } = (last === null ? null : reboundReview(folding, index, last)) ?? {
    decisions: bindPlaced(state.decisions, index, stillKept),
    remarks:
      last?.before.review.state.remarksSeq === state.remarksSeq
        ? last.before.remarks
        : bindPlaced(state.remarks, index),
  };
  const binding = { decisions: decisions.bound, stale: decisions.stale };
  return { index, decisions, remarks, review: { state, binding, images, remarks: remarks.bound } };
}

/** Null where all has to be bound again. */
function reboundReview(
  folding: LogFolding,
  index: ReviewIndex,
  { before, changed }: { readonly before: Remembered; readonly changed: LogChange },
): Pick<Remembered, 'decisions' | 'remarks'> | null {
  if (changed === 'everything') return null;
  const decisions =
    changed.decisions.length === 0
      ? before.decisions
      : rebound(
          before.decisions,
          changed.decisions.map(({ path, sha256 }) => ({ path, sha256, item: folding.decisionOn({ path, sha256 }) })),
          index,
          stillKept,
        );
  const remarks =
    changed.remarks.length === 0
      ? before.remarks
      : rebound(
          before.remarks,
          changed.remarks.map(({ path, sha256 }) => ({ path, sha256, item: folding.remarksOn({ path, sha256 }) })),
          index,
        );
  return decisions === null || remarks === null ? null : { decisions, remarks };
}

/** The decisions that hold on images if those made in one queue are left out. */
export function decisionsWithout(catalog: Catalog, queue: string): Binding {
  readReview(catalog);
  const { folding, index } = remembered.get(catalog)!;
  const { bound, stale } = bindPlaced(foldLog(folding.rows, queue).decisions, index, stillKept);
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

/** Circumstances of a step. */
export interface AboutStep {
  /** Key of the finding under review. */
  readonly queue: string | null;
  readonly note: string | null;
  readonly source: ActSource | null;
  readonly at: number;
}

/** The names of the classes of the folder, without those that the user made from single images. */
function folderClasses(images: ReadonlyMap<number, ReviewImage>, names: ClassNames): Set<string> {
  return new Set(
    [...new Set([...images.values()].map(({ ownClass }) => ownClass))].map((own) => classNameOf(names, own)),
  );
}

/**
 * Adds the acts of one user action to the log, all of them or none. Acts on images that no longer exist are left out.
 * @param more acts on classes, which come first and after which `applyClassNames` has to be called, and the acts on the
 *   remarks of each image
 * @returns the batch that undo takes back and the number of acts written, or null when nothing was left to write
 */
export function appendActs(
  catalog: Catalog,
  acts: readonly Act[],
  about: AboutStep,
  more: {
    readonly classes?: readonly ClassAct[];
    readonly remarks?: ReadonlyMap<number, readonly RemarkAct[]>;
  } = {},
): { batch: number; acts: number } | null {
  const { images, binding, state, remarks } = readReview(catalog);
  const classActs = more.classes ?? [];
  const remarkActs = [...(more.remarks ?? [])].filter(([image, changes]) => images.has(image) && changes.length > 0);
  const existing = acts.filter((act) => images.has(act.image));
  const ofFolder = existing.some(({ kind }) => kind === 'move') ? folderClasses(images, state.classNames) : null;
  const known = existing.map((act): Act => {
    // What is kept is the class that the user sees, and a moved image is seen in the class it was moved to.
    const before = act.kind === 'keep' ? binding.decisions.get(act.image) : undefined;
    if (before?.moved === true) return { ...act, kind: 'move', label: before.label };
    return act.kind === 'move' && act.label !== null && ofFolder?.has(act.label) === true
      ? { ...act, kind: 'relabel' }
      : act;
  });
  if (known.length + classActs.length + remarkActs.length === 0) return null;
  const valueOf = catalog.db
    .prepare<[string, number], number | null>(
      'SELECT value FROM finding_images JOIN findings ON findings.id = finding WHERE key = ? AND image = ?',
    )
    .pluck();
  const insert = catalog.decisions.prepare(
    'INSERT INTO acts (at, batch, kind, path, sha256, given, label, queue, value, note, source) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)',
  );
  return catalog.decisions
    .transaction(() => {
      const batch = nextSeq(catalog);
      for (const { kind, given, label } of classActs)
        insert.run(about.at, batch, kind, null, null, given, label, null, null, about.note, about.source);
      for (const act of known) {
        const image = images.get(act.image)!;
        const value = about.queue === null ? null : (valueOf.get(about.queue, act.image) ?? null);
        insert.run(
          about.at,
          batch,
          act.kind,
          image.path,
          image.sha256,
          image.ownClass,
          act.label,
          about.queue,
          value,
          about.note,
          about.source,
        );
      }
      for (const [id, changes] of remarkActs) {
        const image = images.get(id)!;
        // The remarks on a moved file stay with the path where they were first written.
        const { path, sha256 } = remarks.get(id) ?? image;
        for (const { kind, label } of changes)
          insert.run(about.at, batch, kind, path, sha256, image.ownClass, label, null, null, about.note, about.source);
      }
      return { batch, acts: known.length };
    })
    .immediate();
}

/**
 * Undoes the last batch that is not undone, or redoes the last undone one.
 * @param only does nothing if this is another batch
 * @returns the batch, or null when there is none
 */
export function appendStep(catalog: Catalog, kind: 'undo' | 'redo', at: number, only?: number): number | null {
  return catalog.decisions
    .transaction(() => {
      const { state } = readReview(catalog);
      const target = kind === 'undo' ? state.undoable : state.redoable;
      if (target === null || (only !== undefined && target !== only)) return null;
      catalog.decisions
        .prepare<[number, number, string, number]>('INSERT INTO acts (at, batch, kind, target) VALUES (?, ?, ?, ?)')
        .run(at, nextSeq(catalog), kind, target);
      return target;
    })
    .immediate();
}

function nextSeq(catalog: Catalog): number {
  return catalog.decisions.prepare<[], number>('SELECT coalesce(max(seq), 0) + 1 FROM acts').pluck().get()!;
}

/** When a batch was written. */
export function batchTime(catalog: Catalog, batch: number): number | null {
  return (
    catalog.decisions.prepare<[number], number>('SELECT at FROM acts WHERE batch = ? LIMIT 1').pluck().get(batch) ??
    null
  );
}

interface BatchRow {
  batch: number;
  at: number;
  images: number;
  kinds: string;
  label: string | null;
  path: string | null;
  note: string | null;
  source: ActSource | null;
}

/** The last steps of the log, the newest first. */
export function listSteps(catalog: Catalog, limit: number): ReviewStep[] {
  const standing = new Set(readReview(catalog).state.standing);
  return catalog.decisions
    .prepare<[number], BatchRow>(
      `WITH wanted AS MATERIALIZED (
          SELECT batch, kind, at, path, substr(label, 1, 200) AS label, note, source FROM acts
          WHERE batch IN (SELECT DISTINCT batch FROM acts WHERE target IS NULL ORDER BY batch DESC LIMIT ?) AND target IS NULL),
        counted AS (SELECT batch, json_group_array(json_object('kind', kind, 'count', count)) AS kinds
          FROM (SELECT batch, kind, count(*) AS count FROM wanted GROUP BY batch, kind) GROUP BY batch)
      SELECT batch, max(at) AS at, count(DISTINCT path) AS images, kinds, CASE WHEN min(label) = max(label) THEN max(label) END AS label,
        CASE WHEN count(DISTINCT path) = 1 THEN max(path) END AS path, max(note) AS note, max(source) AS source
      FROM wanted JOIN counted USING (batch) GROUP BY batch ORDER BY batch DESC`,
    )
    .all(limit)
    .map(({ kinds, ...row }) => ({
      ...row,
      undone: !standing.has(row.batch),
      kinds: JSON.parse(kinds) as ReviewStep['kinds'],
    }));
}

/** Paths of the images in a batch. */
export function batchPaths(catalog: Catalog, batch: number): string[] {
  return catalog.decisions
    .prepare<[number], string>('SELECT path FROM acts WHERE batch = ? AND path IS NOT NULL')
    .pluck()
    .all(batch);
}

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

/** The class that the probes find more likely than the given one. Images without such a verdict are left out. */
export function suggestions(catalog: Catalog, ids: readonly number[]): Map<number, string> {
  const rows = catalog.db
    .prepare<[string], { image: number; suggested: string }>(
      'SELECT image, suggested FROM label_verdicts WHERE image IN (SELECT value FROM json_each(?)) AND suggested <> given',
    )
    .all(JSON.stringify(ids));
  return new Map(rows.map((row) => [row.image, row.suggested]));
}
