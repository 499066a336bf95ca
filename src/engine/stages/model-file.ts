import { existsSync, readFileSync, statSync } from 'node:fs';
import { extname, join } from 'node:path';
import { PlumblineError } from '../../contract/errors';
import type { ModelKind } from '../../contract/model/user-model';

/** Formats that contain Python objects or need their own framework, and how to convert such a model. */
const ELSEWHERE: Record<string, string> = {
  '.h5': 'a Keras file: load it in Python and call model.export("folder"), which writes a SavedModel',
  '.hdf5': 'a Keras file: load it in Python and call model.export("folder"), which writes a SavedModel',
  '.keras': 'a Keras file: load it in Python and call model.export("folder"), which writes a SavedModel',
  '.pt': 'a PyTorch file: load it in Python and call torch.onnx.export, which writes an ONNX file',
  '.pth': 'a PyTorch file: load it in Python and call torch.onnx.export, which writes an ONNX file',
  '.ckpt': 'a checkpoint, which contains weights but no network: export the model as ONNX or as a SavedModel',
  '.tflite': 'a TensorFlow Lite file: export the model as ONNX or as a SavedModel',
};

export interface ModelFile {
  readonly kind: ModelKind;
  readonly path: string;
}

/**
 * Determines the kind of model at a path: an ONNX file, a SavedModel folder, or a TensorFlow.js model.json (or its
 * folder).
 * @param onlyOnnx any file that is not known to be something else is taken for ONNX
 * @throws PlumblineError `bad-model` for anything else; the message says what to do
 */
export function modelFileAt(path: string, onlyOnnx = false): ModelFile {
  if (!existsSync(path)) throw new PlumblineError('bad-model', `There is no model at ${path}.`);
  if (statSync(path).isDirectory()) {
    if (onlyOnnx) throw new PlumblineError('bad-model', `${path} is a folder: choose the ONNX file in it.`);
    if (existsSync(join(path, 'saved_model.pb'))) return { kind: 'saved-model', path };
    if (existsSync(join(path, 'model.json'))) return modelFileAt(join(path, 'model.json'));
    throw new PlumblineError('bad-model', 'The folder contains neither a saved_model.pb nor a model.json.');
  }
  const extension = extname(path).toLowerCase();
  if (extension === '.onnx') return { kind: 'onnx', path };
  const elsewhere = ELSEWHERE[extension];
  if (elsewhere) throw new PlumblineError('bad-model', `This is ${elsewhere}.`);
  if (onlyOnnx) return { kind: 'onnx', path };
  if (extension !== '.json')
    throw new PlumblineError(
      'bad-model',
      'The model must be an ONNX file, a TensorFlow SavedModel folder or a TensorFlow.js model.json.',
    );
  try {
    const { format, modelTopology } = JSON.parse(readFileSync(path, 'utf8')) as {
      format?: string;
      modelTopology?: { node?: unknown };
    };
    if (modelTopology)
      return { kind: format === 'graph-model' || modelTopology.node ? 'graph-model' : 'layers-model', path };
  } catch (cause) {
    throw new PlumblineError('bad-model', 'The model.json is not valid JSON.', { cause });
  }
  throw new PlumblineError('bad-model', 'The JSON file does not describe a TensorFlow.js model.');
}
