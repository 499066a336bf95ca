/** Reads last layer and loss of a Keras script, and finds out if they do not fit each other or the labels. */
import type { Loss, Recipe } from '../interventions/index';
import { reportFault, argument, note, numberOf, recordRead, type Draft } from './draft';
import { judgeLabelForm } from './keras-labels';
import { BACKBONES, labelMode, type KerasNet } from './keras-net';
import { descendants, lastPart, unquoted, type Call, type Script, type SyntaxNode } from './syntax';

type OutputActivation = Recipe['output']['activation'];

export interface LastLayer {
  readonly call: Call;
  readonly units: number | null;
  /** The name of the last activation in lower case, `linear` if there is none; null if it cannot be read. */
  readonly activation: string | null;
  readonly at: SyntaxNode;
}

/** The name in `'softmax'`, `tf.nn.softmax` or `Softmax()`; null if it is another expression. */
export function activationName(script: Script, node: SyntaxNode): string | null {
  const end = script.resolve(node);
  if (end.type === 'string') return unquoted(end).toLowerCase().replaceAll('_', '');
  if (end.type === 'none') return 'linear';
  const name = end.type === 'call' ? (script.callAt(end)?.last ?? '') : lastPart(end.text);
  const simple = name.toLowerCase().replaceAll('_', '');
  if (end.type === 'function_definition' || end.type === 'lambda') return null;
  return /^(softmax|sigmoid|relu|relu6|tanh|linear|elu|selu|gelu|swish|silu|leakyrelu|prelu|softplus|logsoftmax|hardsigmoid|mish|softsign|exponential)$/.test(
    simple,
  )
    ? simple
    : null;
}

const STANDING = /^(Activation|Softmax|softmax|sigmoid|ReLU|LeakyReLU|relu|tanh|ELU|PReLU)$/;

/**
 * Whether a layer or function is applied to what another layer gives. Layers can be made in another order than they are
 * applied; in a Sequential the order of the calls counts.
 */
export function isAppliedAfter(script: Script, net: KerasNet, layer: Call, before: Call): boolean {
  const applied = net.calls.find((call) => {
    const callee = call.node.field('function');
    return callee !== null && (callee === layer.node || script.resolve(callee) === layer.node);
  });
  const input = applied ?? (/^[a-z]/.test(layer.last) ? layer : undefined);
  if (!input) return net.calls.indexOf(layer) > net.calls.indexOf(before);
  return input.positional.some((node) => script.origins(node).has(before.node));
}

/** The last dense layer of a net and the activation after it; null if the net does not end with one. */
/** The last layer of a net of Keras that is used as it is: `EfficientNetB0(weights=None, classes=5)`. */
function topOf(script: Script, { model }: KerasNet): LastLayer | null {
  const call = model ? script.callAt(model) : undefined;
  const classes = call?.keywords.get('classes');
  if (!call || !classes || call.local || !BACKBONES.test(call.last)) return null;
  if (![undefined, true].includes(script.constant(argument(call, ['include_top'], 0)) as undefined)) return null;
  const given = call.keywords.get('classifier_activation');
  const activation = given ? activationName(script, given) : 'softmax';
  return { call, units: numberOf(script, classes), activation, at: call.node };
}

export function lastLayer(script: Script, net: KerasNet): LastLayer | null {
  const at = net.calls.findLastIndex((call) => call.last === 'Dense');
  const call = net.calls[at];
  if (!call) return topOf(script, net);
  const after = net.calls.slice(at + 1);
  if (after.some((one) => /Conv2D|Convolution2D|Attention|Lambda/.test(one.last))) return null;
  const units = numberOf(script, argument(call, ['units'], 0));
  const own = argument(call, ['activation'], 1);
  const within = own ? activationName(script, own) : 'linear';
  const standing = net.calls.find(
    (one) => STANDING.test(one.last) && !one.local && isAppliedAfter(script, net, one, call),
  );
  if (within !== 'linear' || !standing) return { call, units, activation: within, at: call.node };
  const named =
    standing.last === 'Activation' ? argument(standing, ['activation'], 0) : (standing.node.field('function') ?? null);
  return { call, units, activation: named && activationName(script, named), at: standing.node };
}

const plain = (name: string): string => lastPart(name).toLowerCase().replaceAll('_', '');

interface LossRead {
  readonly name: string;
  readonly call: Call | undefined;
  readonly at: SyntaxNode;
}

function lossOf(script: Script, { compile }: KerasNet): LossRead | null {
  const given = compile ? argument(compile, ['loss'], 1) : null;
  const made = script.calls.find((call) =>
    /crossentropy$|^MeanSquaredError$|_cross_entropy_with_logits$/i.test(call.last),
  );
  const node = given ?? made?.node;
  if (!node) return null;
  const end = script.resolve(node);
  const call = script.callAt(end);
  const own = end.type === 'function_definition' ? end.field('name')?.text : undefined;
  return { name: plain(end.type === 'string' ? unquoted(end) : (call?.name ?? own ?? end.text)), call, at: end };
}

const ARTICLE: Record<string, string> = { relu: 'a ReLU', tanh: 'a tanh', softmax: 'a softmax', sigmoid: 'a sigmoid' };
const withArticle = (activation: string): string => ARTICLE[activation] ?? `“${activation}”`;

interface Judged {
  readonly last: LastLayer;
  readonly loss: LossRead;
  readonly binary: boolean;
  readonly logits: boolean;
  readonly classes: number | null;
}

/** With more than two classes, one unit cannot be right. */
const unitRemedy = (classes: number | null): string =>
  classes !== null && classes > 2
    ? 'Use one unit per class with softmax.'
    : 'Use activation="sigmoid" with loss="binary_crossentropy" (labels 0 and 1), or one unit per class with softmax.';

/** What is wrong with a single output unit. */
function judgeUnit(draft: Draft, feed: Call | undefined, { last, loss, binary, logits, classes }: Judged): void {
  const { activation, call, at } = last;
  if (!binary && activation !== 'softmax') {
    recordRead(draft, 'units', 'one', call.node);
    reportFault(draft, loss.at.line, {
      rule: 'one-unit-for-classes',
      severity: 'error',
      sentence: `The last layer (line ${call.line}) has one unit, but the loss compares the units of several classes: it is 0 or undefined for every image, and nothing is learned.`,
      remedy: unitRemedy(classes),
      fields: ['output', 'units'],
      stated: ['units'],
      replaces: ['one-output', 'missing-activation', 'double-activation', 'sigmoid-for-classes', 'last-activation'],
    });
  }
  // With a list of classes, only a part of the data set is read.
  if (binary && classes !== null && classes > 2 && !feed?.keywords.has('classes'))
    reportFault(draft, call.line, {
      rule: 'one-unit-for-many-classes',
      severity: 'error',
      sentence: `One unit with binary cross-entropy tells two classes apart, but the data set has ${classes} classes.`,
      remedy: 'Use one unit per class with softmax and categorical cross-entropy.',
      fields: ['output'],
      replaces: ['binary-loss-on-classes'],
    });
  if (binary && !logits && activation === 'linear')
    reportFault(draft, at.line, {
      rule: 'missing-activation',
      severity: 'error',
      sentence: 'The loss expects a probability, but the last unit has no activation: a negative output counts as 0.',
      remedy: 'Give the unit activation="sigmoid", or use BinaryCrossentropy(from_logits=True).',
      fields: ['output'],
      stated: classes === 2 ? ['output'] : [],
    });
}

function judgeSoftmax(draft: Draft, { activation, at, call }: LastLayer, classes: number | null): void {
  if (activation !== 'softmax') return;
  recordRead(draft, 'units', 'one', call.node);
  reportFault(draft, at.line, {
    rule: 'softmax-over-one-unit',
    severity: 'error',
    sentence: 'A softmax over one unit is always 1: the net gives the same output for every image.',
    remedy: unitRemedy(classes),
    fields: ['output', 'units'],
    stated: ['units'],
    replaces: ['missing-activation', 'double-activation', 'binary-loss-on-classes', 'one-output'],
  });
}

/** A last activation that fits no loss of a classifier, such as a ReLU. */
function judgeActivation(draft: Draft, { last, logits, binary }: Judged): void {
  const { activation, at, units } = last;
  if (!activation || ['linear', 'softmax', 'sigmoid'].includes(activation)) return;
  if (activation === 'hardsigmoid') return;
  const wanted = units === 1 || binary ? 'sigmoid' : 'softmax';
  reportFault(draft, at.line, {
    rule: 'last-activation',
    severity: logits ? 'warning' : 'error',
    sentence: `The last layer ends with ${withArticle(activation)}: its outputs are ${logits ? 'limited, but the loss expects any number' : 'no probabilities'}${activation.startsWith('relu') ? ', and a unit that is 0 for all images no longer learns' : ''}.`,
    remedy: logits
      ? 'Remove the activation of the last layer, because the loss applies its own.'
      : `Use activation="${wanted}" instead, or no activation together with from_logits=True.`,
    fields: ['output'],
    stated: draft.recipe.output?.activation === 'relu' ? ['output'] : [],
    replaces: ['missing-activation', 'relu-on-output'],
  });
}

function judgeLabels(script: Script, draft: Draft, feed: Call | undefined, { binary, classes, last }: Judged): void {
  const labels = labelMode(script, feed);
  const listed = script.constant(feed?.keywords.get('classes'));
  // With a list of classes, only these are read.
  const read = Array.isArray(listed) ? listed.length : feed?.keywords.has('classes') ? null : classes;
  if (labels?.mode !== 'binary' || read === null || read <= 2) return;
  if (!binary && last.units !== 1) return;
  reportFault(draft, labels.at.line, {
    rule: 'binary-labels-of-classes',
    severity: 'error',
    sentence: `The labels are binary, but ${Array.isArray(listed) ? `${read} classes are listed` : `the data set has ${read} classes`}: labels of 2 and more mean nothing to a binary loss.`,
    remedy: 'Use class_mode="categorical" with one unit per class, softmax and categorical cross-entropy.',
    fields: ['output'],
    replaces: ['binary-loss-on-classes', 'one-unit-for-many-classes'],
  });
}

function judgeSmoothing(script: Script, draft: Draft, loss: LossRead): void {
  const given = loss.call?.keywords.get('label_smoothing');
  const value = numberOf(script, given ?? null);
  if (!given || value === null || (value >= 0 && value <= 0.5)) return;
  const outside = value < 0 || value >= 1;
  reportFault(draft, given.line, {
    rule: 'label-smoothing',
    severity: outside ? 'error' : 'warning',
    sentence: outside
      ? `Label smoothing of ${value} leaves nothing of the labels: it is a share from 0 up to, but not including, 1.`
      : `Label smoothing of ${value} gives most of each label to the other classes.`,
    remedy: 'Use 0.1 or less.',
  });
}

const entries = (script: Script, node: SyntaxNode | null): number => {
  const end = node && script.resolve(node);
  return end && ['list', 'tuple', 'expression_list', 'dictionary'].includes(end.type)
    ? end.children.filter((one) => one.type !== 'comment').length
    : 1;
};

/** Where a net gives several outputs, or a loss for each of several; null if it has one. */
function severalOutputs(script: Script, { model, compile }: KerasNet): SyntaxNode | null {
  const made = model ? script.callAt(model) : undefined;
  const given = made && /Model$/.test(made.last) && !made.local ? argument(made, ['outputs', 'output'], 1) : null;
  if (given && entries(script, given) > 1) return given;
  const of = model && script.classOf(model);
  const body = of?.field('body')?.children.find((one) => one.field('name')?.text === 'call');
  const returned = body ? descendants(body, 'return_statement').flatMap((one) => one.children.slice(0, 1)) : [];
  const several = returned.find((one) => entries(script, one) > 1);
  if (several) return several;
  const losses = compile ? argument(compile, ['loss'], 1) : null;
  return losses && entries(script, losses) > 1 ? losses : null;
}

/** Whether Keras runs on JAX or PyTorch: only on TensorFlow do its losses notice that a softmax comes before them. */
const appliesTwice = (script: Script): boolean =>
  script.nodes('assignment').some((one) => {
    const key = one.field('left')?.type === 'subscript' ? script.constant(one.field('left')!.field('subscript')) : null;
    return key === 'KERAS_BACKEND' && /^(jax|torch)$/.test(String(script.constant(one.field('right'))));
  });

/** Records last activation and loss, and what is wrong with them. */
export function readKerasOutput(
  script: Script,
  draft: Draft,
  net: KerasNet,
  last: LastLayer | null,
  feed: Call | undefined,
  classes: number | null,
): void {
  const several = severalOutputs(script, net);
  if (several) {
    note(draft, 'The net has several outputs. Its last layers and their losses are not judged.', several.line);
    return;
  }
  const loss = lossOf(script, net);
  if (!loss) return;
  judgeSmoothing(script, draft, loss);
  const { name, call, at } = loss;
  if (name.includes('focal')) recordRead(draft, 'imbalance', 'focal', at);
  if (!last?.activation || last.activation === 'logsoftmax') return;
  if (last.units === 1) judgeSoftmax(draft, last, classes);
  const squared = /^(mse|meansquarederror|mae|meanabsoluteerror)$/.test(name);
  const applies = name.endsWith('withlogits');
  const binary = name.includes('binary') || name.includes('sigmoid');
  if (!squared && !applies && !name.includes('crossentropy')) {
    note(draft, `The lab does not know the loss “${name}”.`, at.line);
    return;
  }
  const logits = applies || (call !== undefined && script.constant(call.keywords.get('from_logits')) === true);
  const activation: OutputActivation =
    last.activation === 'softmax'
      ? 'softmax'
      : last.activation.endsWith('sigmoid')
        ? 'sigmoid'
        : last.activation.startsWith('relu')
          ? 'relu'
          : 'none';
  // Units that are not those of the classes: their labels are others, such as the pixels of an autoencoder.
  const otherLabels = binary && last.units !== null && classes !== null && last.units !== classes;
  // The lab's nets have one output for each class.
  const output = (read: Loss): void => {
    if (last.units === 1 ? classes === 2 : !otherLabels)
      recordRead(draft, 'output', { activation, loss: read }, at, { activation: last.at.line, loss: at.line });
  };
  const family = binary ? 'binary-cross-entropy' : 'cross-entropy';
  if (squared) output('mean-squared-error');
  else if (logits && !applies && activation !== 'none' && !appliesTwice(script)) {
    output(family);
    note(
      draft,
      `from_logits=True after a ${activation} is wrong. On TensorFlow, Keras’s own losses notice the ${activation} and use its input, so training works. On JAX or PyTorch, and in your own loss, it is applied twice.`,
      at.line,
    );
  } else output(logits ? `${family}-logits` : family);
  if (squared) return;
  const judged = { last, loss, binary, logits, classes };
  if (last.units !== 1 && last.activation === 'linear' && !logits)
    reportFault(draft, at.line, {
      rule: 'missing-activation',
      severity: 'error',
      sentence: 'The loss expects probabilities, but the last layer has no activation: negative outputs count as 0.',
      remedy: 'Add a softmax to the last layer, or say from_logits=True.',
      fields: ['output'],
      stated: ['output'],
    });
  if (last.units === 1) judgeUnit(draft, feed, judged);
  judgeActivation(draft, judged);
  judgeLabels(script, draft, feed, judged);
  if (last.units !== 1 || last.activation !== 'softmax')
    judgeLabelForm(script, draft, net, feed, { loss: name, at, units: last.units, classes });
}
