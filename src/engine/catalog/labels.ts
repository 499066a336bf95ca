/**
 * Stores what the probes said and what follows for labels. The stage that runs a probe writes here;
 * `label-questions.ts` reads.
 */
import { createHash } from 'node:crypto';
import type { CurvePoint, LabelsSummary, ProbeKind, ProbeRun } from '../../contract/model/labels';
import { bytesOf, floatsOf } from './blobs';
import { bumpRevision, type Catalog } from './catalog';
import { keepResult } from './kept';

/** A finished run as it is stored: without what is derived when it is read. */
export type StoredRun = Omit<ProbeRun, 'stale'>;

/** Out-of-sample probabilities of one probe; row i belongs to `images[i]`. */
export interface ProbeOutputs {
  readonly classes: readonly string[];
  readonly images: Int32Array;
  /** Given class of each image, index into `classes`. */
  readonly labels: Int32Array;
  /** images × classes, row-major. */
  readonly probabilities: Float32Array;
}

export interface LabelVerdict {
  readonly image: number;
  readonly given: string;
  readonly suggested: string;
  readonly wrong: number;
  readonly flagged: boolean;
  readonly instant: { given: number; suggested: number } | null;
  readonly cnn: { given: number; suggested: number } | null;
}

/** Where a probe saw the images: images × dimensions, row-major. */
export interface Embedding {
  readonly values: Float32Array;
  readonly dimensions: number;
}

/** How the images lie in a probe's embedding. Row i of each array belongs to `images[i]`. */
export interface EmbeddingRows {
  readonly images: Int32Array;
  readonly x: Float32Array;
  readonly y: Float32Array;
  readonly outlier: Float32Array;
  /** images × k: image ids, nearest first, and their distances. */
  readonly neighbours: Int32Array;
  readonly distances: Float32Array;
  readonly k: number;
  /** Typical images by class name. */
  readonly exemplars: ReadonlyMap<string, readonly number[]>;
}

const contentKeys = new WeakMap<Catalog, { revision: number; key: string }>();

/** Names the contents and labels of all readable images: a probe's result holds as long as this stays the same. */
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

/** Part of what a probe has learned when it was cut off. */
export interface Checkpoint {
  readonly kind: ProbeKind;
  /** Which part: a later one of the same number replaces it. */
  readonly part: number;
  /** Names what was trained on. */
  readonly key: string;
  readonly body: Buffer;
}

/** Checkpoints and curves of a training on other images go; those on the same stay, to be gone on with. */
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

/** Keeps a part, the epoch's figures with it. @param obsolete number of a part that this one makes useless */
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
    // A fold that started again has learned nothing in the epochs to come.
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
 * Replaces the last run of this kind with a finished one. All or nothing; its checkpoints are no longer needed.
 * @param embedding kept until the next audit has placed the images by it; in the order of the outputs
 */
export function storeProbe(
  catalog: Catalog,
  kind: ProbeKind,
  key: string,
  run: StoredRun,
  outputs: ProbeOutputs,
  predicted: Int32Array,
  embedding: Embedding,
): void {
  const { db } = catalog;
  const add = db.prepare(
    'INSERT INTO probe_outputs (kind, image, given, predicted, probabilities) VALUES (?, ?, ?, ?, ?)',
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
      const row = outputs.probabilities.subarray(i * width, (i + 1) * width);
      add.run(kind, image, outputs.classes[outputs.labels[i]!], outputs.classes[predicted[i]!], bytesOf(row));
    });
    db.prepare('INSERT OR REPLACE INTO unplaced_embedding (id, kind, dimensions, body) VALUES (1, ?, ?, ?)').run(
      kind,
      embedding.dimensions,
      bytesOf(embedding.values),
    );
    db.prepare('DELETE FROM probe_checkpoints WHERE kind = ?').run(kind);
  })();
}

/** Replaces all verdicts on labels, and what sums them up. @param key names what they were made from */
export function storeVerdicts(
  catalog: Catalog,
  verdicts: Iterable<LabelVerdict>,
  summary: Omit<LabelsSummary, 'runs'>,
  key: string,
): void {
  const { db } = catalog;
  const add =
    db.prepare(`INSERT INTO label_verdicts (image, given, suggested, wrong, flagged, instant_given, instant_suggested, cnn_given, cnn_suggested)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`);
  db.transaction(() => {
    db.exec('DELETE FROM label_verdicts');
    for (const { image, given, suggested, wrong, flagged, instant, cnn } of verdicts) {
      add.run(
        image,
        given,
        suggested,
        wrong,
        flagged ? 1 : 0,
        instant?.given ?? null,
        instant?.suggested ?? null,
        cnn?.given ?? null,
        cnn?.suggested ?? null,
      );
    }
    keepResult(catalog, 'labels', key, summary);
    bumpRevision(catalog);
  })();
}

/** The embedding of the last probe that nothing was made from yet, with that probe. */
export function unplacedEmbedding(catalog: Catalog): { kind: ProbeKind; embedding: Embedding } | null {
  const row = catalog.db
    .prepare<[], { kind: ProbeKind; dimensions: number; body: Buffer }>(
      'SELECT kind, dimensions, body FROM unplaced_embedding',
    )
    .get();
  return row ? { kind: row.kind, embedding: { values: floatsOf(row.body), dimensions: row.dimensions } } : null;
}

/** Replaces how the images lie; null where the data set has changed since the probe looked. */
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
    for (const [name, images] of rows.exemplars)
      images.forEach((image, position) => addExemplar.run(name, position, image));
  })();
}
