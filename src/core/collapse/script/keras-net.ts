/** Finds the net that a Keras script trains, and the calls that train it. */
import { argument } from './draft';
import type { Call, Script, SyntaxNode } from './syntax';

/** Nets of keras.applications. */
export const BACKBONES = /^(VGG|ResNet|MobileNet|Inception|Xception|EfficientNet|DenseNet|NASNet|ConvNeXt|RegNet)/;
/** Calls that load or wrap a net whose layers are not in the script. */
const LOADED =
  /^(KerasLayer|TFSMLayer|load_model|model_from_json|from_pretrained|from_config|from_preset|clone_model)$/;
const LAYERS = /^(Dense|Conv2D|Convolution2D|SeparableConv2D|DepthwiseConv2D)$/;
/** Objects whose `fit` does not train a net. */
const OTHER_FITS = /Generator|Encoder|Binarizer|Scaler|PCA|SVC|Regression|Classifier|Neighbors|KMeans|Tokenizer|SMOTE/;

export interface KerasNet {
  /** The first training of the net, and all of them. */
  readonly fit: Call | undefined;
  readonly fits: readonly Call[];
  readonly compile: Call | undefined;
  /** The expression that the trained net stands for; null if it is not known. */
  readonly model: SyntaxNode | null;
  /** The calls that build the net; all calls of the script if the net is not known. */
  readonly calls: readonly Call[];
  /** A net of keras.applications within it. */
  readonly backbone: Call | undefined;
  /** Whether its inputs are the outputs of another net. */
  readonly onFeatures: boolean;
  /** A net within it whose layers are not in the script, other than `backbone`. */
  readonly loaded: Call | undefined;
}

export const receiver = (call: Call): SyntaxNode | null => call.node.field('function')?.field('object') ?? null;

const trains = (script: Script, call: Call): boolean => {
  if (call.last !== 'fit' && call.last !== 'fit_generator') return false;
  const object = receiver(call);
  if (!object || call.positional.length + call.keywords.size === 0) return false;
  return !OTHER_FITS.test(script.callAt(script.resolve(object))?.last ?? '');
};

const isBackbone = (call: Call): boolean => BACKBONES.test(call.last) && !call.local;

/** The net whose weights a tape gives gradients for: `tape.gradient(loss, net.trainable_variables)`. */
function tapedNet(script: Script): SyntaxNode | null {
  const weights = script.calls
    .filter(({ last }) => last === 'gradient')
    .flatMap((call) => argument(call, ['sources'], 1) ?? []);
  const of = weights
    .filter((node) => /^trainable_(variables|weights)$/.test(node.field('attribute')?.text ?? ''))
    .flatMap((node) => node.field('object') ?? [])
    .find(({ text }) => text !== 'self');
  return of ? script.resolve(of) : null;
}

export function kerasNet(script: Script): KerasNet {
  const modelOf = (call: Call): SyntaxNode | null => {
    const object = receiver(call);
    return object && script.resolve(object);
  };
  const all = script.calls.filter((call) => trains(script, call));
  const compiles = script.calls.filter((call) => call.last === 'compile' && call.name !== 're.compile');
  const compiled = new Set(compiles.map(modelOf));
  const trained = all.filter((call) => compiled.has(modelOf(call)));
  const target = trained.at(-1) ?? all.findLast((call) => call.keywords.size > 0 || call.positional.length > 1);
  const model = target ? modelOf(target) : null;
  const fits = target ? all.filter((call) => modelOf(call) === model) : [];
  const [fit] = fits;
  const own = compiles.filter((call) => modelOf(call) === model);
  const at = (call: Call): number => script.position(call.node);
  const compile = own.findLast((call) => !fit || at(call) < at(fit)) ?? own[0] ?? compiles[0];
  const start = model ?? (compile ? modelOf(compile) : tapedNet(script));
  const parts = start ? script.origins(start) : new Set<SyntaxNode>();
  const inside = script.calls.filter((call) => parts.has(call.node));
  const known = inside.some((call) => LAYERS.test(call.last) || isBackbone(call));
  const calls = known ? inside : script.calls;
  const given = fit && argument(fit, ['x', 'generator'], 0);
  const data = given ? script.origins(given) : null;
  return {
    fit,
    fits,
    onFeatures: script.calls.some((call) => /^predict(_generator)?$/.test(call.last) && data?.has(call.node)),
    compile,
    model: start,
    calls,
    backbone: calls.find(isBackbone),
    loaded: calls.find((call) => LOADED.test(call.last) && !call.local),
  };
}

/** The labels that a feed gives: `class_mode` or `label_mode`; null if it is not known. */
export function labelMode(script: Script, feed: Call | undefined): { mode: string; at: SyntaxNode } | null {
  const given = feed && argument(feed, ['class_mode', 'label_mode']);
  const value = script.constant(given);
  if (given && value === null) return { mode: 'none', at: given };
  return given && typeof value === 'string' ? { mode: value, at: given } : null;
}
