import type { Call, SyntaxNode } from '../script/syntax';
import { addKeyword, replace } from './edit';
import { torchImport } from './imports';
import { callsNamed, nodesOf, type Ailment, type CodeRemedy, type Way } from './remedy';

/** n/(K·n_c) for each class with images, 3 significant digits (the "balanced" weights of scikit-learn). */
function weights({ setting: { classSizes } }: Ailment): number[] {
  const images = classSizes.reduce((sum, size) => sum + size, 0);
  const present = classSizes.filter((size) => size > 0).length;
  return classSizes.map((size) => (size === 0 ? 0 : Number((images / (present * size)).toPrecision(3))));
}

/** Where a tensor must be for a loss that is made here. */
function deviceOf(ailment: Ailment, call: Pick<Call, 'node'>): string {
  const known = nodesOf(ailment, 'assignment').some(
    (node) => node.field('left')?.text === 'device' && node.start < call.node.start,
  );
  if (known) return '.to(device)';
  return callsNamed(ailment, /^cuda$/).length > 0 ? '.cuda()' : '';
}

/** Losses that a net of Transformers computes itself from the labels that it is given: `outputs.loss`. */
function lossesInside(ailment: Ailment): { node: SyntaxNode; outputs: SyntaxNode; labels: SyntaxNode }[] {
  return nodesOf(ailment, 'attribute').flatMap((node) => {
    const outputs = node.field('object');
    if (node.field('attribute')?.text !== 'loss' || outputs?.type !== 'identifier') return [];
    const labels = ailment.script.callAt(ailment.script.resolve(outputs))?.keywords.get('labels');
    return labels ? [{ node, outputs, labels }] : [];
  });
}

export const classWeightsRemedy: CodeRemedy = {
  rules: ['no-weights'],
  reason: ({ reading: { framework, recipe }, setting: { classNames } }) =>
    framework === 'pytorch' && recipe.output.loss.startsWith('binary')
      ? `The images of “${classNames[1] ?? ''}” count more, or less, so that both classes count the same.`
      : `An image of a class half as large counts twice as much. The weights are in the order of the class names (${classNames.slice(0, 3).join(', ')}${classNames.length > 3 ? ', …' : ''}).`,
  ways: (ailment) => {
    const { code, reading } = ailment;
    const all = weights(ailment);
    if (reading.framework === 'keras') {
      const text = `class_weight={${all.map((weight, i) => `${i}: ${weight}`).join(', ')}}`;
      return callsNamed(ailment, /^(fit|fit_generator)$/).map((call) => [addKeyword(code, call, text)]);
    }
    const [negatives, positives] = ailment.setting.classSizes;
    const binary = all.length === 2 && negatives && positives ? callsNamed(ailment, /^BCEWithLogitsLoss$/) : [];
    const tensor = (values: readonly number[], call: Pick<Call, 'node'>): string =>
      `torch.tensor([${values.map((value) => value.toFixed(3)).join(', ')}])${deviceOf(ailment, call)}`;
    return [
      ...lossesInside(ailment).map(({ node, outputs, labels }): Way => [
        replace(
          node,
          `torch.nn.functional.cross_entropy(${outputs.text}.logits, ${labels.text}, weight=${tensor(all, { node: outputs })})`,
        ),
        ...torchImport(ailment),
      ]),
      ...callsNamed(ailment, /^(CrossEntropyLoss|NLLLoss|cross_entropy|nll_loss)$/).map((call): Way => [
        addKeyword(code, call, `weight=${tensor(all, call)}`),
        ...torchImport(ailment),
      ]),
      ...binary.map((call): Way => [
        addKeyword(code, call, `pos_weight=${tensor([negatives! / positives!], call)}`),
        ...torchImport(ailment),
      ]),
    ];
  },
};
