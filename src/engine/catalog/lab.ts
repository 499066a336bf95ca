/** The user's recipe, stored with the decisions, and the results of the lab, stored with the index. */
import type { StoredLab, StoredRecipe } from '../../contract/model/collapse';
import type { LabRun, Yardstick } from '../../contract/model/lab';
import { completeReading, soundRecipe, type RecipeReading } from '../../core/collapse/recipe';
import type { Catalog } from './catalog';
import { contentKey } from './labels';

export interface KeptRecipe {
  readonly reading: RecipeReading;
  readonly script: StoredRecipe['script'];
  readonly at: number;
}

export function keptRecipe(catalog: Catalog): KeptRecipe | null {
  const row = catalog.decisions
    .prepare<[], { reading: string; script: string | null; at: number }>('SELECT reading, script, at FROM recipe')
    .get();
  return row
    ? {
        reading: JSON.parse(row.reading) as RecipeReading,
        script: row.script === null ? null : (JSON.parse(row.script) as KeptRecipe['script']),
        at: row.at,
      }
    : null;
}

export function keepRecipe(catalog: Catalog, { reading, script, at }: KeptRecipe): void {
  catalog.decisions
    .prepare(
      `INSERT INTO recipe (id, reading, script, at) VALUES (1, ?, ?, ?)
    ON CONFLICT (id) DO UPDATE SET reading = excluded.reading, script = excluded.script, at = excluded.at`,
    )
    .run(JSON.stringify(reading), script && JSON.stringify(script), at);
}

interface KeptYardstick {
  readonly yardstick: Yardstick;
  /** How many of the lab's images the pretrained network looked at, in its order; null without such a network. */
  readonly looked: number | null;
}

/** Earlier versions stored the yardstick alone. */
function readYardstick(body: string): KeptYardstick {
  const stored = JSON.parse(body) as KeptYardstick | Yardstick;
  return 'yardstick' in stored ? stored : { yardstick: stored, looked: null };
}

/**
 * The results that earlier labs on the same data and recipe have stored; runs in the order in which they were trained.
 */
export function earlierLab(
  catalog: Catalog,
  fingerprint: string,
): { yardstick: Yardstick | null; looked: number | null; done: LabRun[] } {
  const body = catalog.db
    .prepare<[string], string>('SELECT body FROM lab_yardsticks WHERE fingerprint = ?')
    .pluck()
    .get(fingerprint);
  const runs = catalog.db
    .prepare<[string], string>('SELECT body FROM lab_runs WHERE fingerprint = ? ORDER BY at')
    .pluck()
    .all(fingerprint);
  const kept = body === undefined ? null : readYardstick(body);
  return {
    yardstick: kept?.yardstick ?? null,
    looked: kept?.looked ?? null,
    done: runs.map((run) => JSON.parse(run) as LabRun),
  };
}

export function storeYardstick(catalog: Catalog, fingerprint: string, yardstick: KeptYardstick): void {
  catalog.db
    .prepare(
      'INSERT INTO lab_yardsticks (fingerprint, body) VALUES (?, ?) ON CONFLICT (fingerprint) DO UPDATE SET body = excluded.body',
    )
    .run(fingerprint, JSON.stringify(yardstick));
}

export function storeRun(catalog: Catalog, fingerprint: string, run: LabRun, at: number): void {
  catalog.db
    .prepare(
      `INSERT INTO lab_runs (fingerprint, kind, key, seed, steps, at, body) VALUES (?, ?, ?, ?, ?, ?, ?)
    ON CONFLICT (fingerprint, kind, key, seed, steps) DO UPDATE SET at = excluded.at, body = excluded.body`,
    )
    .run(fingerprint, run.kind, run.key, run.seed, run.steps, at, JSON.stringify(run));
}

/** Number of fingerprints (data and recipe) whose runs are kept, so that their labs can continue. */
const KEPT_LABS = 5;

/** Replaces the last result, and deletes the runs of older labs. */
export function storeLab(catalog: Catalog, lab: Omit<StoredLab, 'stale'>): void {
  const { db } = catalog;
  db.transaction(() => {
    db.prepare(
      'INSERT INTO lab_result (id, content_key, body) VALUES (1, ?, ?) ON CONFLICT (id) DO UPDATE SET content_key = excluded.content_key, body = excluded.body',
    ).run(contentKey(catalog), JSON.stringify(lab));
    db.exec(
      `DELETE FROM lab_runs WHERE fingerprint NOT IN (SELECT fingerprint FROM lab_runs GROUP BY fingerprint ORDER BY max(at) DESC LIMIT ${KEPT_LABS})`,
    );
    db.exec('DELETE FROM lab_yardsticks WHERE fingerprint NOT IN (SELECT fingerprint FROM lab_runs)');
  })();
}

export interface KeptLab extends StoredLab {
  readonly reading: RecipeReading;
}

export function storedLab(catalog: Catalog): KeptLab | null {
  const row = catalog.db
    .prepare<[], { content_key: string; body: string }>('SELECT content_key, body FROM lab_result')
    .get();
  if (!row) return null;
  const lab = JSON.parse(row.body) as Omit<KeptLab, 'stale'>;
  // The recipe of a lab of an earlier version lacks the fields that were added since.
  const reading = completeReading(
    lab.reading.recipe,
    lab.reading.sources,
    soundRecipe({ images: 1, imbalanceRatio: 1 }),
    lab.reading,
  );
  return { ...lab, reading, stale: row.content_key !== contentKey(catalog) };
}
