import type { Figures, DiagnosisVerdict, VerdictKind } from '../../contract/model/diagnosis';
import { quoted } from '../text/names';
import { integer, precisePercent } from '../text/numbers';
import type { Random } from '../statistics/random';
import { balancedAccuracyTest, binomialLowerTail, binomialUpperTail } from './significance';

/** A collapse to a single class means at least this share of the predictions. */
const SINGLE_CLASS_SHARE = 0.95;
const LEVEL = 0.01;
/** z of the significance level plus z of 90 % power: the smallest effect that the test finds, in standard errors. */
const DETECTABLE = 2.326 + 1.282;
/**
 * The test must be able to find a model that is this far from chance to perfect. Otherwise there are too few images for
 * a verdict.
 */
const WORTH_FINDING = 0.2;

interface Reading {
  readonly kind: VerdictKind;
  readonly sentence: string;
  readonly imagesNeeded: number | null;
}

/**
 * Number of images with these class shares at which the test against chance finds an effect of that size. It grows with
 * the imbalance.
 */
function imagesForChance({ perClass, chance, images }: Figures): number {
  const present = perClass.filter((one) => one.labels > 0);
  const variance = present.reduce((sum, one) => sum + (chance * (1 - chance)) / one.labels, 0) / present.length ** 2;
  return Math.ceil(images * variance * (DETECTABLE / (WORTH_FINDING * (1 - chance))) ** 2);
}

function singleClass(figures: Figures): Reading | null {
  const { perClass, images } = figures;
  const top = perClass.reduce((best, one) => (one.predicted > best.predicted ? one : best));
  if (top.predictedShare < SINGLE_CLASS_SHARE || top.labelShare >= SINGLE_CLASS_SHARE) return null;
  const said = `${precisePercent(top.predictedShare)} of the predictions are ${quoted(top.name)}, which is the label of only ${precisePercent(top.labelShare)} of the images`;
  if (binomialUpperTail(top.predicted, images, top.labelShare) < LEVEL) {
    return {
      kind: 'single-class',
      sentence: `Collapsed to one class: ${said}. ${accuracyReading(figures)}`,
      imagesNeeded: null,
    };
  }
  return {
    kind: 'inconclusive',
    sentence: `${said}, but in so few images (${integer(images)}) this can happen to a sound model by accident.`,
    imagesNeeded: Math.ceil(Math.log(LEVEL) / Math.log(top.labelShare)),
  };
}

function accuracyReading({ accuracy, majority, balancedAccuracy, chance }: Figures): string {
  return `Accuracy is ${precisePercent(accuracy.value)}, always predicting ${quoted(majority.name)} gives ${precisePercent(majority.share)}; balanced accuracy is ${precisePercent(balancedAccuracy.value)}, guessing gives ${precisePercent(chance)}.`;
}

/**
 * The accuracy is not higher than the share of the majority class. Two cases are excluded: a model that gives up
 * accuracy to find rare classes (class weights), because it predicts the majority less often than it occurs; and a
 * balanced data set, which has no majority.
 */
function majorityOnly(figures: Figures, againstMajority: number, againstChance: number): Reading | null {
  const { perClass, majority, chance, images, confusion } = figures;
  const at = perClass.findIndex((one) => one.name === majority.name);
  const top = perClass[at]!;
  const even = Math.min(1, binomialUpperTail(top.labels, images, chance) / chance) >= LEVEL;
  if (even || againstMajority < LEVEL || top.predictedShare < top.labelShare) return null;
  // With many classes the largest may have only 2 % of the images. A model that mostly predicts other classes at random
  // is guessing.
  if (top.predictedShare < 0.5 && againstChance >= LEVEL) return null;
  const others = images - top.labels;
  const found = confusion.reduce((sum, row, k) => sum + (k === at ? 0 : row[k]!), 0);
  if (found >= others / 2) return null;
  if (binomialLowerTail(found, others, 0.5) < LEVEL) {
    const sentence = `Nothing but the majority class: of the ${integer(others)} images that are not ${quoted(majority.name)} it finds ${integer(found)}. ${accuracyReading(figures)}`;
    return { kind: 'majority-only', sentence, imagesNeeded: null };
  }
  const share = found / others;
  const needed =
    share === 0 ? Math.ceil(Math.log(LEVEL) / Math.log(0.5)) : Math.ceil(0.25 * (DETECTABLE / (0.5 - share)) ** 2);
  return {
    kind: 'inconclusive',
    sentence: `It finds ${integer(found)} of the ${integer(others)} images that are not ${quoted(majority.name)}: too few images to tell this from a model that predicts only ${quoted(majority.name)}.`,
    imagesNeeded: Math.ceil((Math.max(needed, others + 1) / others) * images),
  };
}

function neverReading(neverPredicted: readonly string[]): string | null {
  if (neverPredicted.length === 0) return null;
  const more = neverPredicted.length > 3 ? ` and ${integer(neverPredicted.length - 3)} more` : '';
  return `never predicts ${neverPredicted.slice(0, 3).map(quoted).join(', ')}${more}`;
}

/** Whether one class is predicted for most images of the others, as the end of a sentence. It is tested, because a few images can show it by chance. */
function takenForMost({ perClass, images, confusion }: Figures): string | null {
  const at = perClass.reduce((best, one, k) => (one.predicted > perClass[best]!.predicted ? k : best), 0);
  const top = perClass[at]!;
  const others = images - top.labels;
  const taken = top.predicted - confusion[at]![at]!;
  if (taken <= others / 2 || binomialUpperTail(taken, others, 0.5) >= LEVEL) return null;
  return `predicts ${quoted(top.name)} for ${integer(taken)} of the ${integer(others)} images of other classes`;
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
  const faults = [takenForMost(figures), neverReading(neverPredicted)].filter((one) => one !== null);
  if (faults.length > 0) {
    return {
      kind: 'partial',
      sentence: `It has learned something, but ${faults.join(', and ')}. ${accuracyReading(figures)}`,
      imagesNeeded: null,
    };
  }
  const skill = (balancedAccuracy.value - chance) / (1 - chance);
  const degree = skill < 0.2 ? 'A little' : skill < 0.6 ? 'Clearly' : 'Far';
  return {
    kind: 'learns',
    sentence: `${degree} above guessing. ${accuracyReading(figures)}`,
    imagesNeeded: null,
  };
}

/**
 * Determines the verdict by tests at the 1 % level, in the order single-class, majority-only, chance, partial, learns.
 * The verdict is `inconclusive` if there are too few images; `imagesNeeded` is then how many images with the same class
 * shares would be enough.
 * @param random drives the permutation test
 */
export function verdictOf(figures: Figures, random: Random): DiagnosisVerdict {
  const { perClass, images, confusion, majority } = figures;
  const hits = confusion.reduce((sum, row, k) => sum + row[k]!, 0);
  const againstMajority = binomialUpperTail(hits, images, majority.share);
  const againstChance = balancedAccuracyTest(confusion, random);
  // The probability that a sound model never predicts a class of n images is about e^-n. With fewer than 5 images, this
  // is too likely to be reported.
  const neverPredicted = perClass
    .filter((one) => one.predicted === 0 && Math.exp(-one.labels) < LEVEL)
    .map((one) => one.name);
  const shared = { againstMajority, againstChance, neverPredicted };
  const present = perClass.filter((one) => one.labels > 0);
  if (present.length < 2) {
    const sentence = present[0]
      ? `Every image here is labelled “${present[0].name}”: a model cannot be told from one that always predicts this class. A second class is needed.`
      : 'There is no image to judge.';
    return { kind: 'inconclusive', sentence, imagesNeeded: null, ...shared };
  }
  const reading =
    singleClass(figures) ??
    majorityOnly(figures, againstMajority, againstChance) ??
    againstChanceReading(figures, againstChance, neverPredicted);
  return { ...reading, ...shared };
}
