/** Diagnoses predictions: those of the probes, and those that the user provides as a table or as a model. */
import { createHash } from 'node:crypto';
import { basename } from 'node:path';
import type { Diagnosed, PredictionsSummary } from '../../contract/model/collapse';
import type { Diagnosis } from '../../contract/model/diagnosis';
import { PlumblineError } from '../../contract/errors';
import type { Preprocessing } from '../../contract/model/user-model';
import { PROBES } from '../../core/text/labels';
import { named as listed, quoted } from '../../core/text/names';
import { diagnose } from '../../core/collapse/diagnosis';
import { importPredictions, type Imported } from '../../core/collapse/imported';
import { byCodePoint, orderSplits } from '../../core/dataset/order';
import type { Catalog } from '../catalog/catalog';
import { ownClassOf } from '../catalog/class-names';
import { readDataset } from '../catalog/dataset';
import { rawPaths } from '../catalog/export-source';
import { labelsSummary } from '../catalog/label-queries';
import { contentKey } from '../catalog/labels';
import { orderedSplits } from '../catalog/listing';
import {
  modelPath,
  ownPredictions,
  ownSet,
  predictionsId,
  probeSet,
  removePredictions,
  storePredictions,
  type OwnPredictions,
  type PredictedImage,
  type PredictedSet,
} from '../catalog/predictions';
import { summaryOf } from '../catalog/summary';
import { runModel } from './model-run';
import { predictionCells, textCells, type Cells, type PredictionFiles } from '../files/predictions-file';
import { filePath } from '../files/paths';
import type { Task } from '../process/task';
import { cohortOf, type Cohort } from './cohort';

/** Limit on the listed paths of images that did not match. */
const NAMED = 100;

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

/**
 * @throws PlumblineError no-images while the folder is not fully indexed, or when it has no readable image with a label
 */
export function indexedCohort(catalog: Catalog): Cohort {
  if (readDataset(catalog).complete === 0)
    throw new PlumblineError(
      'no-images',
      'This data set is not fully indexed yet; wait until indexing finishes, then try again.',
    );
  const cohort = cohortOf(catalog);
  if (cohort.images.length === 0)
    throw new PlumblineError('no-images', 'This data set has no readable image with a label.');
  return cohort;
}

const named = (paths: readonly string[]): PredictionsSummary['unmatched'] => ({
  count: paths.length,
  paths: paths.slice(0, NAMED),
});

/**
 * Stores the predictions of a table in a text. Importing the same file again replaces the earlier import.
 * @param model which one of several models; it is added to the name
 * @returns the id of the predictions
 * @throws PlumblineError bad-predictions, several-models, no-images
 */
export function importText(
  catalog: Catalog,
  { name, text, model }: { readonly name: string; readonly text: string; readonly model: string | null },
  at: number,
): string {
  const id = createHash('sha256').update(JSON.stringify(model === null ? [name, text] : [name, text, model]));
  return storeTable(catalog, { id: id.digest('hex').slice(0, 32), name, at }, textCells(name, text), model);
}

/**
 * The same for a file on disk.
 * @throws PlumblineError bad-predictions, several-models, no-images, no-permission
 */
export async function importFile(
  catalog: Catalog,
  { model, ...files }: PredictionFiles & { readonly model: string | null },
  at: number,
): Promise<string> {
  const { cells, content } = await predictionCells(files, indexedCohort(catalog).classes);
  const name = basename(files.predictions);
  const id = createHash('sha256').update(
    JSON.stringify([name, content.map((part) => part.length), ...(model === null ? [] : [model])]),
  );
  for (const part of content) id.update(part);
  return storeTable(catalog, { id: id.digest('hex').slice(0, 32), name, at }, cells, model);
}

function storeTable(
  catalog: Catalog,
  { id, name, at }: Pick<OwnPredictions, 'id' | 'name' | 'at'>,
  table: Cells,
  model: string | null,
): string {
  const cohort = indexedCohort(catalog);
  const { images, paths } = cohort;
  const {
    read: { rows, notes, unmatched, missing },
    classes,
  } = readPredictions(catalog, cohort, table, model);
  const pathOf = new Map(Array.from(images, (image, i) => [image, paths[i]!]));
  storePredictions(
    catalog,
    {
      id,
      source: 'table',
      name: model === null ? name : `${name} · ${model}`,
      at,
      contentKey: contentKey(catalog),
      classes,
      notes: {
        notes: [...notes],
        unmatched: named(unmatched),
        missing: named(missing.map((image) => pathOf.get(image)!)),
        model: null,
      },
    },
    rows,
  );
  return id;
}

/**
 * A table may have the present classes or those of the folder, if the user renamed or merged some. The reading with
 * more rows is taken.
 * @throws PlumblineError several-models; bad-predictions if neither can be read
 */
function readPredictions(
  catalog: Catalog,
  { images, labels, paths, classes }: Cohort,
  table: Cells,
  model: string | null,
): { read: Imported; classes: readonly string[] } {
  const reading = (of: readonly string[], label: (i: number) => number) => ({
    read: importPredictions(
      table,
      Array.from(images, (image, i) => ({ id: image, path: paths[i]!, label: label(i) })),
      of,
      model,
    ),
    classes: of,
  });
  const present = () => reading(classes, (i) => labels[i]!);
  const own = ownClassOf(catalog);
  if (images.every((image, i) => own.get(image) === classes[labels[i]!])) return present();
  const ofFolder = () => {
    const ownClasses = [...new Set(own.values())].sort(byCodePoint);
    const indexOf = new Map(ownClasses.map((name, k) => [name, k]));
    return reading(ownClasses, (i) => indexOf.get(own.get(images[i]!)!)!);
  };
  const [now, folder] = [attempted(present), attempted(ofFolder)];
  for (const one of [now, folder])
    if ('error' in one && one.error instanceof PlumblineError && one.error.code === 'several-models') throw one.error;
  if ('error' in now) {
    if ('error' in folder) throw now.error;
    return folder;
  }
  return 'error' in folder || now.read.rows.length >= folder.read.rows.length ? now : folder;
}

function attempted<T extends object>(work: () => T): T | { error: unknown } {
  try {
    return work();
  } catch (error) {
    return { error };
  }
}

export interface ModelJob {
  /** Token for the model's path. */
  readonly model: string;
  readonly preprocessing: Preprocessing | null;
  readonly side: number | null;
}

/**
 * Predicts every image with the user's model and stores the predictions.
 * @returns the id of the predictions
 * @throws PlumblineError bad-model, source-changed, no-images, worker-died, out-of-memory, cancelled
 */
export async function runOwnModel(
  catalog: Catalog,
  { model, preprocessing, side }: ModelJob,
  task: Task,
): Promise<string> {
  const path = modelPath(catalog, model);
  const { images, labels, paths, classes } = indexedCohort(catalog);
  const key = contentKey(catalog);
  // The training process takes paths as text, so images whose file name is not valid text are left out.
  const raw = rawPaths(catalog);
  const used = [...images.keys()].filter((i) => !raw.has(paths[i]!));
  const files = used.map((i) => filePath(paths[i]!, null).absolute(catalog.root).toString('utf8'));
  const answer = await runModel(
    {
      path,
      files,
      labels: Int32Array.from(used, (i) => labels[i]!),
      classes,
      preprocessing,
      ...(side === null ? {} : { side }),
    },
    task,
  );
  const width = classes.length;
  const rows = answer.kept.map((position, row): PredictedImage => ({
    image: images[used[position]!]!,
    predicted: answer.predicted[row]!,
    probabilities: Array.prototype.slice.call(answer.probabilities, row * width, (row + 1) * width) as number[],
  }));
  const missing = [
    ...answer.notFinite.map((position) => paths[used[position]!]!),
    ...[...images.keys()].filter((i) => raw.has(paths[i]!)).map((i) => paths[i]!),
  ];
  const { shape, chosen, trials, trialImages, warning } = answer;
  const id = predictionsId();
  storePredictions(
    catalog,
    {
      id,
      source: 'model',
      name: basename(path),
      at: Date.now(),
      contentKey: key,
      classes,
      notes: {
        notes: [...answer.notes],
        unmatched: named([]),
        missing: named(missing),
        model: { shape, preprocessing: answer.preprocessing, chosen, trials: [...trials], trialImages, warning },
      },
    },
    rows,
  );
  return id;
}
