import { removeStatement, replace, statementOf } from './edit';
import { callsNamed, nodesOf, type CodeRemedy, type Way } from './remedy';

const FROZEN = /(\.trainable|\.requires_grad)$/;

export const trainableRemedy: CodeRemedy = {
  rules: ['all-frozen'],
  reason: () => 'Frozen layers do not learn. These are now trainable.',
  ways: (ailment) => [
    ...nodesOf(ailment, 'assignment').flatMap((node): Way[] => {
      const right = node.field('right');
      if (!right || right.text !== 'False' || !FROZEN.test(node.field('left')?.text ?? '')) return [];
      const statement = statementOf(ailment.script, node);
      return [[replace(right, 'True')], [statement && removeStatement(ailment.script, ailment.code, statement)]];
    }),
    ...callsNamed(ailment, /^requires_grad_$/).flatMap(({ positional: [given] }): Way[] =>
      given?.text === 'False' ? [[replace(given, 'True')]] : [],
    ),
  ],
};
