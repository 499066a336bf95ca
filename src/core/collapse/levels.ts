/**
 * Levels of configurations over seeds. Each level costs training runs, so no more seeds are trained than the result
 * needs.
 */
import type { LabLevel, LabRun } from '../../contract/model/lab';
import { sayAmong, takeChoices, type Comparison } from './choices';
import type { TestOutcome } from './ddmin';
import type { ChoiceId, Configuration } from './interventions/index';

export interface RunRequest {
  readonly key: string;
  readonly kind: LabRun['kind'];
  readonly title: string;
  readonly configuration: Configuration;
  readonly seed: number;
}

/** Trains and judges one net. Throws OutOfTime if the budget is too short for another run. */
export type Trainer = (request: RunRequest) => Promise<LabRun>;

export class OutOfTime extends Error {
  override readonly name = 'OutOfTime';
}

/** Two-sided 95 % quantiles of Student's t for 1, 2, 3 … degrees of freedom. */
const STUDENT = [12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365];
export const SEEDS = 3;
/** If the first run is farther from the threshold than this share of the gap, one seed is enough. */
const CLEAR = 0.35;
/** If the mean of three seeds is nearer than this share of the gap, the test is unresolved. */
const UNCLEAR = 0.08;

/**
 * Mean of `recovered` with its 95 % interval by Student's t. The interval is cut to 0–1, widened to the values
 * observed.
 */
export function levelOf(key: string, title: string, runs: readonly LabRun[]): LabLevel {
  const values = runs.map((run) => run.recovered);
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  if (values.length < 2) return { key, title, mean, low: null, high: null, seeds: values.length };
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1);
  const half = STUDENT[Math.min(values.length - 2, STUDENT.length - 1)]! * Math.sqrt(variance / values.length);
  return {
    key,
    title,
    mean,
    low: Math.max(mean - half, Math.min(0, ...values)),
    high: Math.min(mean + half, Math.max(1, ...values)),
    seeds: values.length,
  };
}

/**
 * Whether the mean of `low` is below that of `high` at 95 %: a two-sample t-test with unpooled variances. The result
 * means nothing if both sides have one run.
 */
export function clearlyBelow(low: readonly LabRun[], high: readonly LabRun[]): boolean {
  const moments = (runs: readonly LabRun[]): { mean: number; variance: number } => {
    const mean = runs.reduce((sum, run) => sum + run.recovered, 0) / runs.length;
    return {
      mean,
      variance:
        runs.reduce((sum, run) => sum + (run.recovered - mean) ** 2, 0) / Math.max(1, runs.length - 1) / runs.length,
    };
  };
  const [a, b] = [moments(low), moments(high)];
  const degrees = Math.max(1, low.length + high.length - 2);
  return b.mean - a.mean > STUDENT[Math.min(degrees - 1, STUDENT.length - 1)]! * Math.sqrt(a.variance + b.variance);
}

/** The same test with the pooled variance (Student). One run on one side is enough if the other side has two. */
export function clearlyLess(low: readonly LabRun[], high: readonly LabRun[]): boolean {
  const degrees = low.length + high.length - 2;
  if (low.length === 0 || high.length === 0 || degrees < 1) return false;
  const mean = (runs: readonly LabRun[]): number => runs.reduce((sum, run) => sum + run.recovered, 0) / runs.length;
  const squares = (runs: readonly LabRun[]): number =>
    runs.reduce((sum, run) => sum + (run.recovered - mean(runs)) ** 2, 0);
  const deviation = Math.sqrt(((squares(low) + squares(high)) / degrees) * (1 / low.length + 1 / high.length));
  return mean(high) - mean(low) > STUDENT[Math.min(degrees - 1, STUDENT.length - 1)]! * deviation;
}

/**
 * The configurations between the sound one and the user's, identified by the set of choices taken from the user. Runs
 * are cached: a break, a repair and a step of delta debugging that need the same net train it once.
 */
export class Levels {
  readonly #comparison: Comparison;
  readonly #train: Trainer;
  readonly #runs = new Map<string, LabRun[]>();
  readonly #titles = new Map<string, string>();

  constructor(comparison: Comparison, train: Trainer) {
    this.#comparison = comparison;
    this.#train = train;
  }

  get all(): ChoiceId[] {
    return this.#comparison.differences.map((one) => one.choice.id);
  }

  key(ids: readonly ChoiceId[]): string {
    const taken = this.all.filter((id) => ids.includes(id));
    if (taken.length === this.all.length) return 'user';
    return taken.length === 0 ? 'sound' : `sound + ${taken.join(' + ')}`;
  }

  runs(ids: readonly ChoiceId[]): readonly LabRun[] {
    return this.#runs.get(this.key(ids)) ?? [];
  }

  level(ids: readonly ChoiceId[]): LabLevel | null {
    const key = this.key(ids);
    const runs = this.#runs.get(key);
    return runs ? levelOf(key, this.#titles.get(key)!, runs) : null;
  }

  /** Trains until the configuration has this number of seeds. */
  async seeds(ids: readonly ChoiceId[], count: number): Promise<readonly LabRun[]> {
    const key = this.key(ids);
    const [kind, title] = this.#named(ids);
    const configuration = takeChoices(this.#comparison.sound, this.#comparison.user, new Set(ids));
    this.#titles.set(key, title);
    for (let seed = this.runs(ids).length + 1; seed <= count; seed++) {
      const run = await this.#train({ key, kind, title, configuration, seed });
      this.#runs.set(key, [...this.runs(ids), run]);
    }
    return this.runs(ids);
  }

  /**
   * Whether the sound recipe with these choices of the user collapses (`fail`) or learns (`pass`). Uses one seed if the
   * result is clear, otherwise three.
   */
  async test(ids: readonly ChoiceId[], threshold: number, gap: number): Promise<TestOutcome> {
    const mean = async (count: number): Promise<number> => {
      await this.seeds(ids, count);
      return this.level(ids)!.mean;
    };
    const [first] = await this.seeds(ids, 1);
    if (this.runs(ids).length === 1 && Math.abs(first!.recovered - threshold) > CLEAR * gap)
      return first!.recovered < threshold ? 'fail' : 'pass';
    const found = await mean(SEEDS);
    if (Math.abs(found - threshold) < UNCLEAR * gap) return 'unresolved';
    return found < threshold ? 'fail' : 'pass';
  }

  /** Whether the sound recipe with these choices of the user was trained and is clearly above the threshold. */
  clearlyLearns(ids: readonly ChoiceId[], threshold: number): boolean {
    const [level, sound] = [this.level(ids), this.level([])];
    return level !== null && sound !== null && level.mean - threshold >= UNCLEAR * 2 * (sound.mean - threshold);
  }

  #named(ids: readonly ChoiceId[]): [LabRun['kind'], string] {
    const { differences } = this.#comparison;
    const taken = differences.filter((one) => ids.includes(one.choice.id));
    const left = differences.filter((one) => !ids.includes(one.choice.id));
    if (left.length === 0) return ['user', 'your recipe'];
    if (taken.length === 0) return ['sound', 'the sound recipe'];
    if (taken.length === 1)
      return [
        'break',
        `the sound recipe with your ${taken[0]!.choice.title} (${sayAmong(this.#comparison, ids, taken[0]!.choice)})`,
      ];
    if (left.length === 1)
      return [
        'repair',
        `your recipe with the sound ${left[0]!.choice.title} (${sayAmong(this.#comparison, ids, left[0]!.choice)})`,
      ];
    return ['combination', `the sound recipe with your ${taken.map((one) => one.choice.title).join(', ')}`];
  }
}
