import { argument, numberOf } from '../script/draft';
import type { Script, SyntaxNode } from '../script/syntax';
import { customaryRate, optimizerName } from '../interventions/optimizer';
import { addKeyword, replace } from './edit';
import { callsNamed, type Ailment, type CodeRemedy } from './remedy';

const OPTIMIZERS = /^(SGD|Adam|AdamW|Adamax|NAdam|Nadam|RAdam|RMSprop|Adagrad|Adadelta)$/;
const RATE = ['learning_rate', 'lr', 'initial_learning_rate'];

/** The number that a learning rate is written as; within a schedule, its first rate. */
function written(script: Script, node: SyntaxNode): SyntaxNode {
  const end = script.resolve(node);
  const schedule = end.type === 'call' ? script.callAt(end) : undefined;
  const first = schedule && argument(schedule, RATE, 0);
  if (first) return written(script, first);
  return numberOf(script, end) === null ? node : end;
}

const rateOf = ({ reading: { recipe } }: Ailment): string =>
  String(Number(customaryRate(recipe.optimizer).toPrecision(2)));

export const learningRateRemedy: CodeRemedy = {
  rules: ['rate-too-high', 'rate-too-low', 'no-learning-rate'],
  reason: (ailment) =>
    `A learning rate of ${rateOf(ailment)} is usual for ${optimizerName(ailment.reading.recipe.optimizer)}.`,
  ways: (ailment) => {
    const { script, code, reading } = ailment;
    const keras = reading.framework === 'keras';
    return callsNamed(ailment, OPTIMIZERS).map((call) => {
      const given = argument(call, RATE, keras ? 0 : 1);
      if (given) return [replace(written(script, given), rateOf(ailment))];
      return [addKeyword(code, call, `${keras ? 'learning_rate' : 'lr'}=${rateOf(ailment)}`)];
    });
  },
};
