/** Stores the results of the probes and the verdicts on labels. Read by label-queries.ts. */
import { createHash } from 'node:crypto';
import type { CurvePoint, LabelsSummary, ProbeKind, Probed, ProbeRun } from '../../contract/model/labels';
import { MEASURE_VERSION } from '../../core/images/measure';
import { bytesOf, floatsOf } from './blobs';
import { bumpRevision, type Catalog } from './catalog';
import { keepResult } from './kept';
import { storeSimilarity, type Embedding } from './similarity';

/** A finished run as it is stored, without the fields that are derived when it is read. */
export type StoredRun = Omit<ProbeRun, 'stale'>;

/** Out-of-sample probabilities of one probe; row i belongs to `images[i]`. */
export interface ProbeOutputs {
  readonly classes: readonly string[];
  readonly images: Int32Array;
  /** Given class of each image, index into `classes`. */
  readonly labels: Int32Array;
  /** P(given label | image), images × classes, row-major. */
  readonly probabilities: Float32Array;
  /** P(true class | image), images × classes, row-major. */
  readonly truth: Float32Array;
}

export interface LabelVerdict {
  readonly image: number;
  readonly given: string;
  readonly suggested: string;
  readonly wrong: number;
  readonly flagged: boolean;
  readonly probed: readonly Probed[];
}

/** What is stored of a probe's embedding for each image. Row i of each array belongs to `images[i]`. */
export interface EmbeddingRows {
  readonly images: Int32Array;
  readonly embedding: Embedding;
  readonly x: Float32Array;
  readonly y: Float32Array;
  readonly outlier: Float32Array;
  /** images × k, nearest first: image ids, and below their distances. */
  readonly neighbours: Int32Array;
  readonly distances: Float32Array;
  readonly k: number;
  /** Typical images by class name. */
  readonly exemplars: ReadonlyMap<string, readonly number[]>;
}

const contentKeys = new WeakMap<Catalog, { revision: number; key: string }>();

/**
 * Key of the contents and labels of all readable images. A probe's result is valid as long as the key stays the same.
 */
export function contentKey(catalog: Catalog): string {
  const revision = catalog.db.prepare<[], number>('SELECT revision FROM dataset').pluck().get() ?? 0;
  const known = contentKeys.get(catalog);
  if (known?.revision === revision) return known.key;
  const hash = createHash('sha256');
  const rows = catalog.db.prepare<[], { sha256: string; label: string }>(
    'SELECT sha256, class_name AS label FROM images WHERE class_name IS NOT NULL AND state = 1 ORDER BY path',
  );
  for (const { sha256, label } of rows.iterate()) hash.update(`${sha256} ${label}\n`);
  const key = hash.digest('hex').slice(0, 32);
  contentKeys.set(catalog, { revision, key });
  return key;
}

/**
 * Key of what a training reads: `contentKey` and the version of the measures, of which the raster is one. No training
 * is continued under another key. A finished probe stays valid: it has judged the same images and labels.
 * @param version of the measures
 */
export function trainedOnKey(catalog: Catalog, version = MEASURE_VERSION): string {
  return `${contentKey(catalog)}.${version}`;
}

/** One stored part of the state of a training, from which it can continue. */
export interface Checkpoint {
  readonly kind: ProbeKind;
  /** Number of the part. A later part with the same number replaces it. */
  readonly part: number;
  /** Key of everything that the training depends on. */
  readonly key: string;
  readonly body: Buffer;
}

/**
 * Deletes checkpoints and curves of trainings with another key. Those with the same key stay, so that the training can
 * continue.
 */
export function beginTraining(catalog: Catalog, kind: ProbeKind, key: string): void {
  const { db } = catalog;
  db.transaction(() => {
    db.prepare('DELETE FROM probe_checkpoints WHERE kind = ? AND content_key <> ?').run(kind, key);
    const kept = db
      .prepare<[string], number>('SELECT count(*) FROM probe_checkpoints WHERE kind = ?')
      .pluck()
      .get(kind);
    if (kept === 0) db.prepare('DELETE FROM curve_points WHERE kind = ?').run(kind);
  })();
}

export function storedCheckpoints(catalog: Catalog, kind: ProbeKind, key: string): Buffer[] {
  return catalog.db
    .prepare<[string, string], Buffer>(
      'SELECT body FROM probe_checkpoints WHERE kind = ? AND content_key = ? ORDER BY part',
    )
    .pluck()
    .all(kind, key);
}

/**
 * Stores a part together with the figures of the epoch.
 * @param obsolete number of a part that this one makes useless
 */
export function storeCheckpoint(
  catalog: Catalog,
  { kind, part, key, body }: Checkpoint,
  point: CurvePoint | null,
  obsolete: number | null,
): void {
  const { db } = catalog;
  db.transaction(() => {
    db.prepare(
      'INSERT INTO probe_checkpoints (kind, part, content_key, body) VALUES (?, ?, ?, ?) ON CONFLICT (kind, part) DO UPDATE SET content_key = excluded.content_key, body = excluded.body',
    ).run(kind, part, key, body);
    if (obsolete !== null) db.prepare('DELETE FROM probe_checkpoints WHERE kind = ? AND part = ?').run(kind, obsolete);
    if (point === null) return;
    // When a fold was started again, its later epochs have not been trained yet.
    db.prepare('DELETE FROM curve_points WHERE kind = ? AND fold = ? AND epoch >= ?').run(
      kind,
      point.fold,
      point.epoch,
    );
    db.prepare('INSERT INTO curve_points (kind, fold, epoch, body) VALUES (?, ?, ?, ?)').run(
      kind,
      point.fold,
      point.epoch,
      JSON.stringify(point),
    );
  })();
}

/**
 * Replaces the last run of this kind with a finished one in one transaction, and deletes its checkpoints.
 * @param embedding stored until the next audit has placed the images by it; rows in the order of the outputs. With
 *   null, the images keep their places.
 */
export function storeProbe(
  catalog: Catalog,
  kind: ProbeKind,
  key: string,
  run: StoredRun,
  outputs: ProbeOutputs,
  predicted: Int32Array,
  embedding: Embedding | null,
): void {
  const { db } = catalog;
  const add = db.prepare(
    'INSERT INTO probe_outputs (kind, image, given, predicted, probabilities, truth) VALUES (?, ?, ?, ?, ?, ?)',
  );
  const width = outputs.classes.length;
  db.transaction(() => {
    db.prepare('DELETE FROM probe_runs WHERE kind = ?').run(kind);
    db.prepare('INSERT INTO probe_runs (kind, content_key, classes, body) VALUES (?, ?, ?, ?)').run(
      kind,
      key,
      JSON.stringify(outputs.classes),
      JSON.stringify(run),
    );
    outputs.images.forEach((image, i) => {
      const rowOf = (values: Float32Array): Buffer => bytesOf(values.subarray(i * width, (i + 1) * width));
      add.run(
        kind,
        image,
        outputs.classes[outputs.labels[i]!],
        outputs.classes[predicted[i]!],
        rowOf(outputs.probabilities),
        rowOf(outputs.truth),
      );
    });
    if (embedding !== null)
      db.prepare('INSERT OR REPLACE INTO unplaced_embedding (id, kind, dimensions, body) VALUES (1, ?, ?, ?)').run(
        kind,
        embedding.dimensions,
        bytesOf(embedding.values),
      );
    db.prepare('DELETE FROM probe_checkpoints WHERE kind = ?').run(kind);
  })();
}

/**
 * Replaces all verdicts on labels and their summary.
 * @param key identifies what they were made from
 */
export function storeVerdicts(
  catalog: Catalog,
  verdicts: Iterable<LabelVerdict>,
  summary: Omit<LabelsSummary, 'runs'>,
  key: string,
): void {
  const { db } = catalog;
  const add = db.prepare(
    'INSERT INTO label_verdicts (image, given, suggested, wrong, flagged, probed) VALUES (?, ?, ?, ?, ?, ?)',
  );
  db.transaction(() => {
    db.exec('DELETE FROM label_verdicts');
    for (const { image, given, suggested, wrong, flagged, probed } of verdicts)
      add.run(image, given, suggested, wrong, flagged ? 1 : 0, JSON.stringify(probed));
    keepResult(catalog, 'labels', key, summary);
    bumpRevision(catalog);
  })();
}

/** The last embedding that has not been used to place the images yet, and its probe. */
export function unplacedEmbedding(catalog: Catalog): { kind: ProbeKind; embedding: Embedding } | null {
  const row = catalog.db
    .prepare<[], { kind: ProbeKind; dimensions: number; body: Buffer }>(
      'SELECT kind, dimensions, body FROM unplaced_embedding',
    )
    .get();
  return row ? { kind: row.kind, embedding: { values: floatsOf(row.body), dimensions: row.dimensions } } : null;
}

/**
 * Replaces the stored places of the images.
 * @param rows null when the data set has changed since the probe ran: the old places then stay
 */
export function storePlaces(catalog: Catalog, rows: EmbeddingRows | null): void {
  const { db } = catalog;
  const add = db.prepare(
    'INSERT INTO embeddings (image, x, y, outlier, neighbours, distances) VALUES (?, ?, ?, ?, ?, ?)',
  );
  const addExemplar = db.prepare('INSERT INTO exemplars (class_name, position, image) VALUES (?, ?, ?)');
  db.transaction(() => {
    db.exec('DELETE FROM unplaced_embedding');
    if (rows === null) return;
    db.exec('DELETE FROM embeddings');
    db.exec('DELETE FROM exemplars');
    rows.images.forEach((image, i) => {
      const part = [i * rows.k, (i + 1) * rows.k] as const;
      add.run(
        image,
        rows.x[i],
        rows.y[i],
        rows.outlier[i],
        bytesOf(rows.neighbours.subarray(...part)),
        bytesOf(rows.distances.subarray(...part)),
      );
    });
    storeSimilarity(catalog, rows.images, rows.embedding);
    for (const [name, images] of rows.exemplars)
      images.forEach((image, position) => addExemplar.run(name, position, image));
  })();
}
