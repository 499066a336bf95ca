/** Runs a user's model over image files and returns its predictions. */
import { PlumblineError } from '../../contract/errors';
import type { ModelShape, Preprocessing, PreprocessingTrial } from '../../contract/model/user-model';
import type { ModelPredictions } from '../../core/collapse/figures';
import { argmax } from '../../core/statistics/argmax';
import { readOutputs } from '../../core/collapse/outputs';
import { preprocessingName, preprocessingWarning } from '../../core/collapse/preprocessing';
import { runTask } from '../training/host';
import type { Task } from '../process/task';
import { modelFileAt } from './model-file';

export interface ModelRequest {
  /** Path of the model: a file or a folder. */
  readonly path: string;
  /** Absolute paths of readable images, in the order of `labels`. */
  readonly files: readonly string[];
  readonly labels: Int32Array;
  readonly classes: readonly string[];
  /** Null: taken from the model, or found by trial. */
  readonly preprocessing: Preprocessing | null;
  /** Input side in pixels for models that accept any size; 224 by default. */
  readonly side?: number;
}

export interface ModelRun extends ModelPredictions {
  readonly shape: ModelShape;
  readonly preprocessing: Preprocessing;
  readonly chosen: 'given' | 'told-by-model' | 'by-trial';
  readonly trials: readonly PreprocessingTrial[];
  readonly trialImages: number;
  /** Set when another preprocessing is clearly better than the one used. */
  readonly warning: string | null;
  /** Positions of the images in the arrays. */
  readonly kept: readonly number[];
  /** One sentence each, e.g. what was assumed about the model. */
  readonly notes: readonly string[];
  /** Positions of images for which the model returned NaN or infinity; the arrays leave them out. */
  readonly notFinite: readonly number[];
}

const USUAL_SIDE = 224;
/**
 * Predicts every image with the user's model. Each image is first reduced to at most 256 pixels on its longer side,
 * then stretched to the model's input size.
 * @throws PlumblineError bad-model, worker-died, out-of-memory, cancelled
 */
export async function runModel(
  { path, files, labels, classes, preprocessing, side = USUAL_SIDE }: ModelRequest,
  task: Task,
): Promise<ModelRun> {
  const found = modelFileAt(path);
  const result = await runTask(
    'model',
    { kind: found.kind, path: found.path, side, preprocessing, files: [...files], labels, classes: classes.length },
    task,
  );
  const { values, outputs } = result;
  const { rows, notes } = readOutputs(
    Array.from(labels, (_, i) => Array.from(values.subarray(i * outputs, (i + 1) * outputs))),
    classes.length,
  );
  const kept = rows.flatMap((row, i) => (row ? [i] : []));
  if (kept.length === 0)
    throw new PlumblineError(
      'bad-model',
      'Every output of the model is NaN or infinite: it had diverged before it was saved.',
    );
  const warning = preprocessingWarning(result.preprocessing, result.trials, result.trialImages);
  const how = {
    given: 'as you said',
    'told-by-model': `because the model scales them itself (${result.shape.ownScaling ?? ''})`,
    'by-trial': `which does best on ${result.trialImages} images`,
  }[result.chosen];
  const dropped = rows.length - kept.length;
  return {
    classes,
    labels: kept.map((i) => labels[i]!),
    predicted: kept.map((i) => argmax(rows[i]!)),
    probabilities: Float64Array.from(kept.flatMap((i) => [...rows[i]!])),
    shape: result.shape,
    preprocessing: result.preprocessing,
    chosen: result.chosen,
    trials: result.trials,
    trialImages: result.trialImages,
    warning,
    kept,
    notFinite: rows.flatMap((row, i) => (row ? [] : [i])),
    notes: [
      `Images are fed “${preprocessingName(result.preprocessing)}”, ${how}, at ${result.shape.width ?? side} × ${result.shape.height ?? side} pixels.`,
      `The model's outputs are taken in the order of the sorted class names: ${classes.slice(0, 3).join(', ')}${classes.length > 3 ? ', …' : ''}.`,
      ...(result.shape.width === null ? ['The model takes any size and does not say which it was trained on.'] : []),
      ...notes,
      ...(dropped > 0 ? [`For ${dropped} images the model returns NaN or infinity; they are left out.`] : []),
      ...(warning ? [warning] : []),
    ],
  };
}
