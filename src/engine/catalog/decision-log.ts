/** The log of the decisions file: steps are only ever added. */
import type { Act, ActSource, ReviewStep } from '../../contract/model/review';
import type { ReviewImage } from '../../core/review/binding';
import { classNameOf, type ClassAct, type ClassNames } from '../../core/review/class-names';
import type { RemarkAct } from '../../core/review/remarks';
import type { Catalog } from './catalog';
import { readReview } from './decisions';

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
 * The values of images in a finding, by image. The index is named, because SQLite would read the whole finding for each
 * image.
 */
function valuesIn(catalog: Catalog, finding: string, acts: readonly Act[]): ReadonlyMap<number, number | null> {
  const rows = catalog.db
    .prepare<[string, string], [number, number | null]>(
      `SELECT image, finding_images.value FROM json_each(?) AS wanted
      JOIN finding_images INDEXED BY finding_images_by_image
      ON image = wanted.value AND finding = (SELECT id FROM findings WHERE key = ?)`,
    )
    .raw()
    .all(JSON.stringify(acts.map(({ image }) => image)), finding);
  return new Map(rows);
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
  const values = about.queue === null ? null : valuesIn(catalog, about.queue, known);
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
        insert.run(
          about.at,
          batch,
          act.kind,
          image.path,
          image.sha256,
          image.ownClass,
          act.label,
          about.queue,
          values?.get(act.image) ?? null,
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
