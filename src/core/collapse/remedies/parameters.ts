/** Remedies for optimizers that have the wrong parameters. */
import { isWholeNet, netCall } from '../script/pytorch-net';
import type { SyntaxNode } from '../script/syntax';
import { insertAfter, removeStatement, replace, statementOf } from './edit';
import { callsNamed, nodesOf, type Ailment, type CodeRemedy, type Way } from './remedy';

export const allParametersRemedy: CodeRemedy = {
  rules: ['few-parameters'],
  reason: () => 'The optimizer now has the parameters of all layers.',
  ways: (ailment) =>
    callsNamed(ailment, /^parameters$/).flatMap((call): Way[] => {
      const layer = call.node.field('function')?.field('object');
      const net = layer?.type === 'attribute' ? layer.field('object') : null;
      return layer && net ? [[replace(layer, net.text)]] : [];
    }),
};

/** Where the innermost function around a node starts. */
const functionAround = (ailment: Ailment, { start, end }: SyntaxNode): number | undefined =>
  nodesOf(ailment, 'function_definition').findLast((one) => one.start <= start && end <= one.end)?.start;

/** The optimizer is made after one of the statements that follow it. */
function madeLater(ailment: Ailment): Way[] {
  const { script, code, warning } = ailment;
  const made = nodesOf(ailment, 'assignment').find((node) => {
    const right = node.field('right');
    // Another warning is in the line of what follows the optimizer.
    if (warning.rule === 'optimizer-of-another-net' && node.line !== warning.line) return false;
    const call = right && script.callAt(right);
    return /optim/.test(call?.name ?? '') || /\boptim\b/.test(call?.node.field('function')?.text ?? '');
  });
  const statement = made && statementOf(script, made);
  if (!statement) return [];
  const loops = script.where(made)?.loops.length;
  // Inside a loop, the optimizer would lose its state in each iteration.
  const isAlike = (node: SyntaxNode | undefined): boolean =>
    node !== undefined && script.where(node)?.loops.length === loops;
  const later = nodesOf(ailment, 'expression_statement').filter(
    ({ start, children: [only] }) =>
      start > statement.end &&
      isAlike(only) &&
      functionAround(ailment, only!) === functionAround(ailment, made) &&
      (only?.type === 'assignment'
        ? /^\w+(\.\w+)*(\[-?\d+\])?$/.test(only.field('left')?.text ?? '')
        : /^(reset_classifier|add_module|append)$/.test((only && script.callAt(only)?.last) ?? '')),
  );
  return later.map((last) => [removeStatement(script, code, statement), insertAfter(code, last, statement.text)]);
}

/** In place of the net whose parameters the optimizer has, another one that has a name in the same function by then. */
export const otherNetRemedy: CodeRemedy = {
  rules: ['optimizer-of-another-net'],
  reason: () => 'The optimizer now has the parameters of the net that is trained.',
  ways: (ailment) => {
    const { script, warning } = ailment;
    const optimizer = script.calls.find(({ line, node }) => line === warning.line && /\bparameters\(/.test(node.text));
    if (!optimizer) return [];
    const [before, around] = [script.position(optimizer.node), functionAround(ailment, optimizer.node)];
    const names = nodesOf(ailment, 'identifier').flatMap((node) => {
      const net = functionAround(ailment, node) === around ? netCall(script, node) : null;
      return net && isWholeNet(script, net) && script.position(net.node) < before ? [node.text] : [];
    });
    return callsNamed(ailment, /^parameters$/)
      .filter(({ node }) => optimizer.node.start < node.start && node.end <= optimizer.node.end)
      .flatMap(({ node }): Way[] => {
        const object = node.field('function')?.field('object');
        const net = object?.type === 'attribute' ? object.field('object') : object;
        if (net?.type !== 'identifier') return [];
        return [...new Set(names)].filter((name) => name !== net.text).map((name): Way => [replace(net, name)]);
      });
  },
};

export const optimizerLastRemedy: CodeRemedy = {
  rules: ['layer-after-optimizer', 'optimizer-of-another-net'],
  reason: () => 'The optimizer only trains the parameters that exist when it is made.',
  ways: madeLater,
};
