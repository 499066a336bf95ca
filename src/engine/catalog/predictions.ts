/**
 * The predictions that can be diagnosed. Those of the user are stored here; those of the probes are read from the
 * probes' own tables.
 */
import { randomBytes } from 'node:crypto';
import type { PredictionsSummary } from '../../contract/model/collapse';
import type { ProbeKind } from '../../contract/model/labels';
import { PlumblineError } from '../../contract/errors';
import { renamedProbabilities, renameOutputs, type RenamedOutputs } from '../../core/collapse/renamed-classes';
import { classNameOf } from '../../core/review/class-names';
import { bytesOf, floatsOf } from './blobs';
import type { Catalog } from './catalog';
import { indexedClasses, storedClassNames } from './class-names';

/** What is stored about predictions. The figures are not, because they are computed when needed. */
export type PredictionsNotes = Pick<PredictionsSummary, 'notes' | 'unmatched' | 'missing' | 'model'>;

export interface OwnPredictions {
  readonly id: string;
  readonly source: 'table' | 'model';
  readonly name: string;
  readonly at: number;
  /** Key of the images and labels when the predictions were made. */
  readonly contentKey: string;
  readonly classes: readonly string[];
  readonly notes: PredictionsNotes;
}

export interface PredictedImage {
  readonly image: number;
  /** Index into the classes. */
  readonly predicted: number;
  readonly probabilities: ArrayLike<number> | null;
}

/** One image with its current label and split, and what was predicted for it. */
export interface JudgedImage {
  readonly className: string;
  readonly split: string | null;
  readonly predicted: number;
  /** One per class; null when the table has only predicted labels. */
  readonly probabilities: Float32Array | null;
}

export interface PredictedSet {
  readonly classes: readonly string[];
  readonly images: readonly JudgedImage[];
}

interface OwnRow {
  id: string;
  source: 'table' | 'model';
  name: string;
  at: number;
  content_key: string;
  classes: string;
  body: string;
}

const ownOf = ({ content_key: contentKey, classes, body, ...row }: OwnRow): OwnPredictions => ({
  ...row,
  contentKey,
  classes: JSON.parse(classes) as string[],
  notes: JSON.parse(body) as PredictionsNotes,
});

/** A new id. */
export const predictionsId = (): string => randomBytes(16).toString('hex');

/** Replaces predictions with the same id. Skips images that no longer exist. */
export function storePredictions(
  catalog: Catalog,
  { id, source, name, at, contentKey, classes, notes }: OwnPredictions,
  rows: Iterable<PredictedImage>,
): void {
  const { db } = catalog;
  const add = db.prepare(
    'INSERT INTO own_prediction_rows (predictions, image, predicted, probabilities) SELECT ?, id, ?, ? FROM images WHERE id = ?',
  );
  db.transaction(() => {
    db.prepare('DELETE FROM own_predictions WHERE id = ?').run(id);
    db.prepare(
      'INSERT INTO own_predictions (id, source, name, at, content_key, classes, body) VALUES (?, ?, ?, ?, ?, ?, ?)',
    ).run(id, source, name, at, contentKey, JSON.stringify(classes), JSON.stringify(notes));
    for (const { image, predicted, probabilities } of rows)
      add.run(id, predicted, probabilities && bytesOf(Float32Array.from(probabilities)), image);
  })();
}

/** Newest first. */
export function ownPredictions(catalog: Catalog): OwnPredictions[] {
  return catalog.db.prepare<[], OwnRow>('SELECT * FROM own_predictions ORDER BY at DESC, id').all().map(ownOf);
}

/** @throws PlumblineError not-found */
export function removePredictions(catalog: Catalog, id: string): void {
  const { changes } = catalog.db.prepare('DELETE FROM own_predictions WHERE id = ?').run(id);
  if (changes === 0)
    throw new PlumblineError('not-found', 'These predictions no longer exist, or they belong to a probe.', {
      details: { id },
    });
}

/**
 * How the classes of stored predictions are called now. A class that has images keeps its name; a class of the folder
 * that the user renamed or merged since has its new name.
 */
function presentOutputs(catalog: Catalog, classes: readonly string[]): RenamedOutputs {
  const names = storedClassNames(catalog);
  const present = new Set(names.size === 0 ? [] : indexedClasses(catalog).map(({ name }) => name));
  return renameOutputs(classes, (name) => (present.has(name) ? name : classNameOf(names, name)));
}

/** The current images with the user's predictions for them, in path order. */
export function ownSet(catalog: Catalog, { id, classes }: Pick<OwnPredictions, 'id' | 'classes'>): PredictedSet {
  const rows = catalog.db
    .prepare<[string], { label: string; split: string | null; predicted: number; probabilities: Buffer | null }>(
      `SELECT class_name AS label, split, predicted, probabilities FROM own_prediction_rows JOIN images ON images.id = image
      WHERE predictions = ? AND class_name IS NOT NULL ORDER BY path`,
    )
    .all(id);
  const outputs = presentOutputs(catalog, classes);
  return {
    classes: outputs.classes,
    images: rows.map(({ label, split, predicted, probabilities }) => ({
      className: label,
      split,
      predicted: outputs.place[predicted] ?? predicted,
      probabilities: probabilities && renamedProbabilities(outputs, floatsOf(probabilities)),
    })),
  };
}

/** Probabilities by image id, one per present class; null when the predictions are only labels. */
export function ownProbabilities(
  catalog: Catalog,
  { id, classes }: Pick<OwnPredictions, 'id' | 'classes'>,
): { classes: readonly string[]; rows: Map<number, Float32Array> } | null {
  const rows = catalog.db
    .prepare<[string], { image: number; probabilities: Buffer | null }>(
      'SELECT image, probabilities FROM own_prediction_rows WHERE predictions = ?',
    )
    .all(id);
  const outputs = presentOutputs(catalog, classes);
  const known = rows.flatMap(({ image, probabilities }) =>
    probabilities === null ? [] : [[image, renamedProbabilities(outputs, floatsOf(probabilities))] as const],
  );
  return known.length === 0 ? null : { classes: outputs.classes, rows: new Map(known) };
}

/** The current images with the predictions of the last run of a probe, in path order; null when it has never run. */
export function probeSet(catalog: Catalog, kind: ProbeKind): PredictedSet | null {
  const stored = catalog.db
    .prepare<[string], string>('SELECT classes FROM probe_runs WHERE kind = ?')
    .pluck()
    .get(kind);
  if (stored === undefined) return null;
  const classes = JSON.parse(stored) as string[];
  const indexOf = new Map(classes.map((name, i) => [name, i]));
  const rows = catalog.db
    .prepare<[string], { label: string; split: string | null; predicted: string; probabilities: Buffer }>(
      `SELECT class_name AS label, split, predicted, probabilities FROM probe_outputs JOIN images ON images.id = image
      WHERE kind = ? AND class_name IS NOT NULL ORDER BY path`,
    )
    .all(kind);
  return {
    classes,
    images: rows.map(({ label, split, predicted, probabilities }) => ({
      className: label,
      split,
      predicted: indexOf.get(predicted) ?? 0,
      probabilities: floatsOf(probabilities),
    })),
  };
}

/** @param path absolute */
export function rememberModel(catalog: Catalog, path: string, at: number): string {
  const token = randomBytes(16).toString('hex');
  catalog.db.prepare('INSERT INTO model_files (token, path, at) VALUES (?, ?, ?)').run(token, path, at);
  return token;
}

/** @throws PlumblineError not-found */
export function modelPath(catalog: Catalog, token: string): string {
  const path = catalog.db.prepare<[string], string>('SELECT path FROM model_files WHERE token = ?').pluck().get(token);
  if (path === undefined) throw new PlumblineError('not-found', 'This model is no longer known; choose it again.');
  return path;
}
