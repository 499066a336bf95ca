import { updateSteps } from '../recipe';
import { argument } from '../script/draft';
import { insertAfter, removeKeyword, removeStatement, replace, statementOf, type CodeEdit } from './edit';
import { callsNamed, removeFromList, type Ailment, type CodeRemedy, type Way } from './remedy';

/** The argument that says how long a schedule lasts, by the class of the schedule: its name and its place. */
const LENGTHS: Readonly<Record<string, readonly [name: string, place: number]>> = {
  ExponentialDecay: ['decay_steps', 1],
  CosineDecay: ['decay_steps', 1],
  PolynomialDecay: ['decay_steps', 1],
  StepLR: ['step_size', 1],
  PolynomialLR: ['total_iters', 1],
};
/** With this factor in each epoch, the rate falls to a tenth in 45 epochs. */
const SLOW_FACTOR = '0.95';

/** Ways that make a schedule last for the training: those of Keras count batches, those of PyTorch epochs. */
function longer({ reading: { recipe }, setting, ...ailment }: Ailment): Way[] {
  const calls = callsNamed(
    ailment,
    /^(ExponentialDecay|CosineDecay|PolynomialDecay|StepLR|PolynomialLR|ExponentialLR)$/,
  );
  return calls.flatMap((call): Way[] => {
    const [name, place] = LENGTHS[call.last] ?? ['gamma', 1];
    const given = argument(call, [name], place);
    const steps = call.last.endsWith('LR') ? recipe.epochs : updateSteps(recipe, setting.images ?? 1);
    // StepLR lowers the rate at each length, the others over one length.
    const length = call.last === 'StepLR' ? Math.ceil(steps / 3) : steps;
    const text = name === 'gamma' ? SLOW_FACTOR : String(length);
    return given ? [[replace(ailment.script.resolve(given), text)]] : [];
  });
}

/** Ways that leave the rate as it is at the start. */
function constant(ailment: Ailment): Way[] {
  const { script, code } = ailment;
  const schedules = callsNamed(ailment, /Decay$/).flatMap((call): Way[] => {
    const values = argument(call, ['values'], 1);
    const first = call.last.startsWith('Piecewise')
      ? values && script.resolve(values).children[0]
      : argument(call, ['initial_learning_rate'], 0);
    return first ? [[replace(call.node, first.text)]] : [];
  });
  const callbacks = callsNamed(ailment, /^LearningRateScheduler$/).map(({ node }) => [removeFromList(ailment, node)]);
  const whole = callsNamed(ailment, /^fit$/).map((call) => [removeKeyword(call, 'callbacks')]);
  const decays = callsNamed(ailment, /^[A-Z]/).map((call) => [removeKeyword(call, 'decay')]);
  const steps = callsNamed(ailment, /^step$/).flatMap(({ node }): Way[] => {
    const statement = statementOf(script, node);
    return statement ? [[removeStatement(script, code, statement)]] : [];
  });
  return [...decays, ...schedules, ...callbacks, ...whole, ...steps];
}

/** Ways that move a step out of the loop over the batches. */
function moved(ailment: Ailment): CodeEdit[][] {
  const { script, code } = ailment;
  return callsNamed(ailment, /^step$/).flatMap(({ node }): CodeEdit[][] => {
    const statement = statementOf(script, node);
    const loop = script.where(node)?.loops.at(-1);
    if (!statement || !loop) return [];
    const inserted = insertAfter(code, loop, statement.text);
    const removed = removeStatement(script, code, statement);
    if (!inserted || !removed) return [];
    // The last statement of the loop ends where the moved one begins.
    if (removed.end > inserted.start)
      return [[{ start: removed.start, end: inserted.end, text: inserted.text.replace(/^\n/, '') }]];
    return [[removed, inserted]];
  });
}

export const perBatchRemedy: CodeRemedy = {
  rules: ['schedule-per-batch'],
  reason: () => 'The schedule is now stepped once per epoch, after the loop over the batches.',
  ways: (ailment) => {
    const moves = moved(ailment);
    return [...moves, ...moves.flatMap((move) => longer(ailment).map((way): Way => [...move, ...way]))];
  },
};

export const rateGoneRemedy: CodeRemedy = {
  rules: ['rate-gone'],
  reason: () => 'The learning rate now lasts for the whole training.',
  ways: (ailment) => [...longer(ailment), ...constant(ailment)],
};

export const noScheduleRemedy: CodeRemedy = {
  rules: ['schedule-per-batch'],
  reason: () => 'The schedule is no longer stepped, and the learning rate stays as it is.',
  ways: constant,
};
