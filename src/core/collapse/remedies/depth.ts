/** Remedies for nets that lack a kind of layer: batch norm, an activation, or any hidden layer. */
import { argument } from '../script/draft';
import type { Call, SyntaxNode } from '../script/syntax';
import { addKeyword, insertAfter, insertElement, removeKeyword, replace, statementOf, type CodeEdit } from './edit';
import { callsNamed, nodesOf, type Ailment, type CodeRemedy, type Way } from './remedy';

const CONVOLUTION = /^(Conv2D|Convolution2D|SeparableConv2D|Conv2d|LazyConv2d)$/;
const DENSE = /^(Dense|Linear|LazyLinear)$/;

const isKeras = ({ reading: { framework } }: Ailment): boolean => framework === 'keras';

/** What precedes the name of a layer, as in `layers.`, `tf.keras.layers.`, `nn.` or nothing. */
const prefixOf = (call: Call): string => call.node.field('function')?.text.replace(/\w+$/, '') ?? '';

/** A layer of Keras as the script can write it, with the change of the imports that it needs. Null if it cannot. */
export function kerasLayer(ailment: Ailment, name: string): { text: string; imports: CodeEdit[] } | null {
  const layer = callsNamed(ailment, /^(Conv2D|Convolution2D|Dense|Flatten)$/)[0];
  if (!layer) return null;
  const prefix = prefixOf(layer);
  if (prefix !== '') return { text: prefix + name, imports: [] };
  const from = nodesOf(ailment, 'import_from_statement').find(
    (node) => /\blayers$/.test(node.field('module_name')?.text ?? '') && /\*|Dense|Conv2D|Flatten/.test(node.text),
  );
  if (!from) return null;
  if (/\*/.test(from.text) || new RegExp(`\\b${name}\\b`).test(from.text)) return { text: name, imports: [] };
  const { end } = from.children.at(-1)!;
  return { text: name, imports: [{ start: end, end, text: `, ${name}` }] };
}

/** The list or the arguments that a layer is an element of. */
function listAround(ailment: Ailment, { start, end }: SyntaxNode): SyntaxNode | null {
  const isElement = (child: SyntaxNode): boolean => child.start === start && child.end === end;
  return (
    nodesOf(ailment, 'argument_list', 'list').find(
      (list) => list.children.some(isElement) && !/\.(add|append)$/.test(calleeBefore(ailment, list)),
    ) ?? null
  );
}

/** The text of what is called with these arguments. */
const calleeBefore = ({ code }: Ailment, { start }: SyntaxNode): string =>
  /[\w.]*$/.exec(code.slice(Math.max(0, start - 80), start))![0];

/** Adds an element after another: on a line of its own if the other has one. */
function elementAfter(code: string, { start, end }: SyntaxNode, text: string): CodeEdit {
  const line = code.lastIndexOf('\n', start - 1) + 1;
  const blanks = code.slice(line, start);
  return { start: end, end, text: /^\s*$/.test(blanks) && line > 0 ? `,\n${blanks}${text}` : `, ${text}` };
}

/** Adds a layer after another one, in each form of net that the remedies know; null for other forms. */
export function layerAfter(ailment: Ailment, call: Call, text: string): CodeEdit | null {
  const { script, code } = ailment;
  if (listAround(ailment, call.node)) return elementAfter(code, call.node, text);
  const statement = statementOf(script, call.node);
  const [inner] = statement?.children ?? [];
  if (!statement || !inner) return null;
  const adds = script.callAt(inner);
  if (adds && /^(add|append)$/.test(adds.last))
    return insertAfter(code, statement, `${adds.node.field('function')!.text}(${text})`);
  const [left, right] = [inner.field('left'), inner.field('right')];
  const isApplied = right?.type === 'call' && right.field('function')?.start === call.node.start;
  if (inner.type !== 'assignment' || !left) return null;
  if (isKeras(ailment)) return isApplied ? insertAfter(code, statement, `${left.text} = ${text}(${left.text})`) : null;
  const whole = right?.start === call.node.start && right.end === call.node.end;
  return whole ? replace(call.node, `${prefixOf(call)}Sequential(${call.node.text}, ${text})`) : null;
}

/** The layers of the net but the last one: convolutions if there are any, otherwise dense layers. */
function hiddenLayers(ailment: Ailment): Call[] {
  const convolutions = callsNamed(ailment, CONVOLUTION);
  return convolutions.length > 0 ? convolutions : callsNamed(ailment, DENSE).slice(0, -1);
}

export const batchNormRemedy: CodeRemedy = {
  rules: ['deep-without-batch-norm'],
  reason: () => 'Batch norm keeps the outputs of each layer in the same range.',
  ways: (ailment) => {
    const hidden = hiddenLayers(ailment);
    if (isKeras(ailment)) {
      const layer = kerasLayer(ailment, 'BatchNormalization');
      return layer ? [[...layer.imports, ...hidden.map((call) => layerAfter(ailment, call, `${layer.text}()`))]] : [];
    }
    return [
      hidden.map((call) => {
        const channels = argument(call, ['out_channels', 'out_features'], 1);
        const name = CONVOLUTION.test(call.last) ? 'BatchNorm2d' : 'BatchNorm1d';
        return channels && layerAfter(ailment, call, `${prefixOf(call)}${name}(${channels.text})`);
      }),
    ].filter((way) => way.length > 0);
  },
};

/** In `forward`, the calls of layers that have a name, without that of the last layer. */
function namedCalls(ailment: Ailment, layers: readonly Call[]): Way {
  const names = nodesOf(ailment, 'assignment').flatMap((node) => {
    const [left, right] = [node.field('left'), node.field('right')];
    return left && right && layers.some((call) => call.node.start === right.start) ? [left.text] : [];
  });
  const called = nodesOf(ailment, 'call').filter((node) => names.includes(node.field('function')?.text ?? ''));
  return called.flatMap(({ start, end }) => [
    { start, end: start, text: 'torch.relu(' },
    { start: end, end, text: ')' },
  ]);
}

export const activationRemedy: CodeRemedy = {
  rules: ['no-activation'],
  reason: () => 'With ReLU after each hidden layer, the net is more than one linear function.',
  ways: (ailment) => {
    const layers = [...callsNamed(ailment, CONVOLUTION), ...callsNamed(ailment, DENSE)];
    const last = callsNamed(ailment, DENSE).at(-1) ?? layers.at(-1);
    const hidden = layers.filter((call) => call !== last);
    if (hidden.length === 0) return [];
    if (isKeras(ailment))
      return [
        hidden.map((call) => {
          const given = argument(call, ['activation']);
          return given ? replace(given, "'relu'") : addKeyword(ailment.code, call, "activation='relu'");
        }),
      ];
    const listed = hidden.filter(({ node }) => listAround(ailment, node) !== null);
    const named = hidden.filter((call) => !listed.includes(call));
    return [
      [
        ...listed.map((call) => elementAfter(ailment.code, call.node, `${prefixOf(call)}ReLU()`)),
        ...namedCalls(ailment, named),
      ],
    ];
  },
};

const HIDDEN_UNITS = 128;

/** In Keras, convolutions before the layer that makes a vector of a picture. */
function kerasConvolutions(ailment: Ailment): Way[] {
  const [convolution, pooling] = [kerasLayer(ailment, 'Conv2D'), kerasLayer(ailment, 'MaxPooling2D')];
  const flatten = callsNamed(ailment, /^Flatten$/)[0];
  const input = callsNamed(ailment, /^(Input|InputLayer)$/)[0];
  const given = flatten?.keywords.get('input_shape') ?? (input && argument(input, ['shape', 'input_shape'], 0));
  const shape = given && ailment.script.constant(given);
  if (!convolution || !pooling || !flatten || !Array.isArray(shape) || shape.length !== 3) return [];
  const own = flatten.keywords.get('input_shape');
  const layers = [
    `${convolution.text}(32, 3, activation='relu'${own ? `, input_shape=${own.text}` : ''})`,
    `${pooling.text}()`,
    `${convolution.text}(64, 3, activation='relu')`,
    `${pooling.text}()`,
  ];
  const imports = [...convolution.imports, ...pooling.imports];
  const text = layers.join(', ');
  if (!listAround(ailment, flatten.node)) return [];
  return [
    [
      ...imports,
      ...(own ? [removeKeyword(flatten, 'input_shape')] : []),
      insertElement(ailment.code, flatten.node, text),
    ],
  ];
}

function kerasHidden(ailment: Ailment): Way[] {
  const [only] = callsNamed(ailment, DENSE);
  if (!only || !listAround(ailment, only.node)) return [];
  const shape = only.keywords.get('input_shape');
  const text = `${prefixOf(only)}Dense(${HIDDEN_UNITS}, activation='relu'${shape ? `, input_shape=${shape.text}` : ''})`;
  return [[insertElement(ailment.code, only.node, text), ...(shape ? [removeKeyword(only, 'input_shape')] : [])]];
}

function torchHidden(ailment: Ailment): Way[] {
  return callsNamed(ailment, DENSE).flatMap((call): Way[] => {
    const inputs = argument(call, ['in_features'], 0);
    if (!inputs) return [];
    const prefix = prefixOf(call);
    const hidden = `${prefix}Linear(${inputs.text}, ${HIDDEN_UNITS}), ${prefix}ReLU()`;
    if (listAround(ailment, call.node))
      return [[insertElement(ailment.code, call.node, hidden), replace(inputs, String(HIDDEN_UNITS))]];
    const { start, end } = inputs;
    const { node } = call;
    const last = node.text.slice(0, start - node.start) + String(HIDDEN_UNITS) + node.text.slice(end - node.start);
    return [[replace(node, `${prefix}Sequential(${hidden}, ${last})`)]];
  });
}

export const linearRemedy: CodeRemedy = {
  rules: ['linear-model'],
  reason: () => 'A hidden layer lets the net learn more than one weight for each pixel. Convolutions suit images best.',
  ways: (ailment) =>
    isKeras(ailment) ? [...kerasConvolutions(ailment), ...kerasHidden(ailment)] : torchHidden(ailment),
};
