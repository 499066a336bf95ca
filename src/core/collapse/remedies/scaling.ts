/** Remedies for how pixels are scaled before they reach the net. */
import { insertElement, removeKeyword, removeStatement, replace, statementOf, addKeyword } from './edit';
import { callsNamed, nodesOf, removeFromList, type Ailment, type CodeRemedy, type Way } from './remedy';

const BY_255 = /\/\s*=?\s*\(?\s*255(\.0?)?\s*\)?$/;

/** Ways that take out one division by 255, or one layer that does it. */
export function unscaled(ailment: Ailment): Way[] {
  const { script, code } = ailment;
  return [
    ...callsNamed(ailment, /^Rescaling$/).map(({ node }): Way => [removeFromList(ailment, node)]),
    ...nodesOf(ailment, 'binary_operator')
      .filter(({ text }) => BY_255.test(text))
      .flatMap((node): Way[] => {
        const left = node.field('left');
        return left && !/^[\d.]+$/.test(left.text) ? [[replace(node, left.text)]] : [];
      }),
    ...nodesOf(ailment, 'augmented_assignment')
      .filter(({ text }) => BY_255.test(text))
      .map((node): Way => {
        const statement = statementOf(script, node);
        return [statement && removeStatement(script, code, statement)];
      }),
    ...callsNamed(ailment, /^ImageDataGenerator$/).map((call): Way => [removeKeyword(call, 'rescale')]),
  ];
}

export const scaledOnceRemedy: CodeRemedy = {
  rules: ['scaled-twice', 'normalized-for-one'],
  reason: () => 'The pixels are scaled once only.',
  ways: unscaled,
};

/** How the layers of the script are written: `layers.`, `keras.layers.`, or nothing. */
const layerPrefix = (ailment: Ailment): string => {
  const layer = callsNamed(ailment, /^(Conv2D|Dense|Flatten)$/)[0];
  return layer?.node.field('function')?.text.replace(/\w+$/, '') ?? '';
};

export const rawInputRemedy: CodeRemedy = {
  rules: ['raw-input'],
  reason: () => 'The net now gets pixels of 0 to 1.',
  ways: (ailment) => {
    const generators = callsNamed(ailment, /^ImageDataGenerator$/);
    const all = generators.map((call) => addKeyword(ailment.code, call, 'rescale=1.0 / 255'));
    const prefix = layerPrefix(ailment);
    const layers = nodesOf(ailment, 'call').flatMap((node) => {
      const call = ailment.script.callAt(node);
      return call && /^(Conv2D|Dense|Flatten)$/.test(call.last) ? [call] : [];
    });
    const lists = nodesOf(ailment, 'list');
    const first = layers[0];
    const list = first && lists.find(({ children }) => children.some((child) => child.start === first.node.start));
    const elements = list?.children ?? [];
    const after = elements.findIndex((child) => /\bInput(Layer)?\(/.test(child.text)) + 1;
    const place = elements[after];
    const shape = first?.keywords.get('input_shape');
    const text = `${prefix}Rescaling(1.0 / 255${shape ? `, input_shape=${shape.text}` : ''})`;
    return [
      ...(all.length > 0 ? [all] : []),
      ...(place && prefix !== ''
        ? [[insertElement(ailment.code, place, text), ...(first && shape ? [removeKeyword(first, 'input_shape')] : [])]]
        : []),
    ];
  },
};
