/** How a schedule lowers the learning rate, and whether it is gone long before the training ends. */
import { argument, numberOf, numbersOf } from './draft';
import { numberFunction } from './number-function';
import type { Call, Script } from './syntax';

/** The rate after a number of steps of the schedule, in any unit; null if it cannot be computed. */
type Course = (step: number) => number | null;

/** The rate is gone when it stays at or below this share of its highest value, and below `SMALL`. */
const GONE = 1e-3;
/** A rate that still trains a net with some optimizer. */
const SMALL = 1e-5;
/** Steps that are looked at one by one. A schedule that lasts longer is not judged. */
const MOST_STEPS = 5000;
/** Later steps that are looked at too, because a schedule can start again. */
const LATER = [7919, 20_011, 50_021, 100_003];
/** A schedule is a fault if the rate is gone in this share of the training. */
export const EARLY = 0.1;
/** With more steps than this at the highest rate, a net may have learned enough. */
const ENOUGH_STEPS = 500;

/**
 * Steps of a schedule after which the rate is gone for good. Null if it is not within `MOST_STEPS`, if the steps before
 * that may be enough to learn, or if it cannot be computed.
 * @param start the highest rate, if it is known
 */
export function stepsUntilGone(course: Course, start: number | null): number | null {
  const rates: number[] = [];
  for (let step = 0; step < MOST_STEPS; step++) {
    const rate = course(step);
    if (rate === null || rate < 0) return null;
    rates.push(rate);
  }
  const highest = Math.max(...rates);
  if (highest === 0 || !Number.isFinite(highest)) return null;
  const left = highest * (start === null ? GONE : Math.min(GONE, SMALL / start)) * (1 + 1e-6);
  const after = rates.findLastIndex((rate) => rate > left) + 1;
  const last = LATER.map(course);
  if (after >= MOST_STEPS || last.some((rate) => rate === null || rate > left)) return null;
  const full = rates.reduce((sum, rate) => sum + rate, 0) / highest;
  return full > ENOUGH_STEPS ? null : after;
}

/** A number of steps of something, such as “1 batch” or “30 batches”. */
export const stepCount = (count: number, one: string, several: string): string =>
  count === 1 ? `1 ${one}` : `${count} ${several}`;

const cosine = (share: number): number => (1 + Math.cos(Math.PI * Math.min(1, share))) / 2;

/** A course that multiplies its rate at each step. */
function products(factor: (step: number) => number | null): Course {
  const rates = [1];
  return (step) => {
    // Later rates are not above that of the last step that is computed, unless the factor is more than 1.
    for (let i = rates.length; i <= Math.min(step, MOST_STEPS); i++) {
      const by = factor(i);
      if (by === null) return null;
      rates.push(rates[i - 1]! * by);
    }
    return rates[Math.min(step, MOST_STEPS)] ?? null;
  };
}

/** The course of `decay`, an argument of the optimizers of Keras 2, by batch. */
export const decayCourse =
  (decay: number): Course =>
  (step) =>
    1 / (1 + decay * step);

/** The course of `tf.keras.optimizers.schedules` by batch; null if it is not known. */
export function kerasCourse(script: Script, call: Call): Course | null {
  const given = (names: readonly string[], place: number): number | null =>
    numberOf(script, argument(call, names, place));
  const first = given(['initial_learning_rate'], 0);
  const steps = given(['decay_steps'], 1);
  const rate = given(['decay_rate'], 2);
  const whole = script.constant(argument(call, ['staircase'], 3)) === true;
  const passed = (step: number): number => (whole ? Math.floor(step / steps!) : step / steps!);
  switch (call.last) {
    case 'ExponentialDecay':
      return steps !== null && steps > 0 && rate !== null && rate > 0 ? (step) => rate ** passed(step) : null;
    case 'InverseTimeDecay':
      return steps !== null && steps > 0 && rate !== null && rate >= 0 ? (step) => 1 / (1 + rate * passed(step)) : null;
    case 'PolynomialDecay': {
      const end = argument(call, ['end_learning_rate'], 2) ? given(['end_learning_rate'], 2) : 1e-4;
      const power = argument(call, ['power'], 3) ? given(['power'], 3) : 1;
      const cycles = argument(call, ['cycle'], 4);
      if (first === null || steps === null || steps <= 0 || end === null || power === null) return null;
      if (cycles && script.constant(cycles) !== false) return null;
      return (step) => (first - end) * (1 - Math.min(step, steps) / steps) ** power + end;
    }
    case 'CosineDecay': {
      const alpha = argument(call, ['alpha'], 2) ? given(['alpha'], 2) : 0;
      const warm = argument(call, ['warmup_steps'], 5) ? given(['warmup_steps'], 5) : 0;
      if (steps === null || steps <= 0 || alpha === null || warm === null) return null;
      return (step) => (step < warm ? step / warm : (1 - alpha) * cosine((step - warm) / steps) + alpha);
    }
    case 'PiecewiseConstantDecay': {
      const bounds = numbersOf(script, argument(call, ['boundaries'], 0));
      const values = numbersOf(script, argument(call, ['values'], 1));
      if (bounds.length === 0 || values.length !== bounds.length + 1) return null;
      return (step) => values[bounds.filter((bound) => step > bound).length]!;
    }
    default:
      return null;
  }
}

/** The course of a `LearningRateScheduler`, in epochs. `start` is the rate of the optimizer, if it is known. */
export function callbackCourse(script: Script, call: Call, start: number | null): Course | null {
  const rate = numberFunction(script, argument(call, ['schedule'], 0));
  if (!rate || rate.parameters < 1 || rate.parameters > 2) return null;
  if (rate.parameters === 1) return (epoch) => rate.value(epoch);
  const rates: (number | null)[] = [];
  return (epoch) => {
    for (let i = rates.length; i <= Math.min(epoch, MOST_STEPS); i++) {
      const before = i === 0 ? (start ?? 1) : (rates[i - 1] ?? null);
      rates.push(before === null ? null : rate.value(i, before));
    }
    return rates[Math.min(epoch, MOST_STEPS)] ?? null;
  };
}

const DEFAULT_GAMMA = 0.1;
const DEFAULT_ITERATIONS = 5;

/** The course of `torch.optim.lr_scheduler`, or of a schedule with warm-up of Transformers; null if it is not known. */
export function torchCourse(script: Script, call: Call): Course | null {
  const given = (names: readonly string[], place: number, otherwise: number | null = null): number | null => {
    const node = argument(call, names, place);
    return node ? numberOf(script, node) : otherwise;
  };
  switch (call.last) {
    case 'StepLR': {
      const [every, gamma] = [given(['step_size'], 1), given(['gamma'], 2, DEFAULT_GAMMA)];
      return every !== null && every >= 1 && gamma !== null ? (step) => gamma ** Math.floor(step / every) : null;
    }
    case 'MultiStepLR': {
      const gamma = given(['gamma'], 2, DEFAULT_GAMMA);
      const stones = numbersOf(script, argument(call, ['milestones'], 1));
      if (gamma === null || stones.length === 0) return null;
      return (step) => gamma ** stones.filter((stone) => step >= stone).length;
    }
    case 'ExponentialLR': {
      const gamma = given(['gamma'], 1);
      return gamma === null ? null : (step) => gamma ** step;
    }
    case 'PolynomialLR': {
      const [total, power] = [given(['total_iters'], 1, DEFAULT_ITERATIONS), given(['power'], 2, 1)];
      if (total === null || total <= 0 || power === null) return null;
      return (step) => (1 - Math.min(step, total) / total) ** power;
    }
    case 'LambdaLR':
    case 'MultiplicativeLR': {
      const factor = numberFunction(script, argument(call, ['lr_lambda'], 1));
      if (!factor || factor.parameters !== 1) return null;
      return call.last === 'LambdaLR' ? (step) => factor.value(step) : products((step) => factor.value(step));
    }
    case 'get_linear_schedule_with_warmup':
    case 'get_cosine_schedule_with_warmup': {
      const [warm, total] = [given(['num_warmup_steps'], 1), given(['num_training_steps'], 2)];
      if (warm === null || total === null || total <= warm || argument(call, ['num_cycles'], 3)) return null;
      const falls = call.last.includes('cosine') ? cosine : (share: number): number => 1 - Math.min(1, share);
      return (step) => (step < warm ? step / warm : falls((step - warm) / (total - warm)));
    }
    default:
      return null;
  }
}
