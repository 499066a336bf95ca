/** Queries about probes and labels, for windows, the report and the stages. */
import {
  type Confusion,
  curvePointSchema,
  type CurvePoint,
  type EmbeddingMap,
  type LabelsSummary,
  type Probed,
  type ProbeKind,
  type Suspect,
  type SuspectFilter,
  type Surroundings,
} from '../../contract/model/labels';
import type { LabelEvidence } from '../../core/checks/check';
import { byCodePoint } from '../../core/dataset/order';
import { judgingRuns } from '../../core/labels/judging-runs';
import { floatsOf, integersOf } from './blobs';
import type { Catalog } from './catalog';
import { suspectCondition, type Value } from './image-filter';
import { getCards, type Page } from './images';
import { contentKey, type LabelVerdict, type ProbeOutputs, type StoredRun } from './labels';
import { orderedSplits } from './listing';
import { readReview } from './decisions';

interface RunRow {
  kind: ProbeKind;
  content_key: string;
  classes: string;
  body: string;
}

function runRow(catalog: Catalog, kind: ProbeKind): RunRow | undefined {
  return catalog.db
    .prepare<[string], RunRow>('SELECT kind, content_key, classes, body FROM probe_runs WHERE kind = ?')
    .get(kind);
}

/** The outputs of the last run of a probe; null when there is no run or images or labels have changed since. */
export function freshOutputs(catalog: Catalog, kind: ProbeKind): ProbeOutputs | null {
  const run = runRow(catalog, kind);
  if (run?.content_key !== contentKey(catalog)) return null;
  const classes = JSON.parse(run.classes) as string[];
  const indexOf = new Map(classes.map((name, i) => [name, i]));
  const rows = catalog.db
    .prepare<[string], { image: number; given: string; probabilities: Buffer; truth: Buffer }>(
      `SELECT image, given, probabilities, truth FROM probe_outputs JOIN images ON images.id = image WHERE kind = ? ORDER BY images.path`,
    )
    .all(kind);
  const probabilities = new Float32Array(rows.length * classes.length);
  const truth = new Float32Array(rows.length * classes.length);
  rows.forEach((row, i) => {
    probabilities.set(floatsOf(row.probabilities), i * classes.length);
    truth.set(floatsOf(row.truth), i * classes.length);
  });
  return {
    classes,
    images: Int32Array.from(rows, (row) => row.image),
    labels: Int32Array.from(rows, (row) => indexOf.get(row.given) ?? 0),
    probabilities,
    truth,
  };
}

export function labelsSummary(catalog: Catalog): LabelsSummary {
  const key = contentKey(catalog);
  const rows = catalog.db
    .prepare<[], RunRow>('SELECT kind, content_key, classes, body FROM probe_runs ORDER BY kind DESC')
    .all();
  const runs = rows.map((row) => ({ ...(JSON.parse(row.body) as StoredRun), stale: row.content_key !== key }));
  const kept = catalog.db.prepare<[], string>(`SELECT body FROM kept_results WHERE name = 'labels'`).pluck().get();
  const rest =
    kept === undefined
      ? { withheld: null, judged: 0, flagged: 0, estimate: null, curve: [], pairs: [], joint: [] }
      : (JSON.parse(kept) as Omit<LabelsSummary, 'runs'>);
  return { runs, ...rest };
}

/** Which probes ran, without reading what they found: with many classes, that is megabytes. */
export function probesRun(catalog: Catalog): { readonly kind: ProbeKind; readonly stale: boolean }[] {
  const key = contentKey(catalog);
  return catalog.db
    .prepare<[], Pick<RunRow, 'kind' | 'content_key'>>('SELECT kind, content_key FROM probe_runs ORDER BY kind DESC')
    .all()
    .map((row) => ({ kind: row.kind, stale: row.content_key !== key }));
}

/** Why no label is judged; null if they are, or if no probe ran. */
export function judgementWithheld(catalog: Catalog): string | null {
  const why = catalog.db
    .prepare<[], string | null>(`SELECT json_extract(body, '$.withheld') FROM kept_results WHERE name = 'labels'`)
    .pluck()
    .get();
  return why ?? null;
}

/** Key of what the stored verdicts were made from; null when there are none. */
export function judgementKey(catalog: Catalog): string | null {
  return catalog.db.prepare<[], string>(`SELECT key FROM kept_results WHERE name = 'labels'`).pluck().get() ?? null;
}

interface VerdictRow {
  image: number;
  given: string;
  suggested: string;
  wrong: number;
  flagged: number;
  probed: string;
}

function verdictOf(row: VerdictRow): LabelVerdict {
  return {
    image: row.image,
    given: row.given,
    suggested: row.suggested,
    wrong: row.wrong,
    flagged: row.flagged === 1,
    probed: JSON.parse(row.probed) as Probed[],
  };
}

/** Every verdict with its image's path, in path order. */
export function judgedLabels(catalog: Catalog): (LabelVerdict & { readonly path: string })[] {
  return catalog.db
    .prepare<[], VerdictRow & { path: string }>(
      'SELECT label_verdicts.*, images.path FROM label_verdicts JOIN images ON images.id = image ORDER BY images.path',
    )
    .all()
    .map((row) => ({ ...verdictOf(row), path: row.path }));
}

/** Images whose label the user confirmed. */
function foundRight(catalog: Catalog): Set<number> {
  return new Set(
    [...readReview(catalog).binding.decisions].flatMap(([image, decision]) =>
      decision.verdict === 'keep' ? [image] : [],
    ),
  );
}

/**
 * Images whose label is flagged as wrong and was not confirmed by the user; empty when no probe ran over the current
 * data.
 */
export function flaggedImages(catalog: Catalog): Set<number> {
  if (probesRun(catalog).every((run) => run.stale)) return new Set();
  const found = foundRight(catalog);
  return new Set(judgedLabels(catalog).flatMap(({ image, flagged }) => (flagged && !found.has(image) ? [image] : [])));
}

/**
 * What the checks get to know about labels, with a key that identifies it; null when no probe ran over the current
 * data. A label that the user confirmed counts as right.
 */
export function labelEvidence(catalog: Catalog): { key: string; evidence: LabelEvidence } | null {
  const { runs, estimate, joint } = labelsSummary(catalog);
  const fresh = runs.filter((run) => !run.stale);
  if (fresh.length === 0) return null;
  const found = foundRight(catalog);
  const distances = catalog.db
    .prepare<[], { image: number; value: number }>('SELECT image, outlier AS value FROM embeddings')
    .all();
  const predicted = new Map(
    catalog.db
      .prepare<[string], { image: number; predicted: string }>(
        'SELECT image, predicted FROM probe_outputs WHERE kind = ?',
      )
      .all(judgingRuns(runs)[0]!.kind)
      .map((row) => [row.image, row.predicted]),
  );
  const verdicts = judgedLabels(catalog).map((verdict) => ({
    ...verdict,
    ...(found.has(verdict.image) ? { suggested: verdict.given, wrong: 0 } : {}),
    predicted: found.has(verdict.image) ? verdict.given : (predicted.get(verdict.image) ?? verdict.given),
  }));
  return {
    key: JSON.stringify([judgementKey(catalog), [...found].sort((a, b) => a - b)]),
    evidence: { verdicts, estimate, joint, distances },
  };
}

/** One page of suspicious labels, worst first. */
export function listSuspects(catalog: Catalog, filter: SuspectFilter, page: Page): { total: number; items: Suspect[] } {
  const { sql: where, values } = suspectCondition(filter);
  const total = catalog.db
    .prepare<Value[], number>(`SELECT count(*) FROM label_verdicts WHERE ${where}`)
    .pluck()
    .get(...values)!;
  const rows = catalog.db
    .prepare<Value[], VerdictRow>(
      `SELECT * FROM label_verdicts WHERE ${where} ORDER BY wrong DESC, image LIMIT ? OFFSET ?`,
    )
    .all(...values, page.limit, page.offset);
  const cards = getCards(
    catalog,
    rows.map((row) => row.image),
  );
  return {
    total,
    items: rows.flatMap((row) => {
      const card = cards.get(row.image);
      const { given, suggested, wrong, flagged, probed } = verdictOf(row);
      return card ? { card, given, suggested, wrong, flagged, probed: [...probed] } : [];
    }),
  };
}

export function confusionOf(catalog: Catalog, kind: ProbeKind): Confusion {
  const rows = catalog.db
    .prepare<[string], { given: string; predicted: string; count: number }>(
      'SELECT given, predicted, count(*) AS count FROM probe_outputs WHERE kind = ? GROUP BY given, predicted',
    )
    .all(kind);
  const classes = [...new Set(rows.flatMap((row) => [row.given, row.predicted]))].sort(byCodePoint);
  const indexOf = new Map(classes.map((name, i) => [name, i]));
  return {
    classes,
    cells: rows.map((row) => ({
      given: indexOf.get(row.given)!,
      predicted: indexOf.get(row.predicted)!,
      count: row.count,
    })),
  };
}

export function curveOf(catalog: Catalog, kind: ProbeKind): CurvePoint[] {
  const rows = catalog.db
    .prepare<[string], string>('SELECT body FROM curve_points WHERE kind = ? ORDER BY fold, epoch')
    .pluck()
    .all(kind);
  return rows.map((body) => curvePointSchema.parse(JSON.parse(body)));
}

export function embeddingMap(catalog: Catalog): EmbeddingMap {
  const rows = catalog.db
    .prepare<[], { id: number; x: number; y: number; label: string; split: string | null; flagged: number | null }>(
      `SELECT images.id, x, y, class_name AS label, split, flagged FROM embeddings JOIN images ON images.id = embeddings.image
      LEFT JOIN label_verdicts ON label_verdicts.image = images.id WHERE class_name IS NOT NULL ORDER BY images.id`,
    )
    .all();
  const classes = [...new Set(rows.map((row) => row.label))].sort(byCodePoint);
  const splits = orderedSplits(catalog);
  const classIndex = new Map(classes.map((name, i) => [name, i]));
  const splitIndex = new Map(splits.map((name, i) => [name, i]));
  return {
    ids: Uint32Array.from(rows, (row) => row.id),
    x: Float32Array.from(rows, (row) => row.x),
    y: Float32Array.from(rows, (row) => row.y),
    classOf: Uint16Array.from(rows, (row) => classIndex.get(row.label)!),
    splitOf: Uint8Array.from(rows, (row) => (row.split === null ? 255 : (splitIndex.get(row.split) ?? 255))),
    flagged: Uint8Array.from(rows, (row) => row.flagged ?? 0),
    classes,
    splits: [...splits],
  };
}

/** What a window shows beside an image in review; the lists are empty before a probe has run. */
export function surroundingsOf(catalog: Catalog, image: number): Surroundings {
  const near = catalog.db
    .prepare<[number], { neighbours: Buffer; distances: Buffer }>(
      'SELECT neighbours, distances FROM embeddings WHERE image = ?',
    )
    .get(image);
  const ids = near ? [...integersOf(near.neighbours)] : [];
  const distances = near ? floatsOf(near.distances) : new Float32Array();
  const verdict = catalog.db
    .prepare<[number], { given: string; suggested: string }>(
      'SELECT given, suggested FROM label_verdicts WHERE image = ?',
    )
    .get(image);
  const exemplarIds = (name: string | undefined) =>
    name === undefined
      ? []
      : catalog.db
          .prepare<[string, number], number>(
            'SELECT image FROM exemplars WHERE class_name = ? AND image <> ? ORDER BY position LIMIT 6',
          )
          .pluck()
          .all(name, image);
  const given = exemplarIds(verdict?.given);
  const suggested = verdict && verdict.suggested !== verdict.given ? exemplarIds(verdict.suggested) : [];
  const cards = getCards(catalog, [...ids, ...given, ...suggested]);
  const cardsOf = (wanted: readonly number[]) => wanted.flatMap((id) => cards.get(id) ?? []);
  return {
    image,
    neighbours: ids.flatMap((id, i) => (cards.has(id) ? { ...cards.get(id)!, distance: distances[i] ?? 0 } : [])),
    givenExemplars: cardsOf(given),
    suggestedExemplars: cardsOf(suggested),
  };
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
