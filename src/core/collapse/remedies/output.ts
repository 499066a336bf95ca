import { argument } from '../script/draft';
import { torchRun } from '../script/pytorch-run';
import { broadcastLoss } from '../script/pytorch-shapes';
import { lastPart, nameOf, type Call, type SyntaxNode } from '../script/syntax';
import { addKeyword, removeKeyword, replace, type CodeEdit } from './edit';
import { kerasLayer } from './depth';
import { callsNamed, nodesOf, removeLayer, type Ailment, type CodeRemedy, type Way } from './remedy';

const ACTIVATIONS = /^(softmax|Softmax|log_softmax|LogSoftmax|sigmoid|Sigmoid|relu|ReLU|tanh|Tanh|Activation)$/;
const CLASS_LOSSES = /^(CategoricalCrossentropy|SparseCategoricalCrossentropy|BinaryCrossentropy)$/;

/** Ways that remove an activation function. */
const withoutActivation = (ailment: Ailment): Way[] =>
  callsNamed(ailment, ACTIVATIONS)
    .reverse()
    .flatMap((call) => removeLayer(ailment, call));

/** The dense layers that can be the last one of the net, the most likely first. */
const lastLayers = (ailment: Ailment): Call[] => callsNamed(ailment, /^Dense$/).reverse();

/** Gives a layer of Keras this activation. */
function activated(ailment: Ailment, layer: Call, name: string): CodeEdit | null {
  const given = argument(layer, ['activation'], 1);
  return given ? replace(given, `'${name}'`) : addKeyword(ailment.code, layer, `activation='${name}'`);
}

/** Where the loss of `compile` is written, as a text or as a call. */
function lossOf({ script }: Ailment): SyntaxNode | null {
  const compile = script.calls.findLast((call) => call.last === 'compile' && argument(call, ['loss'], 1) !== null);
  const given = compile && argument(compile, ['loss'], 1);
  return given ? script.resolve(given) : null;
}

function withLoss(ailment: Ailment, loss: string): CodeEdit | null {
  const node = lossOf(ailment);
  return node && replace(node, `'${loss}'`);
}

/** In Keras, a loss on probabilities and the activation that makes them. */
function kerasPairs(ailment: Ailment, loss: string | null): Way[] {
  const edits = loss === null ? [] : [withLoss(ailment, loss)];
  // An activation that is a layer of its own comes after the one of the last dense layer.
  const own = lastActivation(ailment);
  if (own !== null) return [[...own, ...edits]];
  return lastLayers(ailment).map((layer) => [activated(ailment, layer, 'softmax'), ...edits]);
}

const ACTIVATION_LAYERS = /^(Activation|Softmax|ReLU|LeakyReLU|PReLU|ELU|Sigmoid)$/;

/** Changes of an activation layer after the last dense layer so that it is a softmax; null if there is none. */
function lastActivation(ailment: Ailment): Way | null {
  const [dense] = lastLayers(ailment);
  const last = callsNamed(ailment, ACTIVATION_LAYERS).at(-1);
  if (!dense || !last || last.node.start < dense.node.start) return null;
  const [kind] = last.positional;
  if (last.last === 'Softmax') return [];
  if (last.last === 'Activation' && kind) return [replace(kind, "'softmax'")];
  const layer = kerasLayer(ailment, 'Softmax');
  return layer && [replace(last.node, `${layer.text}()`), ...layer.imports];
}

const isKeras = ({ reading: { framework } }: Ailment): boolean => framework === 'keras';

/** The functions that compute the losses of these classes. */
const FUNCTIONS = {
  CrossEntropyLoss: 'cross_entropy',
  BCELoss: 'binary_cross_entropy',
  BCEWithLogitsLoss: 'binary_cross_entropy_with_logits',
} as const;

/** Ways that replace the name of a loss of PyTorch. */
const renamedLoss = (ailment: Ailment, names: RegExp, to: keyof typeof FUNCTIONS): Way[] =>
  callsNamed(ailment, names).map((call) => {
    const callee = call.node.field('function');
    if (!callee) return [null];
    const plain = /^[a-z_]+$/.test(call.last);
    const name = plain ? FUNCTIONS[to] : to;
    return [replace(callee, callee.text.replace(/\w+$/, name))];
  });

/** The outputs before an activation as the logits of a loss, so that the activation stays for what is shown. */
const beforeActivation = (ailment: Ailment): Way[] =>
  callsNamed(ailment, /cross_entropy/).flatMap(({ keywords }): Way[] => {
    const logits = keywords.get('logits');
    const [outputs] = (logits && ailment.script.callAt(ailment.script.resolve(logits))?.positional) ?? [];
    return logits && outputs?.type === 'identifier' ? [[replace(logits, outputs.text)]] : [];
  });

export const doubleActivationRemedy: CodeRemedy = {
  rules: ['double-activation'],
  reason: () => 'Now the last layer or the loss applies the activation, not both.',
  ways: (ailment) => [
    ...callsNamed(ailment, CLASS_LOSSES).map((call) => [removeKeyword(call, 'from_logits')]),
    ...beforeActivation(ailment),
    ...withoutActivation(ailment),
    ...lastLayers(ailment).map((layer) => [removeKeyword(layer, 'activation')]),
  ],
};

export const missingActivationRemedy: CodeRemedy = {
  rules: ['missing-activation'],
  reason: () => 'The loss expects probabilities, and now it gets them.',
  ways: (ailment) =>
    isKeras(ailment)
      ? ['softmax', 'sigmoid'].flatMap((name) => lastLayers(ailment).map((layer) => [activated(ailment, layer, name)]))
      : renamedLoss(ailment, /^(BCELoss|binary_cross_entropy)$/, 'BCEWithLogitsLoss'),
};

export const lastActivationRemedy: CodeRemedy = {
  rules: ['last-activation', 'relu-on-output', 'sigmoid-for-classes'],
  reason: ({ reading }) =>
    reading.framework === 'keras'
      ? 'A softmax makes probabilities of the classes, which this loss expects.'
      : 'The outputs need no activation of their own before the softmax of the loss or of the net.',
  ways: (ailment) =>
    isKeras(ailment) ? [...kerasPairs(ailment, null), ...withoutActivation(ailment)] : withoutActivation(ailment),
};

/** The loss for the form of the labels that the script has. */
export const labelFormRemedy: CodeRemedy = {
  rules: ['labels-of-another-form'],
  reason: () => 'The loss and the labels now have the same form.',
  ways: (ailment) => {
    const feeds = callsNamed(ailment, /^(flow_from_directory|flow_from_dataframe|image_dataset_from_directory)$/);
    // With one unit, the labels of all feeds must be 0 and 1.
    const binary = feeds.map((feed) => {
      const key = feed.last === 'image_dataset_from_directory' ? 'label_mode' : 'class_mode';
      const given = feed.keywords.get(key);
      return given
        ? ailment.script.constant(given) === null
          ? []
          : [replace(given, "'binary'")]
        : [addKeyword(ailment.code, feed, `${key}='binary'`)];
    });
    if (ailment.reading.recipe.output.loss.startsWith('binary')) return binary.length > 0 ? [binary.flat()] : [];
    const node = lossOf(ailment);
    const name = node?.type === 'call' ? node.field('function') : node;
    if (!name) return [];
    const sparse = /sparse/i.test(name.text);
    const other = sparse
      ? name.text.replace('sparse_', '').replace('Sparse', '')
      : name.text.replace('categorical', 'sparse_categorical').replace('Categorical', 'SparseCategorical');
    return [[replace(name, other)]];
  },
};

/** The labels that feeds give, as numbers of classes instead of 0 and 1. */
function numberedLabels(ailment: Ailment): CodeEdit[] {
  return nodesOf(ailment, 'keyword_argument').flatMap((node) => {
    const value = node.field('value');
    const name = node.field('name')?.text;
    if (!value || ailment.script.constant(value) !== 'binary') return [];
    return name === 'class_mode'
      ? [replace(value, "'sparse'")]
      : name === 'label_mode'
        ? [replace(value, "'int'")]
        : [];
  });
}

/** In Keras, one output a class, with the activation and the loss for that. */
function unitsForClasses(ailment: Ailment): Way[] {
  const { script, reading, setting } = ailment;
  const labels = numberedLabels(ailment);
  // An activation that is a layer of its own comes after the one of the last dense layer.
  const own = lastActivation(ailment);
  return lastLayers(ailment).flatMap((layer): Way[] => {
    const units = argument(layer, ['units'], 0);
    if (!units || setting.classes === null) return [];
    const one = script.constant(units) === 1 ? [replace(script.resolve(units), String(setting.classes))] : [];
    const both = [...one, ...(own ?? [activated(ailment, layer, 'softmax')])];
    // With a binary loss, the labels are numbers. With a loss over classes, they already fit the loss.
    const numbers = reading.recipe.output.loss.startsWith('binary');
    const sparse = withLoss(ailment, 'sparse_categorical_crossentropy');
    return numbers
      ? [
          [...both, sparse, ...labels],
          [...both, withLoss(ailment, 'categorical_crossentropy')],
        ]
      : [both, [...both, sparse, ...labels]];
  });
}

export const outputsForClassesRemedy: CodeRemedy = {
  rules: ['one-unit-for-classes', 'one-unit-for-many-classes', 'binary-labels-of-classes'],
  reason: ({ setting: { classes } }) =>
    `The data set has ${String(classes)} classes: the last layer has one output for each, and the loss compares them.`,
  ways: (ailment) => (isKeras(ailment) ? unitsForClasses(ailment) : []),
};

/** In PyTorch, cross-entropy on the outputs as they are; an activation before it is left out. */
function torchCrossEntropy(ailment: Ailment): Way[] {
  const losses = renamedLoss(
    ailment,
    /^(BCEWithLogitsLoss|BCELoss|NLLLoss|MSELoss|nll_loss|mse_loss|binary_cross_entropy(_with_logits)?)$/,
    'CrossEntropyLoss',
  );
  const oneUnit = (['BCELoss', 'BCEWithLogitsLoss'] as const).flatMap((to) =>
    renamedLoss(ailment, /^(MSELoss|mse_loss)$/, to),
  );
  return [
    ...losses,
    ...withoutActivation(ailment).flatMap((removed) => losses.map((loss): Way => [...loss, ...removed])),
    ...oneUnit,
  ];
}

/** The outputs without their axis of one unit, which the labels do not have. */
export const squeezeRemedy: CodeRemedy = {
  rules: ['broadcast-labels'],
  reason: () => 'Without its axis of one unit, each output is compared with the label of its own image.',
  ways: ({ script }) => {
    const outputs = broadcastLoss(script, torchRun(script))?.outputs;
    if (!outputs || !/^(identifier|attribute|call|subscript|parenthesized_expression)$/.test(outputs.type)) return [];
    return [[replace(outputs, `${outputs.text}.squeeze(1)`)]];
  },
};

export const classLossRemedy: CodeRemedy = {
  rules: ['binary-loss-on-classes', 'squared-error', 'nll-without-log-softmax'],
  reason: ({ warning }) =>
    warning.rule === 'nll-without-log-softmax'
      ? 'Cross-entropy takes the outputs of the last layer as they are, and applies the log-softmax itself.'
      : 'Cross-entropy compares the classes with each other.',
  ways: (ailment) =>
    isKeras(ailment)
      ? ['categorical_crossentropy', 'sparse_categorical_crossentropy'].flatMap((loss) => kerasPairs(ailment, loss))
      : torchCrossEntropy(ailment),
};

/** `softmax(z, dim=1)` as a sigmoid: of a function, a method or a layer. */
function asSigmoid({ node, last, positional: [given] }: Call): CodeEdit | null {
  const callee = node.field('function');
  const object = callee?.field('object');
  if (!callee) return null;
  if (last === 'Softmax') return replace(node, `${callee.text.replace(/Softmax$/, 'Sigmoid')}()`);
  if (given && given.type !== 'integer') return replace(node, `torch.sigmoid(${given.text})`);
  return object ? replace(node, `${object.text}.sigmoid()`) : null;
}

/** One output for two classes, with a loss that takes its probability or its value. */
export const oneUnitRemedy: CodeRemedy = {
  rules: ['softmax-over-one-unit'],
  reason: () => 'The loss expects the probability of one of the two classes, which a sigmoid gives.',
  ways: (ailment) => {
    const { loss } = ailment.reading.recipe.output;
    if (loss === 'binary-cross-entropy-logits') return withoutActivation(ailment);
    if (loss !== 'binary-cross-entropy' || (ailment.setting.classes ?? 2) !== 2) return [];
    if (!isKeras(ailment)) return callsNamed(ailment, /^softmax$/i).map((call): Way => [asSigmoid(call)]);
    const given = lastLayers(ailment).flatMap((layer) => argument(layer, ['activation'], 1) ?? []);
    return [...given, ...nodesOf(ailment, 'string')]
      .filter(({ text }) => /^(["'])softmax\1$|^(\w+\.)*softmax$/.test(text))
      .map((node): Way => [replace(node, node.text.replace('softmax', 'sigmoid'))]);
  },
};

/** A softmax over the images of a batch instead of over the classes. */
export const softmaxAxisRemedy: CodeRemedy = {
  rules: ['softmax-over-batch'],
  reason: () => 'A softmax belongs over the classes (dimension 1), not over the images of the batch (dimension 0).',
  ways: (ailment) =>
    callsNamed(ailment, /softmax$/i).flatMap((call): Way[] => {
      const given = argument(
        call,
        ['dim', 'axis'],
        lastPart(nameOf(call.node.field('function'))) === call.last ? 1 : 0,
      );
      const first = argument(call, ['dim', 'axis'], 0);
      // Cross-entropy applies a softmax of its own, so over the right dimension this one would be too much.
      return [...[given, first].flatMap((node) => (node ? [[replace(node, '1')]] : [])), ...removeLayer(ailment, call)];
    }),
};

/** A decision for the class of each image. */
export const decisionAxisRemedy: CodeRemedy = {
  rules: ['decided-over-images'],
  reason: () => 'The classes are in axis 1 of the outputs; axis 0 has the images.',
  ways: (ailment) =>
    callsNamed(ailment, /^(argmax|max)$/).flatMap((call): Way[] =>
      [argument(call, ['axis', 'dim']), ...call.positional].flatMap((node) =>
        node && ailment.script.constant(node) === 0 ? [[replace(node, '1')]] : [],
      ),
    ),
};
