/** Stores what the probes said and what follows for labels. The stage that runs a probe writes here; `label-questions.ts` reads. */
import { createHash } from 'node:crypto';
import type { LabelsSummary, ProbeKind, ProbeRun } from '../../contract/labels';
import { bumpRevision, type Catalog } from './catalog';

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

const bytesOf = (values: Float32Array | Int32Array): Buffer => Buffer.from(values.buffer, values.byteOffset, values.byteLength);

const contentKeys = new WeakMap<Catalog, { revision: number; key: string }>();

/** Names the contents and labels of all readable images: a probe's result holds as long as this stays the same. */
export function contentKey(catalog: Catalog): string {
  const revision = catalog.db.prepare<[], number>('SELECT revision FROM dataset').pluck().get() ?? 0;
  const known = contentKeys.get(catalog);
  if (known?.revision === revision) return known.key;
  const hash = createHash('sha256');
  const rows = catalog.db.prepare<[], { sha256: string; label: string }>('SELECT sha256, class_name AS label FROM images WHERE class_name IS NOT NULL AND state = 1 ORDER BY path');
  for (const { sha256, label } of rows.iterate()) hash.update(`${sha256} ${label}\n`);
  const key = hash.digest('hex').slice(0, 32);
  contentKeys.set(catalog, { revision, key });
  return key;
}

/** Replaces the last run of this kind with a finished one. All or nothing; its checkpoints are no longer needed. */
export function storeProbe(catalog: Catalog, kind: ProbeKind, key: string, run: StoredRun, outputs: ProbeOutputs, predicted: Int32Array): void {
  const { db } = catalog;
  const add = db.prepare('INSERT INTO probe_outputs (kind, image, given, predicted, probabilities) VALUES (?, ?, ?, ?, ?)');
  const width = outputs.classes.length;
  db.transaction(() => {
    db.prepare('DELETE FROM probe_runs WHERE kind = ?').run(kind);
    db.prepare('INSERT INTO probe_runs (kind, content_key, classes, body) VALUES (?, ?, ?, ?)').run(kind, key, JSON.stringify(outputs.classes), JSON.stringify(run));
    outputs.images.forEach((image, i) => {
      const row = outputs.probabilities.subarray(i * width, (i + 1) * width);
      add.run(kind, image, outputs.classes[outputs.labels[i]!], outputs.classes[predicted[i]!], bytesOf(row));
    });
    db.prepare('DELETE FROM probe_checkpoints WHERE kind = ?').run(kind);
  })();
}

/** Replaces all verdicts on labels, and what sums them up. */
export function storeVerdicts(catalog: Catalog, verdicts: Iterable<LabelVerdict>, summary: Omit<LabelsSummary, 'runs'>): void {
  const { db } = catalog;
  const add = db.prepare(`INSERT INTO label_verdicts (image, given, suggested, wrong, flagged, instant_given, instant_suggested, cnn_given, cnn_suggested)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`);
  db.transaction(() => {
    db.exec('DELETE FROM label_verdicts');
    for (const { image, given, suggested, wrong, flagged, instant, cnn } of verdicts) {
      add.run(image, given, suggested, wrong, flagged ? 1 : 0, instant?.given ?? null, instant?.suggested ?? null, cnn?.given ?? null, cnn?.suggested ?? null);
    }
    db.prepare(`INSERT INTO kept_results (name, key, body) VALUES ('labels', '', ?) ON CONFLICT (name) DO UPDATE SET body = excluded.body`).run(JSON.stringify(summary));
    bumpRevision(catalog);
  })();
}

export function storeEmbedding(catalog: Catalog, rows: EmbeddingRows): void {
  const { db } = catalog;
  const add = db.prepare('INSERT INTO embeddings (image, x, y, outlier, neighbours, distances) VALUES (?, ?, ?, ?, ?, ?)');
  const addExemplar = db.prepare('INSERT INTO exemplars (class_name, position, image) VALUES (?, ?, ?)');
  db.transaction(() => {
    db.exec('DELETE FROM embeddings');
    db.exec('DELETE FROM exemplars');
    rows.images.forEach((image, i) => {
      const part = [i * rows.k, (i + 1) * rows.k] as const;
      add.run(image, rows.x[i], rows.y[i], rows.outlier[i], bytesOf(rows.neighbours.subarray(...part)), bytesOf(rows.distances.subarray(...part)));
    });
    for (const [name, images] of rows.exemplars) images.forEach((image, position) => addExemplar.run(name, position, image));
  })();
}
