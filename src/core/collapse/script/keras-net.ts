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
  /** The `compile` of each other net that the script makes. */
  readonly others: readonly Call[];
}

export const receiver = (call: Call): SyntaxNode | null => call.node.field('function')?.field('object') ?? null;

const trains = (script: Script, call: Call): boolean => {
  if (call.last !== 'fit' && call.last !== 'fit_generator') return false;
  const object = receiver(call);
  if (!object || call.positional.length + call.keywords.size === 0) return false;
  return !OTHER_FITS.test(script.callAt(script.resolve(object))?.last ?? '');
};

const isBackbone = (call: Call): boolean => BACKBONES.test(call.last) && !call.local;

/** The net or layer whose weights a tape gives gradients for: `tape.gradient(loss, net.trainable_variables)`. */
export function tapedPart(script: Script): SyntaxNode | null {
  const weights = script.calls
    .filter(({ last }) => last === 'gradient')
    .flatMap((call) => argument(call, ['sources'], 1) ?? []);
  const of = weights
    .filter((node) => /^trainable_(variables|weights)$/.test(node.field('attribute')?.text ?? ''))
    .flatMap((node) => node.field('object') ?? [])
    .find(({ text }) => text !== 'self');
  return of ? script.resolve(of) : null;
}

/** The net that a loop with a tape trains: the largest one with this part that is called on images. */
function tapedNet(script: Script): SyntaxNode | null {
  const part = tapedPart(script);
  if (!part) return null;
  const called = script.calls.flatMap(({ node }): SyntaxNode[] => {
    const callee = node.field('function');
    const made = callee?.type === 'identifier' ? script.resolve(callee) : null;
    return made?.type === 'call' && /^(Model|Sequential)$/.test(script.callAt(made)?.last ?? '') ? [made] : [];
  });
  return called.find((made) => made !== part && script.origins(made).has(part)) ?? part;
}

/** The calls that an expression is computed with. */
function partsOf(script: Script, node: SyntaxNode | null): Call[] {
  const parts = node ? script.origins(node) : null;
  return parts ? script.calls.filter((call) => parts.has(call.node)) : [];
}

const compiledNet = (script: Script, compile: Call | undefined): SyntaxNode | null => {
  const object = compile && receiver(compile);
  return object ? script.resolve(object) : null;
};

/**
 * The last `compile` of each net but one. A net that a function makes again at each call counts once: its layers are in
 * the same place.
 */
function otherNets(script: Script, compiles: readonly Call[], read: Call | undefined): Call[] {
  const place = (compile: Call | undefined): number | undefined =>
    partsOf(script, compiledNet(script, compile)).findLast((call) => LAYERS.test(call.last) && !call.local)?.node.start;
  const own = place(read);
  const last = new Map(compiles.map((call) => [place(call), call]));
  return own === undefined ? [] : [...last].flatMap(([at, call]) => (at === undefined || at === own ? [] : [call]));
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
  const isKnown = (calls: readonly Call[]): boolean => calls.some((call) => LAYERS.test(call.last) || isBackbone(call));
  const trainedAs = own.findLast((call) => !fit || at(call) < at(fit)) ?? own[0];
  // A function that is chosen at run time makes the net. Then the layers must be those of one and the same `compile`.
  const made = trainedAs ? undefined : compiles.findLast((call) => isKnown(partsOf(script, compiledNet(script, call))));
  const compile = trainedAs ?? made ?? compiles[0];
  const start = (made && modelOf(made)) ?? model ?? (compile ? modelOf(compile) : tapedNet(script));
  const inside = partsOf(script, start);
  const calls = isKnown(inside) ? inside : script.calls;
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
    others: otherNets(script, compiles, compile),
  };
}

/** The net that another `compile` of the script is for. */
export const netOf = (script: Script, net: KerasNet, compile: Call): KerasNet => {
  const model = compiledNet(script, compile);
  const calls = partsOf(script, model);
  return { ...net, compile, model, calls, backbone: calls.find(isBackbone), fit: undefined, fits: [], others: [] };
};

/** The other nets that the script trains, each with its own training: those of the passes of a loop, for example. */
export function otherTrainings(script: Script, net: KerasNet): KerasNet[] {
  const seen = new Set([net.model]);
  return script.calls.flatMap((fit): KerasNet[] => {
    const object = trains(script, fit) ? receiver(fit) : null;
    const model = object && script.resolve(object);
    const compile =
      model && script.calls.find((call) => call.last === 'compile' && compiledNet(script, call) === model);
    if (!model || !compile || seen.has(model)) return [];
    seen.add(model);
    return [{ ...netOf(script, net, compile), fit, fits: [fit] }];
  });
}

/** The labels that a feed gives: `class_mode` or `label_mode`; null if it is not known. */
export function labelMode(script: Script, feed: Call | undefined): { mode: string; at: SyntaxNode } | null {
  const given = feed && argument(feed, ['class_mode', 'label_mode']);
  const value = script.constant(given);
  if (given && value === null) return { mode: 'none', at: given };
  return given && typeof value === 'string' ? { mode: value, at: given } : null;
}
