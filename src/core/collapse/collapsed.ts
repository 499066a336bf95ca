/**
 * Whether a recipe collapses where the same net learns with the sound recipe. This needs no yardstick: the two recipes
 * are compared with each other.
 */
import type { LabRun } from '../../contract/model/lab';
import type { VerdictKind } from '../../contract/model/diagnosis';
import { clearlyBelow, levelOf, SEEDS } from './levels';

/** A recipe that recovers less than this has learned next to nothing. */
export const LEARNED = 0.15;
/** A recipe that collapses learns less than this share of what the sound recipe learns. */
const FAR_LESS = 0.5;
/** If the loss falls by more than this share in the second half of the training, the net is still learning. */
const STILL_FALLING = 0.01;

/** The verdicts of a model that does not distinguish any classes. */
export const COLLAPSED: ReadonlySet<VerdictKind> = new Set(['single-class', 'majority-only', 'chance']);

type Run = Pick<LabRun, 'recovered' | 'verdict'>;

const meanOf = (runs: readonly Run[]): number => runs.reduce((sum, run) => sum + run.recovered, 0) / runs.length;

/** Whether a first run of a recipe learns so much less than one of the sound recipe that more seeds are worth training. */
export const mayCollapse = (user: Run, sound: Run): boolean => user.recovered < FAR_LESS * sound.recovered;

/** Whether one run is so good that more seeds are worth training to see if the recipe clearly learns. */
export const mayLearn = ({ verdict, recovered }: Run): boolean => !COLLAPSED.has(verdict) && recovered >= 2 * LEARNED;

/** Whether each run of a recipe is better than guessing, and the interval of their mean is above next to nothing. */
export function clearlyLearns(runs: readonly LabRun[]): boolean {
  if (runs.length < SEEDS) return false;
  return runs.every(({ verdict }) => !COLLAPSED.has(verdict)) && levelOf('', '', runs).low! > LEARNED;
}

/** Whether a recipe gives one class for every image, or is no better than guessing or than the majority class. */
export const hasCollapsed = (runs: readonly Run[]): boolean =>
  runs.length > 0 && (runs.every(({ verdict }) => COLLAPSED.has(verdict)) || meanOf(runs) < LEARNED);

/** Whether a recipe collapses, and the sound one clearly learns. Both need several seeds. */
export const collapsesBeside = (user: readonly LabRun[], sound: readonly LabRun[]): boolean =>
  user.length >= 2 &&
  hasCollapsed(user) &&
  clearlyLearns(sound) &&
  meanOf(user) < FAR_LESS * meanOf(sound) &&
  clearlyBelow(user, sound);

/** Whether the loss was still falling when the training ended, so that more updates may help. */
export function stillLearning({ traces, divergedAt }: Pick<LabRun, 'traces' | 'divergedAt'>): boolean {
  const half = traces[Math.floor((traces.length - 1) / 2)]?.loss ?? null;
  const end = traces.at(-1)?.loss ?? null;
  return divergedAt === null && traces.length >= 3 && half !== null && end !== null && end < (1 - STILL_FALLING) * half;
}
