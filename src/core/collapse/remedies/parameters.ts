/** Remedies for optimizers that have the wrong parameters. */
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

/** The optimizer is made after one of the statements that follow it. */
function madeLater(ailment: Ailment): Way[] {
  const { script, code } = ailment;
  const made = nodesOf(ailment, 'assignment').find((node) => {
    const right = node.field('right');
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
      (only?.type === 'assignment'
        ? /^\w+(\.\w+)*(\[-?\d+\])?$/.test(only.field('left')?.text ?? '')
        : /^(reset_classifier|add_module|append)$/.test((only && script.callAt(only)?.last) ?? '')),
  );
  return later.map((last) => [removeStatement(script, code, statement), insertAfter(code, last, statement.text)]);
}

export const optimizerLastRemedy: CodeRemedy = {
  rules: ['layer-after-optimizer', 'optimizer-of-another-net'],
  reason: () => 'The optimizer only trains the parameters that exist when it is made.',
  ways: madeLater,
};
