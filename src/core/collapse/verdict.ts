import type { Figures, DiagnosisVerdict, VerdictKind } from '../../contract/model/diagnosis';
import { integer, precisePercent } from '../text/numbers';
import type { Random } from '../statistics/random';
import { balancedAccuracyTest, binomialLowerTail, binomialUpperTail } from './significance';

/** One class for (nearly) everything: this share of the predictions or more. */
const SINGLE_CLASS_SHARE = 0.95;
const LEVEL = 0.01;
/** z of the level plus z of 90 % power: what an effect must be, in standard errors, to be found. */
const DETECTABLE = 2.326 + 1.282;
/**
 * A model that goes a fifth of the way from chance to perfect must be tellable from chance, else there are too few
 * images to say.
 */
const WORTH_FINDING = 0.2;

interface Reading {
  readonly kind: VerdictKind;
  readonly sentence: string;
  readonly imagesNeeded: number | null;
}

/** Images of this make-up for which the test against chance finds what is worth finding; grows with imbalance. */
function imagesForChance({ perClass, chance, images }: Figures): number {
  const present = perClass.filter((one) => one.labels > 0);
  const variance = present.reduce((sum, one) => sum + (chance * (1 - chance)) / one.labels, 0) / present.length ** 2;
  return Math.ceil(images * variance * (DETECTABLE / (WORTH_FINDING * (1 - chance))) ** 2);
}

function singleClass(figures: Figures): Reading | null {
  const { perClass, images } = figures;
  const top = perClass.reduce((best, one) => (one.predicted > best.predicted ? one : best));
  if (top.predictedShare < SINGLE_CLASS_SHARE || top.labelShare >= SINGLE_CLASS_SHARE) return null;
  const said = `${precisePercent(top.predictedShare)} of the predictions are “${top.name}”, which only ${precisePercent(top.labelShare)} of the images are`;
  if (binomialUpperTail(top.predicted, images, top.labelShare) < LEVEL) {
    return {
      kind: 'single-class',
      sentence: `Collapsed to one class: ${said}. ${accuracyReading(figures)}`,
      imagesNeeded: null,
    };
  }
  return {
    kind: 'inconclusive',
    sentence: `${said}, but in so few images (${integer(images)}) a sound model could do so by accident.`,
    imagesNeeded: Math.ceil(Math.log(LEVEL) / Math.log(top.labelShare)),
  };
}

function accuracyReading({ accuracy, majority, balancedAccuracy, chance }: Figures): string {
  return `Accuracy is ${precisePercent(accuracy.value)}, always saying “${majority.name}” gives ${precisePercent(majority.share)}; balanced accuracy is ${precisePercent(balancedAccuracy.value)}, guessing gives ${precisePercent(chance)}.`;
}

/**
 * The accuracy is the majority class's share and no more. A model that gives up accuracy to find the rare classes
 * (class weights) leans
 * away from the majority and is not meant; neither is an even set, which has no majority.
 */
function majorityOnly(figures: Figures, againstMajority: number, againstChance: number): Reading | null {
  const { perClass, majority, chance, images, confusion } = figures;
  const at = perClass.findIndex((one) => one.name === majority.name);
  const top = perClass[at]!;
  const even = Math.min(1, binomialUpperTail(top.labels, images, chance) / chance) >= LEVEL;
  if (even || againstMajority < LEVEL || top.predictedShare < top.labelShare) return null;
  // Of many classes the largest may hold 2 % of all: who answers mostly others, at random, guesses.
  if (top.predictedShare < 0.5 && againstChance >= LEVEL) return null;
  const others = images - top.labels;
  const found = confusion.reduce((sum, row, k) => sum + (k === at ? 0 : row[k]!), 0);
  if (found >= others / 2) return null;
  if (binomialLowerTail(found, others, 0.5) < LEVEL) {
    const sentence = `Nothing but the majority class: of the ${integer(others)} images that are not “${majority.name}” it finds ${integer(found)}. ${accuracyReading(figures)}`;
    return { kind: 'majority-only', sentence, imagesNeeded: null };
  }
  const share = found / others;
  const needed =
    share === 0 ? Math.ceil(Math.log(LEVEL) / Math.log(0.5)) : Math.ceil(0.25 * (DETECTABLE / (0.5 - share)) ** 2);
  return {
    kind: 'inconclusive',
    sentence: `It finds ${integer(found)} of the ${integer(others)} images that are not “${majority.name}”: too few images to tell this from a model that says only “${majority.name}”.`,
    imagesNeeded: Math.ceil((Math.max(needed, others + 1) / others) * images),
  };
}

function againstChanceReading(figures: Figures, p: number, neverPredicted: readonly string[]): Reading {
  const { balancedAccuracy, chance, images } = figures;
  if (p >= LEVEL) {
    const needed = imagesForChance(figures);
    if (needed > images) {
      return {
        kind: 'inconclusive',
        sentence: `${integer(images)} images are too few to tell this model from guessing. ${accuracyReading(figures)}`,
        imagesNeeded: needed,
      };
    }
    return {
      kind: 'chance',
      sentence: `No better than guessing (p = ${p.toPrecision(2)}). ${accuracyReading(figures)}`,
      imagesNeeded: null,
    };
  }
  if (neverPredicted.length > 0) {
    const shown = neverPredicted
      .slice(0, 3)
      .map((name) => `“${name}”`)
      .join(', ');
    const more = neverPredicted.length > 3 ? ` and ${integer(neverPredicted.length - 3)} more` : '';
    return {
      kind: 'partial',
      sentence: `It has learned something, but never predicts ${shown}${more}. ${accuracyReading(figures)}`,
      imagesNeeded: null,
    };
  }
  const skill = (balancedAccuracy.value - chance) / (1 - chance);
  const degree = skill < 0.2 ? 'a little' : skill < 0.6 ? 'clearly' : 'far';
  return {
    kind: 'learns',
    sentence: `It learns: ${degree} above guessing. ${accuracyReading(figures)}`,
    imagesNeeded: null,
  };
}

/**
 * Collapse by test at 1 % and not by eye, in the order single-class, majority-only, chance, partial, learns;
 * `inconclusive` where the
 * images do not suffice, with how many of the same make-up would.
 * @param random drives the permutation test
 */
export function verdictOf(figures: Figures, random: Random): DiagnosisVerdict {
  const { perClass, images, confusion, majority } = figures;
  const hits = confusion.reduce((sum, row, k) => sum + row[k]!, 0);
  const againstMajority = binomialUpperTail(hits, images, majority.share);
  const againstChance = balancedAccuracyTest(confusion, random);
  // A class of n images stays unpredicted by a sound model with probability about e^-n: below 5 images that is no news.
  const neverPredicted = perClass
    .filter((one) => one.predicted === 0 && Math.exp(-one.labels) < LEVEL)
    .map((one) => one.name);
  const shared = { againstMajority, againstChance, neverPredicted };
  const present = perClass.filter((one) => one.labels > 0);
  if (present.length < 2) {
    const sentence = present[0]
      ? `Every image here is labelled “${present[0].name}”: no prediction can be told from a constant one. A second class is needed.`
      : 'There is no image to judge.';
    return { kind: 'inconclusive', sentence, imagesNeeded: null, ...shared };
  }
  const reading =
    singleClass(figures) ??
    majorityOnly(figures, againstMajority, againstChance) ??
    againstChanceReading(figures, againstChance, neverPredicted);
  return { ...reading, ...shared };
}
