/** Diagnoses the stored predictions: those of the probes, and those that the user provided. */
import type { Diagnosed, PredictionsSummary } from '../../contract/model/collapse';
import type { Diagnosis } from '../../contract/model/diagnosis';
import { PlumblineError } from '../../contract/errors';
import { PROBES } from '../../core/text/labels';
import { named as listed, quoted } from '../../core/text/names';
import { diagnose } from '../../core/collapse/diagnosis';
import { orderSplits } from '../../core/dataset/order';
import type { Catalog } from '../catalog/catalog';
import { labelsSummary } from '../catalog/label-queries';
import { contentKey } from '../catalog/labels';
import { orderedSplits } from '../catalog/listing';
import { ownPredictions, ownSet, probeSet, removePredictions, type PredictedSet } from '../catalog/predictions';
import { summaryOf } from '../catalog/summary';

/** What is known about predictions before they are diagnosed. */
type Head = Omit<PredictionsSummary, 'images' | 'verdict' | 'accuracy' | 'balancedAccuracy'>;

interface Known {
  readonly head: Head;
  readonly set: () => PredictedSet;
}

function known(catalog: Catalog): Known[] {
  const key = contentKey(catalog);
  const nothing = { count: 0, paths: [] };
  const probes = labelsSummary(catalog).runs.map(({ kind, finishedAt, stale }): Known => ({
    head: {
      id: kind,
      source: 'probe',
      name: PROBES[kind].title,
      at: finishedAt,
      stale,
      notes: [],
      unmatched: nothing,
      missing: nothing,
      model: null,
    },
    set: () => probeSet(catalog, kind) ?? { classes: [], images: [] },
  }));
  const own = ownPredictions(catalog).map((stored): Known => ({
    head: {
      id: stored.id,
      source: stored.source,
      name: stored.name,
      at: stored.at,
      stale: stored.contentKey !== key,
      ...stored.notes,
    },
    set: () => ownSet(catalog, stored),
  }));
  return [...probes, ...own];
}

interface Judged {
  readonly diagnosis: Diagnosis;
  readonly splits: Diagnosed['splits'];
}

/** Leaves out images whose class is not among the classes of the predictions, e.g. because a folder was renamed. */
function judge(catalog: Catalog, set: PredictedSet, split: string | null): Judged {
  const indexOf = new Map(set.classes.map((name, i) => [name, i]));
  const images = set.images.filter((image) => indexOf.has(image.className));
  const chosen = split === null ? images : images.filter((image) => image.split === split);
  if (chosen.length === 0) {
    const splits = orderSplits([...new Set(images.flatMap((image) => image.split ?? []))]);
    if (split !== null && !splits.includes(split)) {
      throw new PlumblineError(
        'not-found',
        splits.length === 0
          ? `None of the predicted images has a split, so “${split}” cannot be judged alone.`
          : `No predicted image is in a split “${split}”; there are ${listed(splits.map(quoted), 5)}.`,
        { details: { split } },
      );
    }
    throw new PlumblineError(
      'not-found',
      split === null
        ? 'None of the predicted images is in the data set any more.'
        : `No image of “${split}” has a prediction.`,
      { details: { split } },
    );
  }
  const width = set.classes.length;
  const whole = chosen.every((image) => image.probabilities !== null);
  const probabilities = whole ? new Float32Array(chosen.length * width) : null;
  chosen.forEach((image, i) => probabilities?.set(image.probabilities ?? [], i * width));
  const labels = Int32Array.from(chosen, (image) => indexOf.get(image.className)!);
  const splits = orderedSplits(catalog).map((name) => ({
    name,
    images: images.filter((image) => image.split === name).length,
  }));
  return {
    diagnosis: diagnose({
      classes: set.classes,
      labels,
      predicted: Int32Array.from(chosen, (image) => image.predicted),
      probabilities,
    }),
    splits: splits.filter((one) => one.images > 0),
  };
}

const kept = new WeakMap<Catalog, { data: string; judged: Map<string, Judged> }>();

/** Cached until images, labels or splits change, because a permutation test over many classes takes a while. */
function judged(catalog: Catalog, { head, set }: Known, split: string | null): Judged {
  const data = JSON.stringify([contentKey(catalog), summaryOf(catalog).classes.map((one) => [one.name, one.perSplit])]);
  const last = kept.get(catalog);
  const store = last?.data === data ? last.judged : new Map<string, Judged>();
  kept.set(catalog, { data, judged: store });
  const key = JSON.stringify([head.id, head.at, split]);
  const made = store.get(key) ?? judge(catalog, set(), split);
  store.set(key, made);
  return made;
}

function summed(head: Head, { figures, verdict }: Diagnosis): PredictionsSummary {
  return {
    ...head,
    images: figures.images,
    verdict: { kind: verdict.kind, sentence: verdict.sentence },
    accuracy: figures.accuracy.value,
    balancedAccuracy: figures.balancedAccuracy.value,
  };
}

/** Leaves out predictions whose images are all gone. */
export function listPredictions(catalog: Catalog): PredictionsSummary[] {
  return known(catalog).flatMap((one) => {
    try {
      return [summed(one.head, judged(catalog, one, null).diagnosis)];
    } catch (error) {
      if (error instanceof PlumblineError && error.code === 'not-found') return [];
      throw error;
    }
  });
}

/** @throws PlumblineError not-found */
export function diagnosisOf(catalog: Catalog, id: string, split: string | null): Diagnosed {
  const one = known(catalog).find(({ head }) => head.id === id);
  if (!one) throw new PlumblineError('not-found', 'These predictions no longer exist.', { details: { id } });
  const whole = judged(catalog, one, null);
  const { diagnosis, splits } = split === null ? whole : judged(catalog, one, split);
  return { predictions: summed(one.head, whole.diagnosis), diagnosis, splits };
}

/**
 * The diagnosis that the checklist uses: of the user's newest predictions, otherwise of a probe. Stale predictions do
 * not count.
 */
export function tellingDiagnosis(catalog: Catalog): Diagnosis | null {
  const fresh = known(catalog).filter(({ head }) => !head.stale);
  const chosen = fresh.find(({ head }) => head.source !== 'probe') ?? fresh[0];
  return chosen ? judged(catalog, chosen, null).diagnosis : null;
}

export function forgetPredictions(catalog: Catalog, id: string): void {
  removePredictions(catalog, id);
}
