/** The verdict on a training while it runs, by the tests of a diagnosis in each of its epochs. */
import type { Estimate } from '../../../contract/model/diagnosis';
import type { WatchedEpoch, WatchVerdict } from '../../../contract/model/training-watch';
import { counted, estimated, integer, percent } from '../../text/numbers';
import { COLLAPSED } from '../collapsed';
import { whereOf } from './where';

/** Epochs in a row that a verdict of collapse needs. A net that learns may predict one class for a moment. */
const EPOCHS = 3;
/** Weight updates that are enough where a layer gives the same output for every image, or a net had learned before. */
const FEW_STEPS = 100;
/** Needed without such evidence, because a sound net may learn nothing in its first epochs. */
const PATIENT_EPOCHS = 5;
const MANY_STEPS = 1000;
/** Needed while the loss falls, because the statistics of batch norm may take this long to follow the weights. */
const FALLING_STEPS = 3000;
/** Share by which a loss must fall over the epochs of the collapse to count as falling. */
const FALLS = 0.01;

/** If the training accuracy is this much above the interval of that of the sample, the two are not predicted alike. */
const APART = 0.2;

export interface JudgedEpoch {
  readonly epoch: WatchedEpoch;
  /** Accuracy on the sample. */
  readonly accuracy: Estimate | null;
  /** The sentence of the diagnosis; null where the sample was not predicted or has too few images. */
  readonly sentence: string | null;
}

const isCollapsed = ({ verdict }: WatchedEpoch): boolean => verdict !== null && COLLAPSED.has(verdict);
const hasLearned = ({ verdict }: WatchedEpoch): boolean => verdict === 'learns' || verdict === 'partial';

function intervalOf({ balancedAccuracy }: WatchedEpoch): string {
  if (balancedAccuracy === null) return '';
  const { interval } = estimated(balancedAccuracy.value, balancedAccuracy.low, balancedAccuracy.high, 1);
  return ` The 95 % interval of the balanced accuracy is ${interval}.`;
}

/** Whether the loss fell in the second half of these epochs. The first steps of a high learning rate are left out. */
function lossFalls(epochs: readonly WatchedEpoch[]): boolean {
  const losses = epochs.flatMap(({ loss }) => (loss === null ? [] : [loss]));
  const half = losses[Math.floor((losses.length - 1) / 2)];
  const last = losses.at(-1);
  return half !== undefined && last !== undefined && last < half - FALLS * Math.abs(half);
}

function divergence(epochs: readonly WatchedEpoch[], ended: boolean): WatchVerdict | null {
  // Gradient scaling skips batches with an infinite loss. A net whose weights are infinite predicts one class.
  const finite = epochs.findLastIndex((epoch) => !epoch.notFinite || hasLearned(epoch));
  const tail = epochs.slice(finite + 1);
  const first = tail[0];
  // One batch with an infinite loss makes the mean of its epoch infinite, and the next may be sound.
  if (first === undefined || (tail.length < 2 && !ended)) return null;
  return {
    kind: 'diverged',
    sentence: `The loss or the outputs have not been finite numbers since epoch ${integer(first.epoch)}. Such a net does not recover: stop it, and lower the learning rate or look for a logarithm of 0 or a division by 0.`,
    since: first.epoch,
    layer: null,
  };
}

interface Streak {
  /** All epochs of the run, and those in a row at its end that look collapsed. */
  readonly epochs: readonly WatchedEpoch[];
  readonly streak: readonly WatchedEpoch[];
  /** A layer gives the same output for every image. */
  readonly dead: boolean;
  /** The net is right on its training images. */
  readonly apart: boolean;
  readonly ended: boolean;
}

/** What is missing for an alarm about epochs that look collapsed; null if nothing is. */
function missing({ epochs, streak, dead, apart, ended }: Streak): string | null {
  const first = streak[0]!;
  const { steps } = streak.at(-1)!;
  const before = epochs.findLast(({ epoch }) => epoch < first.epoch)?.steps ?? 0;
  const learned = epochs.some((one) => one.epoch < first.epoch && hasLearned(one));
  const soon = dead || learned || ended;
  const [wantedEpochs, wantedSteps] = soon ? [EPOCHS, FEW_STEPS] : [PATIENT_EPOCHS, MANY_STEPS];
  if (streak.length < wantedEpochs)
    return `This was seen in ${counted(streak.length, 'epoch')} so far; a verdict needs ${integer(wantedEpochs)} in a row.`;
  if (steps !== null && steps - before < wantedSteps)
    return `There were ${counted(steps - before, 'weight update')} so far; a verdict needs ${integer(wantedSteps)}.`;
  if (dead || apart || !lossFalls(streak) || (steps ?? 0) - before >= FALLING_STEPS) return null;
  return ended
    ? 'The loss was still falling when the training ended: more epochs may help.'
    : 'The loss is still falling, so the net may still learn.';
}

const APART_SENTENCE = (accuracy: number): string =>
  ` On its training images the accuracy is ${percent(accuracy)}. So the net has learned, but it predicts wrongly on the sample: the images may be scaled differently there, the net may be in training mode, or the statistics of batch norm may lag behind.`;

function collapse(judged: readonly JudgedEpoch[], ended: boolean): WatchVerdict | null {
  const epochs = judged.map(({ epoch }) => epoch);
  const seen = judged.filter(({ epoch }) => epoch.verdict !== null);
  const streak = seen.slice(seen.findLastIndex(({ epoch }) => !isCollapsed(epoch)) + 1);
  const [first, last] = [streak[0], streak.at(-1)];
  if (first === undefined || last === undefined) return null;
  const since = first.epoch.epoch;
  const layer = whereOf(epochs, since);
  const training = last.epoch.accuracy;
  const apart = training !== null && last.accuracy !== null && training > last.accuracy.high + APART;
  const open = missing({
    epochs,
    streak: streak.map(({ epoch }) => epoch),
    dead: layer !== null,
    apart,
    ended,
  });
  const figures = `${last.sentence ?? ''}${intervalOf(last.epoch)}${apart ? APART_SENTENCE(training) : ''}`;
  if (open !== null) {
    const early = ended ? 'The training ended too early for a verdict' : 'Not yet judged';
    const sentence = `${early}. ${open} In epoch ${integer(last.epoch.epoch)}: ${figures}`;
    return { kind: 'not-yet', sentence, since: null, layer: null };
  }
  const place =
    layer === null
      ? ''
      : ` From layer “${layer.name}” on, ${layer.dead ? 'the units are 0 for every image' : 'the outputs are the same for every image'}, first seen in epoch ${integer(layer.epoch)}.`;
  const begun = since === seen[0]!.epoch.epoch ? 'since the first recorded epoch' : `since epoch ${integer(since)}`;
  return { kind: 'collapsed', sentence: `It has looked collapsed ${begun}. ${figures}${place}`, since, layer };
}

/**
 * Judges the epochs so far. An alarm needs the same finding in several epochs and enough weight updates, because a net
 * that has just begun also predicts one class.
 * @param judged in the order of training
 * @param ended the recorder wrote that the training has ended
 */
export function judgeTraining(judged: readonly JudgedEpoch[], ended: boolean): WatchVerdict {
  const none = { since: null, layer: null };
  const latest = judged.at(-1);
  if (latest === undefined) {
    return {
      kind: 'waiting',
      sentence: ended ? 'The training ended before its first epoch was recorded.' : 'No epoch has finished yet.',
      ...none,
    };
  }
  const bad = divergence(
    judged.map(({ epoch }) => epoch),
    ended,
  );
  if (bad !== null) return bad;
  const last = judged.findLast(({ epoch }) => epoch.verdict !== null);
  if (last === undefined || last.sentence === null) {
    return {
      kind: 'unknown',
      sentence:
        'No predictions were recorded, so it is not known whether the net collapses. Give the recorder validation images.',
      ...none,
    };
  }
  if (last.epoch.verdict === 'inconclusive')
    return { kind: 'unknown', sentence: `${last.sentence}${intervalOf(last.epoch)}`, ...none };
  const collapsed = collapse(judged, ended);
  if (collapsed !== null) return collapsed;
  const sentence = `In epoch ${integer(last.epoch.epoch)}: ${last.sentence}${intervalOf(last.epoch)}`;
  return { kind: last.epoch.verdict === 'partial' ? 'partial' : 'learns', sentence, ...none };
}
