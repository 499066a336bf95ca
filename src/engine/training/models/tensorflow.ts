/**
 * TensorFlow models: SavedModel folders, and the layers and graph models of TensorFlow.js. Loaded only in the training
 * process.
 */
import { readFileSync } from 'node:fs';
import { PlumblineError } from '../../../contract/errors';
import type { ModelKind, ModelShape } from '../../../contract/model/user-model';
import { tf, type Tensor } from '../runtime/tensors';
import { imageShape, type ModelRunner } from './runner';

/** The common interface of the three kinds. */
interface Predictor {
  readonly inputs: readonly { readonly name: string; readonly shape?: readonly Dimension[] | undefined }[];
  readonly outputs: readonly { readonly shape?: readonly Dimension[] | undefined }[];
  predict(input: Tensor): unknown;
  dispose(): unknown;
}

/**
 * The SavedModel reader returns the dimension of a protocol buffer, where −1 for "any" appears as a huge unsigned
 * number.
 */
type Dimension = number | null | { getSize(): number };
const LARGEST = 1e6;

function known(shape: readonly Dimension[] | undefined): (number | null)[] {
  return (shape ?? []).map((dimension) => {
    const size = typeof dimension === 'object' ? (dimension?.getSize() ?? -1) : dimension;
    return size > 0 && size < LARGEST ? size : null;
  });
}

/** SavedModels return a map of tensors, the others one or several tensors. */
function firstOf(answer: unknown): Tensor {
  if (answer instanceof tf.Tensor) return answer as Tensor;
  const [first] = Object.values(answer as Record<string, Tensor>);
  if (!first) throw new PlumblineError('bad-model', 'The model has no output.');
  return first;
}

function runner(kind: ModelKind, model: Predictor, ownScaling: string | null): ModelRunner {
  const shape = model.inputs.map((input) => imageShape(known(input.shape))).find((one) => one !== null);
  if (!shape)
    throw new PlumblineError(
      'bad-model',
      'The model has no input for images: one of four dimensions with one or three channels is needed.',
    );
  const described: ModelShape = { kind, ...shape, outputs: known(model.outputs[0]?.shape).at(-1) ?? null, ownScaling };
  return {
    shape: described,
    run: (values, images, width, height) => {
      const dimensions: [number, number, number, number] =
        shape.layout === 'nhwc' ? [images, height, width, shape.channels] : [images, shape.channels, height, width];
      const out = tf.tidy(() => {
        const answer = firstOf(model.predict(tf.tensor4d(values, dimensions)));
        return { values: Float32Array.from(answer.dataSync()), outputs: answer.size / images };
      });
      return Promise.resolve(out);
    },
    dispose: () => Promise.resolve(void model.dispose()),
  };
}

const broken =
  (what: string) =>
  (cause: unknown): never => {
    throw new PlumblineError(
      'bad-model',
      `The ${what} cannot be loaded: files are missing, broken, or made by a version that this TensorFlow does not read.`,
      { cause },
    );
  };

/** @throws PlumblineError `bad-model` */
export async function openSavedModel(folder: string): Promise<ModelRunner> {
  const model = await tf.node.loadSavedModel(folder).catch(broken('SavedModel'));
  return runner('saved-model', model, null);
}

interface LayerConfig {
  readonly class_name?: string;
  readonly config?: { readonly scale?: number; readonly offset?: number };
}

/** A Rescaling layer in the model shows that its input is 0–255. */
function ownScaling(path: string): string | null {
  const found: string[] = [];
  JSON.parse(readFileSync(path, 'utf8'), (_, value: unknown) => {
    const layer = value as LayerConfig | null;
    if (typeof layer === 'object' && layer?.class_name === 'Rescaling')
      found.push(`Rescaling by ${layer.config?.scale ?? 1}, offset ${layer.config?.offset ?? 0}`);
    if (typeof layer === 'object' && layer?.class_name === 'Normalization') found.push('Normalization');
    return value;
  });
  return found[0] ?? null;
}

/** @throws PlumblineError `bad-model` */
export async function openTensorFlowJs(kind: 'layers-model' | 'graph-model', path: string): Promise<ModelRunner> {
  // Given as a URL, a path with characters that a URL encodes would not be found.
  const file = tf.io.fileSystem(path);
  if (kind === 'graph-model') return runner(kind, await tf.loadGraphModel(file).catch(broken('graph model')), null);
  return runner(kind, await tf.loadLayersModel(file).catch(broken('layers model')), ownScaling(path));
}
