/** Stores predictions that the user provides as a table or as a model. */
import { createHash } from 'node:crypto';
import { basename } from 'node:path';
import type { PredictionsSummary } from '../../contract/model/collapse';
import { PlumblineError } from '../../contract/errors';
import type { Preprocessing } from '../../contract/model/user-model';
import { importPredictions, type Imported } from '../../core/collapse/imported';
import { byCodePoint } from '../../core/dataset/order';
import type { Catalog } from '../catalog/catalog';
import { ownClassOf } from '../catalog/class-names';
import { rawPaths } from '../catalog/export-source';
import { contentKey } from '../catalog/labels';
import { unlabelledPaths } from '../catalog/listing';
import {
  modelPath,
  predictionsId,
  storePredictions,
  type OwnPredictions,
  type PredictedImage,
} from '../catalog/predictions';
import { runModel } from './model-run';
import { predictionCells, textCells, type Cells, type PredictionFiles } from '../files/predictions-file';
import { filePath } from '../files/paths';
import type { Task } from '../process/task';
import { indexedCohort, type Cohort } from './cohort';

/** Limit on the listed paths of images that did not match. */
const NAMED = 100;

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
  const unlabelled = unlabelledPaths(catalog);
  const reading = (of: readonly string[], label: (i: number) => number) => ({
    read: importPredictions(
      table,
      Array.from(images, (image, i) => ({ id: image, path: paths[i]!, label: label(i) })),
      of,
      model,
      unlabelled,
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
