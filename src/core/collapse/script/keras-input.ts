/** Reads how a Keras script scales its images, in training and in prediction. */
import type { Normalization } from '../interventions/index';
import { argument, byDefault, forTraining, forUse, note, numberOf, told, type Draft } from './draft';
import { descendants, type Call, type Script, type SyntaxNode } from './syntax';

interface Scaling {
  readonly normalization: Normalization;
  readonly at: SyntaxNode;
}

const near = (value: number | null, wanted: number): boolean => value !== null && Math.abs(value / wanted - 1) < 0.02;

function fromGenerator(script: Script, call: Call): Scaling | null {
  const scale = numberOf(script, argument(call, ['rescale']));
  const preprocessing = argument(call, ['preprocessing_function']);
  const centred =
    script.constant(call.keywords.get('featurewise_center')) === true ||
    script.constant(call.keywords.get('samplewise_center')) === true;
  if (centred) return { normalization: 'standard', at: call.node };
  if (preprocessing) return { normalization: byBackbone(script), at: preprocessing };
  if (near(scale, 1 / 255)) return { normalization: 'unit', at: call.keywords.get('rescale')! };
  return near(scale, 1 / 127.5) ? { normalization: 'symmetric', at: call.keywords.get('rescale')! } : null;
}

/** The scaling of preprocess_input depends on the backbone's module. */
const byBackbone = (script: Script): Normalization =>
  /mobilenet|inception|xception|nasnet/i.test(script.root.text) ? 'symmetric' : 'imagenet';

function fromLayer(script: Script, call: Call): Scaling | null {
  if (call.last === 'Rescaling') {
    const scale = numberOf(script, argument(call, ['scale'], 0));
    if (near(scale, 1 / 255)) return { normalization: 'unit', at: call.node };
    if (near(scale, 1 / 127.5)) return { normalization: 'symmetric', at: call.node };
  }
  if (call.last === 'Normalization' || call.last === 'per_image_standardization')
    return { normalization: 'standard', at: call.node };
  if (call.last === 'preprocess_input') return { normalization: byBackbone(script), at: call.node };
  return null;
}

interface Division extends Scaling {
  /** Names of the variables that are scaled there. */
  readonly names: readonly string[];
}

/** `x / 255.0`, `x /= 255`, `(x - 127.5) / 127.5`, `(x - mean) / std`. */
function divisions(script: Script): Division[] {
  return descendants(script.root, 'binary_operator', 'augmented_assignment').flatMap((node): Division[] => {
    const operator = node.field('operator')?.text ?? '';
    const [left, right] = [node.field('left'), node.field('right')];
    if (!left || !right || (operator !== '/' && operator !== '/=')) return [];
    const names = [left, ...descendants(left, 'identifier')]
      .filter((one) => one.type === 'identifier')
      .map((one) => one.text);
    const by = numberOf(script, right);
    if (by === 255 || by === 256) return [{ normalization: 'unit', at: node, names }];
    if (by === 127.5 || by === 128) return [{ normalization: 'symmetric', at: node, names }];
    if (/std|deviation|sigma/i.test(right.text) && left.text.includes('-'))
      return [{ normalization: 'standard', at: node, names }];
    return [];
  });
}

/** Finds a test variable that is not scaled although the training variable is, or null. */
function unscaledForUse(script: Script, found: readonly Division[]): string | null {
  const scaled = found.flatMap((one) => one.names);
  if (!scaled.some((name) => /train/i.test(name)) || scaled.some((name) => /test|val/i.test(name))) return null;
  const used = new Set(descendants(script.root, 'identifier').map((node) => node.text));
  return (
    [...used].find((name) =>
      /^(x|images?|data|test_images|val_images)_?(test|val)$|^(test|val)_(x|images?|data)$/i.test(name),
    ) ?? null
  );
}

export function readKerasInput(script: Script, draft: Draft): void {
  const generators = script.calls.filter((call) => call.last === 'ImageDataGenerator');
  const training = forTraining(generators);
  const layer = script.calls.map((call) => fromLayer(script, call)).find((one) => one !== null) ?? null;
  const divided = divisions(script);
  const scaling = (training ? fromGenerator(script, training) : null) ?? layer ?? divided[0] ?? null;
  const random = script.calls.find((call) =>
    /random\.(rand|random|randn|random_sample|normal|uniform)$/.test(call.name),
  );
  const loads = script.calls.find((call) =>
    /^(flow_from_directory|flow_from_dataframe|image_dataset_from_directory|load_data|imread|decode_jpeg|decode_image|decode_png|load_img|img_to_array)$/.test(
      call.last,
    ),
  );
  if (scaling) told(draft, 'normalization', scaling.normalization, scaling.at);
  else if (loads)
    byDefault(
      draft,
      'normalization',
      'raw',
      `${loads.last} returns 0 to 255, and the script does not scale it`,
      loads.line,
    );
  if (random && !loads)
    note(draft, 'The script generates random images: no net can learn from them, with any settings.', random.line);

  const use = forUse(generators);
  const other = use ? fromGenerator(script, use) : null;
  const forgotten = unscaledForUse(script, divided);
  const predict = (normalization: Normalization | 'same', at: SyntaxNode | null): void => {
    if (at) told(draft, 'prediction', { normalization, mode: 'predict' }, at);
    else byDefault(draft, 'prediction', { normalization, mode: 'predict' }, 'Keras predicts in inference mode');
  };
  if (use && scaling && other?.normalization !== scaling.normalization && !layer)
    predict(other?.normalization ?? 'raw', use.node);
  else if (forgotten && scaling && !layer)
    predict('raw', descendants(script.root, 'identifier').find((node) => node.text === forgotten) ?? null);
  else predict('same', null);
}
