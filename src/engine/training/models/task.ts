/** Runs a user's model on a data set, in the training process, because the model may be large and may crash. */
import { readFileSync } from 'node:fs';
import { PlumblineError } from '../../../contract/errors';
import type { ModelKind, Preprocessing, PreprocessingTrial } from '../../../contract/model/user-model';
import { argmax } from '../../../core/statistics/argmax';
import { readOutputs } from '../../../core/collapse/outputs';
import { bestTrial, modelInput, PREPROCESSINGS, stretched } from '../../../core/collapse/preprocessing';
import { decodePicture } from '../../images/pixels';
import type { TaskContext, TaskInput, TaskResult } from '../protocol/tasks';
import { counted } from '../../../core/text/numbers';
import type { ModelRunner } from './runner';
import { openSavedModel, openTensorFlowJs } from './tensorflow';

/** Number of floats in one batch: 32 colour images of 224 × 224. */
const BATCH_FLOATS = 32 * 224 * 224 * 3;
const TRIAL_IMAGES = 128;
/** Images decoded at the same time; the decoder itself limits its memory. */
const AT_ONCE = 8;

type Context = TaskContext<'model'>;
type Input = TaskInput<'model'>;

async function open(kind: ModelKind, path: string): Promise<ModelRunner> {
  // Loaded only when needed: it takes 45 MB, and no probe uses it.
  if (kind === 'onnx') return (await import('./onnx')).openOnnx(path);
  return kind === 'saved-model' ? openSavedModel(path) : openTensorFlowJs(kind, path);
}

interface Size {
  readonly width: number;
  readonly height: number;
}

/** @throws PlumblineError source-changed if the file has changed since it was indexed */
async function decodedFile(file: string): ReturnType<typeof decodePicture> {
  try {
    return await decodePicture(readFileSync(file));
  } catch (cause) {
    throw new PlumblineError(
      'source-changed',
      `The image ${file} can no longer be read: index the folder again, then run the model.`,
      { details: { file }, cause },
    );
  }
}

/** Images stretched to a size, decoded to at most 256 pixels on their longer side. */
async function pictures(files: readonly string[], { width, height }: Size): Promise<Uint8Array> {
  const size = width * height * 3;
  const out = new Uint8Array(files.length * size);
  for (let from = 0; from < files.length; from += AT_ONCE) {
    await Promise.all(
      files.slice(from, from + AT_ONCE).map(async (file, i) => {
        const decoded = await decodedFile(file);
        out.set(stretched(decoded.rgb, decoded.width, decoded.height, width, height), (from + i) * size);
      }),
    );
  }
  return out;
}

function checked(outputs: number, classes: number): void {
  if (outputs === classes || (outputs === 1 && classes === 2)) return;
  throw new PlumblineError(
    'bad-model',
    `The model outputs ${outputs} numbers for an image, but the data set has ${counted(classes, 'class', 'classes')}: it was trained on other classes.`,
    { details: { outputs, classes } },
  );
}

async function answers(
  runner: ModelRunner,
  rgb: Uint8Array,
  { width, height }: Size,
  preprocessing: Preprocessing,
  classes: number,
): Promise<{ values: Float32Array; outputs: number }> {
  const images = rgb.length / 3 / (width * height);
  const given = modelInput(rgb, width * height, runner.shape, preprocessing);
  const answer = await runner.run(given, images, width, height).catch((cause: unknown) => {
    if (cause instanceof PlumblineError) throw cause;
    throw new PlumblineError(
      'bad-model',
      `The model cannot be run on images of ${width} × ${height} pixels: ${cause instanceof Error ? (cause.message.split('\n')[0] ?? '') : String(cause)}`,
      { cause },
    );
  });
  checked(answer.outputs, classes);
  return answer;
}

async function attempt(
  runner: ModelRunner,
  rgb: Uint8Array,
  size: Size,
  preprocessing: Preprocessing,
  labels: readonly number[],
  classes: number,
): Promise<PreprocessingTrial> {
  const { values, outputs } = await answers(runner, rgb, size, preprocessing, classes);
  const { rows } = readOutputs(
    labels.map((_, i) => Array.from(values.subarray(i * outputs, (i + 1) * outputs))),
    classes,
  );
  let right = 0;
  let confidence = 0;
  rows.forEach((row, i) => {
    if (!row) return;
    const best = argmax(row);
    if (best === labels[i]) right++;
    confidence += row[best]!;
  });
  return { preprocessing, accuracy: right / labels.length, confidence: confidence / labels.length };
}

/** Runs the model on a few images, spread evenly, with each common preprocessing. */
async function attempts(
  runner: ModelRunner,
  size: Size,
  { files, labels, classes }: Input,
  context: Context,
): Promise<{ trials: PreprocessingTrial[]; count: number }> {
  const most = Math.max(8, Math.min(TRIAL_IMAGES, Math.floor(BATCH_FLOATS / (size.width * size.height * 3))));
  const count = Math.min(most, labels.length);
  const sample = Array.from({ length: count }, (_, i) => Math.floor((i * labels.length) / count));
  const rgb = await pictures(
    sample.map((image) => files[image]!),
    size,
  );
  const own = sample.map((image) => labels[image]!);
  const trials: PreprocessingTrial[] = [];
  const sensible = PREPROCESSINGS.filter((one) => runner.shape.channels === 3 || one.order === 'rgb');
  for (const preprocessing of sensible) {
    context.signal.throwIfAborted();
    context.progress({ stage: 'try-preprocessing', done: trials.length, total: sensible.length });
    trials.push(await attempt(runner, rgb, size, preprocessing, own, classes));
  }
  return { trials, count };
}

function choose(
  { preprocessing }: Input,
  runner: ModelRunner,
  trials: readonly PreprocessingTrial[],
): Pick<TaskResult<'model'>, 'preprocessing' | 'chosen'> {
  if (preprocessing) return { preprocessing, chosen: 'given' };
  if (runner.shape.ownScaling !== null)
    return { preprocessing: { scaling: 'raw', order: 'rgb' }, chosen: 'told-by-model' };
  return { preprocessing: bestTrial(trials)!.preprocessing, chosen: 'by-trial' };
}

/**
 * Loads a model and predicts every image.
 * @throws PlumblineError `bad-model`, one sentence, where it cannot be loaded or run, or has the wrong number of
 *   outputs
 */
export async function modelTask(input: Input, context: Context): Promise<TaskResult<'model'>> {
  context.progress({ stage: 'load-model', done: 0, total: null });
  const runner = await open(input.kind, input.path);
  try {
    const { shape } = runner;
    if (shape.outputs !== null) checked(shape.outputs, input.classes);
    const size = { width: shape.width ?? input.side, height: shape.height ?? input.side };
    const { trials, count } = await attempts(runner, size, input, context);
    const { preprocessing, chosen } = choose(input, runner, trials);
    const images = input.labels.length;
    const batch = Math.max(1, Math.floor(BATCH_FLOATS / (size.width * size.height * 3)));
    const parts: Float32Array[] = [];
    let outputs = shape.outputs ?? 1;
    for (let from = 0; from < images; from += batch) {
      context.signal.throwIfAborted();
      context.progress({ stage: 'predict', done: from, total: images });
      const rgb = await pictures(input.files.slice(from, from + batch), size);
      const answer = await answers(runner, rgb, size, preprocessing, input.classes);
      parts.push(answer.values);
      outputs = answer.outputs;
    }
    const values = new Float32Array(images * outputs);
    let at = 0;
    for (const part of parts) {
      values.set(part, at);
      at += part.length;
    }
    return { shape, preprocessing, chosen, values, outputs, trials, trialImages: count };
  } finally {
    await runner.dispose();
  }
}
