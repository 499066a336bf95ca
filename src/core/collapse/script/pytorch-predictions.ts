/** Finds predictions of a loader that shuffles which are compared with the labels of its data set, in their own order. */
import { argument, reportFault, type Draft } from './draft';
import { COMPARES } from './keras-predictions';
import type { Call, Script, SyntaxNode } from './syntax';

const LABELS = /^(targets|labels|samples|imgs)$/;

/** Whether two expressions stand for the same object. A name that is not known is the same as itself. */
const isSame = (script: Script, a: SyntaxNode, b: SyntaxNode): boolean => {
  const [one, other] = [script.resolve(a), script.resolve(b)];
  return one === other || (one.type === 'identifier' && one.type === other.type && one.text === other.text);
};

export function readTorchPredictions(script: Script, draft: Draft): void {
  const loaders = script.calls.filter(
    (call) => call.last === 'DataLoader' && !call.local && script.constant(argument(call, ['shuffle'], 2)) === true,
  );
  if (loaders.length === 0) return;
  const comparing = [
    ...script.calls.filter((call) => COMPARES.test(call.last) && !call.local).map(({ node }) => node),
    ...script.nodes('comparison_operator').filter((one) => one.field('operators')?.text === '=='),
  ];
  const labelsOf = (loader: Call, parts: ReadonlySet<SyntaxNode>): SyntaxNode | undefined => {
    const data = argument(loader, ['dataset'], 0);
    return [...parts].find((one) => {
      const object = one.type === 'attribute' ? one.field('object') : null;
      const named = LABELS.test(one.field('attribute')?.text ?? '');
      return data && object && named && object.text !== 'self' && isSame(script, object, data);
    });
  };
  for (const node of comparing) {
    const parts = script.origins(node);
    const loader = loaders.find((one) => parts.has(one.node) && labelsOf(one, parts));
    if (!loader) continue;
    reportFault(draft, loader.line, {
      rule: 'predictions-shuffled',
      severity: 'error',
      sentence: `The images that are predicted are shuffled, but line ${node.line} takes their labels from the data set, in another order: predictions and labels do not belong together.`,
      remedy: 'Give this DataLoader shuffle=False, or collect the labels of the batches together with the predictions.',
    });
  }
}
