/** Remedies for how pixels are scaled before they reach the net. */
import { argumentsOf, type SyntaxNode } from '../script/syntax';
import { kerasLayer } from './depth';
import { addKeyword, insertBefore, insertElement, removeKeyword, removeStatement, replace, statementOf } from './edit';
import {
  callsNamed,
  nodesOf,
  reduced,
  removeFromList,
  removeLayer,
  type Ailment,
  type CodeRemedy,
  type Way,
} from './remedy';

const BY_255 = /\/\s*=?\s*\(?\s*255(\.0?)?\s*\)?$/;

/** The divisions by 255, and what they divide. */
export const divisions = (ailment: Ailment): { node: SyntaxNode; left: SyntaxNode }[] =>
  nodesOf(ailment, 'binary_operator')
    .filter(({ text }) => BY_255.test(text))
    .flatMap((node) => {
      const left = node.field('left');
      return left && !/^[\d.]+$/.test(left.text) ? [{ node, left }] : [];
    });

/** Ways that take out one division by 255, or one layer that does it. */
export function unscaled(ailment: Ailment): Way[] {
  const { script, code } = ailment;
  return [
    ...callsNamed(ailment, /^Rescaling$/).flatMap((call) => removeLayer(ailment, call)),
    ...divisions(ailment).map(({ node, left }): Way => [reduced(ailment, node, left.text)]),
    ...nodesOf(ailment, 'augmented_assignment')
      .filter(({ text }) => BY_255.test(text))
      .map((node): Way => {
        const statement = statementOf(script, node);
        return [statement && removeStatement(script, code, statement)];
      }),
    ...callsNamed(ailment, /^ImageDataGenerator$/).map((call): Way => [removeKeyword(call, 'rescale')]),
    ...callsNamed(ailment, /^convert_image_dtype$/).map(({ node }): Way => {
      const callee = node.field('function')!;
      return [replace(callee, callee.text.replace(/image\.convert_image_dtype$/, 'cast'))];
    }),
  ];
}

/** Transforms of PyTorch that leave the pixels at 0 to 255, changed so that they return 0 to 1. */
const scaledTransforms = (ailment: Ailment): Way[] => [
  ...callsNamed(ailment, /^ToDtype$/).map((call): Way => [
    call.keywords.has('scale')
      ? replace(call.keywords.get('scale')!, 'True')
      : addKeyword(ailment.code, call, 'scale=True'),
  ]),
  ...callsNamed(ailment, /^(PILToTensor|pil_to_tensor)$/).map(({ node, last }): Way => {
    const callee = node.field('function')!;
    return [replace(callee, callee.text.replace(/\w+$/, last === 'PILToTensor' ? 'ToTensor' : 'to_tensor'))];
  }),
  ...callsNamed(ailment, /^ToImage$/).map(({ node }): Way => {
    const callee = node.field('function')!;
    const text = `${callee.text.replace(/\w+$/, 'ToDtype')}(torch.float32, scale=True)`;
    return [{ start: node.end, end: node.end, text: `, ${text}` }];
  }),
];

export const scaledOnceRemedy: CodeRemedy = {
  rules: ['scaled-twice', 'normalized-for-one'],
  reason: () => 'The pixels are scaled once only.',
  ways: (ailment) => [
    ...unscaled(ailment),
    ...callsNamed(ailment, /^Normalize$/)
      .reverse()
      .map(({ node }): Way => [removeFromList(ailment, node)]),
  ],
};

export const scaledTransformRemedy: CodeRemedy = {
  rules: ['normalized-for-one', 'raw-input'],
  reason: () => 'The pixels are now scaled from 0–255 to 0–1.',
  ways: scaledTransforms,
};

/** `Normalize` needs a tensor, so it is moved after the transform that makes one. */
export const tensorFirstRemedy: CodeRemedy = {
  rules: ['normalize-before-tensor'],
  reason: () => 'Normalize needs a tensor.',
  ways: (ailment) => {
    const tensors = callsNamed(ailment, /^(ToTensor|ToDtype)$/);
    return callsNamed(ailment, /^Normalize$/).flatMap(({ node }) =>
      tensors
        .filter((tensor) => tensor.node.start > node.end)
        .map((tensor): Way => [
          removeFromList(ailment, node),
          { start: tensor.node.end, end: tensor.node.end, text: `, ${node.text}` },
        ]),
    );
  },
};

const LAYERS = /^(Conv2D|Convolution2D|Dense|Flatten)$/;

/**
 * Ways to put a layer before the others of a net of Keras, for example one that scales.
 * @param layer the call of the layer, and the imports that it needs
 */
export function firstLayer(ailment: Ailment, layer: NonNullable<ReturnType<typeof kerasLayer>>): Way[] {
  const { script, code } = ailment;
  const first = callsNamed(ailment, LAYERS)[0];
  if (!first) return [];
  const shape = first.keywords.get('input_shape');
  const text = shape ? `${layer.text.slice(0, -1)}, input_shape=${shape.text})` : layer.text;
  const moved = shape ? [removeKeyword(first, 'input_shape')] : [];
  const list = nodesOf(ailment, 'list').find(({ children }) =>
    children.some((child) => child.start === first.node.start),
  );
  const elements = list?.children ?? [];
  const place = elements[elements.findIndex((child) => /\bInput(Layer)?\(/.test(child.text)) + 1];
  if (place) return [[insertElement(code, place, text), ...moved, ...layer.imports]];
  const statement = statementOf(script, first.node);
  const [whole] = statement?.children ?? [];
  const adds = whole && script.callAt(whole);
  if (statement && adds?.last === 'add')
    return [
      [insertBefore(code, statement, `${adds.node.field('function')!.text}(${text})`), ...moved, ...layer.imports],
    ];
  // The first layer is called with the input of the net.
  const applied = nodesOf(ailment, 'call').find((node) => node.field('function')?.start === first.node.start);
  const input = applied && argumentsOf(applied).positional[0];
  return input ? [[replace(input, `${text}(${input.text})`), ...layer.imports]] : [];
}

export const rawInputRemedy: CodeRemedy = {
  rules: ['raw-input'],
  reason: () => 'The net now gets pixels of 0 to 1.',
  ways: (ailment) => {
    const layer = kerasLayer(ailment, 'Rescaling');
    const generators = callsNamed(ailment, /^ImageDataGenerator$/);
    const all = generators.map((call) => addKeyword(ailment.code, call, 'rescale=1.0 / 255'));
    return [
      ...(all.length > 0 ? [all] : []),
      ...(layer ? firstLayer(ailment, { ...layer, text: `${layer.text}(1.0 / 255)` }) : []),
    ];
  },
};
