import { stratifiedGroupFolds } from '../statistics/folds';
import { shuffled, type Random } from '../statistics/random';
import { FAULTS } from './interventions/index';
import type { LabCandidates } from './interventions/intervention';

/** Indices into the candidates' arrays. */
export interface LabSelection {
  readonly training: readonly number[];
  /** Validation images that are not flagged and have no duplicate in the training part. */
  readonly validation: readonly number[];
  /** Images of the user's validation or test split that have a duplicate in training. */
  readonly leaked: readonly number[];
  /** Whether the lab divides all images itself because too few of the user's held-out images can be used. */
  readonly dividedAgain: boolean;
  /** By id of the data intervention: the training images that it leaves out. */
  readonly faulty: Readonly<Record<string, readonly number[]>>;
}

export interface LabLimits {
  readonly training: number;
  readonly validation: number;
}

/**
 * Enough to train at 32 pixels in two or three seconds, and to distinguish balanced accuracies that differ by ten
 * points.
 */
export const LAB_LIMITS: LabLimits = { training: 900, validation: 600 };
/** A rare class keeps at least this many images, so that the lab can learn it. */
const LEAST_PER_CLASS = 8;
const FOLDS = 3;
/** The user's held-out images are used if there are at least this many, or half of what a fold would give. */
const LEAST_HELD = 30;
const NOT_TRAINING = /^(val|valid|validation|dev|test|testing|holdout)$/i;

/** Whether a split is for judging and not for training. */
export const isHeldOut = (split: string | null): boolean => NOT_TRAINING.test(split ?? '');

function byClass(images: readonly number[], { labels, classes }: LabCandidates): number[][] {
  const lists = Array.from({ length: classes }, (): number[] => []);
  for (const image of images) lists[labels[image]!]!.push(image);
  return lists;
}

/** A sample of the images with the same class shares, so that the imbalance stays the same. */
function keepingShares(images: readonly number[], most: number, candidates: LabCandidates, random: Random): number[] {
  if (images.length <= most) return [...images];
  return byClass(images, candidates).flatMap((list) =>
    shuffled(list, random).slice(0, Math.max(LEAST_PER_CLASS, Math.round((most * list.length) / images.length))),
  );
}

/** A sample spread over the classes as evenly as possible, because the recall of each class has the same weight. */
function evenly(images: readonly number[], most: number, candidates: LabCandidates, random: Random): number[] {
  const lists = byClass(images, candidates).filter((list) => list.length > 0);
  let each = Math.ceil(most / Math.max(1, lists.length));
  for (
    let left = most, waiting = lists.map((list) => list.length).sort((a, b) => a - b);
    waiting.length > 0;
    waiting = waiting.slice(1)
  ) {
    each = Math.floor(left / waiting.length);
    if (waiting[0]! > each) break;
    left -= waiting[0]!;
    each = Number.MAX_SAFE_INTEGER;
  }
  return lists.flatMap((list) => shuffled(list, random).slice(0, each));
}

interface Parts {
  readonly training: readonly number[];
  readonly rest: readonly number[];
  readonly dividedAgain: boolean;
}

const groupsOf = (images: readonly number[], { groups }: LabCandidates): Set<number> =>
  new Set(images.map((image) => groups[image]!).filter((group) => group >= 0));

/**
 * The user's own splits if the data set has both kinds, and the held-out images are enough to judge by. Otherwise
 * thirds, with groups kept together.
 */
function parts(candidates: LabCandidates, random: Random): Parts {
  const { labels, splits, groups, flagged } = candidates;
  const all = Array.from({ length: labels.length }, (_, i) => i);
  const held = (image: number): boolean => isHeldOut(splits[image] ?? null);
  const own = { training: all.filter((image) => !held(image)), rest: all.filter(held), dividedAgain: false };
  const dividedAgain = own.training.length > 0 && own.rest.length > 0;
  if (dividedAgain) {
    const known = groupsOf(own.training, candidates);
    const usable = own.rest.filter((image) => !flagged(image) && !known.has(groups[image]!));
    const enough = usable.length >= Math.min(LEAST_HELD, all.length / FOLDS / 2);
    if (enough && new Set(usable.map((image) => labels[image])).size > 1) return own;
  }
  let alone = 0;
  for (let i = 0; i < groups.length; i++) alone = Math.max(alone, groups[i]! + 1);
  const folds = stratifiedGroupFolds(
    labels,
    all.map((image) => (groups[image]! < 0 ? alone + image : groups[image]!)),
    FOLDS,
    random,
  );
  return {
    training: all.filter((image) => folds[image] !== 0),
    rest: all.filter((image) => folds[image] === 0),
    dividedAgain,
  };
}

/**
 * All images of a lab in an order of which each beginning has about the same share of each class and of each part.
 * @param parts labels of images, by part
 * @param indices of the images, by part
 */
export function spreadOrder(
  { labels, classes }: Pick<LabCandidates, 'classes'> & { readonly labels: ArrayLike<number> },
  parts: readonly ArrayLike<number>[],
  random: Random,
): number[] {
  return parts
    .flatMap((images) => {
      const lists = Array.from({ length: classes }, (): number[] => []);
      for (const image of Array.from(images)) lists[labels[image]!]!.push(image);
      return lists.flatMap((list) =>
        shuffled(list, random).map((image, i) => ({ image, at: (i + random()) / list.length })),
      );
    })
    .sort((a, b) => a.at - b.at)
    .map(({ image }) => image);
}

/** Chooses the images of a lab. Training images keep the class shares; validation images are clean and balanced. */
export function selectLabImages(
  candidates: LabCandidates,
  random: Random,
  limits: LabLimits = LAB_LIMITS,
): LabSelection {
  const { groups, flagged } = candidates;
  const { training: pool, rest, dividedAgain } = parts(candidates, random);
  const training = keepingShares(pool, limits.training, candidates, random).sort((a, b) => a - b);
  const inTraining = groupsOf(training, candidates);
  const inPool = groupsOf(pool, candidates);
  return {
    training,
    dividedAgain,
    validation: evenly(
      rest.filter((image) => !flagged(image) && !inPool.has(groups[image]!)),
      limits.validation,
      candidates,
      random,
    ).sort((a, b) => a - b),
    leaked: rest.filter((image) => inTraining.has(groups[image]!)).slice(0, limits.validation),
    faulty: Object.fromEntries(FAULTS.map(({ id, fault }) => [id, fault.find(training, candidates)])),
  };
}
