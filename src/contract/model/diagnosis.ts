/**
 * What a set of predictions says about the model that made them: figures, tests and one verdict. All shares and rates
 * are from 0 to 1.
 */
import { z } from 'zod';
import { countsSchema } from '../arrays';

/** A value with its 95 % interval. */
export const estimateSchema = z.object({ value: z.number(), low: z.number(), high: z.number() });
export type Estimate = z.infer<typeof estimateSchema>;

export const verdictKindSchema = z.enum([
  'single-class',
  'majority-only',
  'chance',
  'partial',
  'learns',
  'inconclusive',
]);
export type VerdictKind = z.infer<typeof verdictKindSchema>;

export const classFiguresSchema = z.object({
  name: z.string(),
  /** Images with this label, and images predicted as this class. */
  labels: z.int(),
  predicted: z.int(),
  labelShare: z.number(),
  predictedShare: z.number(),
  /** Null where undefined: recall without images, precision without predictions, F1 without either. */
  recall: z.number().nullable(),
  precision: z.number().nullable(),
  f1: z.number().nullable(),
});
export type ClassFigures = z.infer<typeof classFiguresSchema>;

/** Only where there are probabilities. */
export const probabilityFiguresSchema = z.object({
  /** Mean entropy of one image's probabilities over ln K: 1 = the model never prefers a class. */
  meanEntropy: z.number(),
  /** Square root of the summed variance of the outputs over all images; 0 for a constant function. */
  spread: z.number(),
  /** H(mean output) − mean H(output), nats: how much the output depends on the image. */
  mutualInformation: z.number(),
  /** Expected calibration error over 15 bins of equal width. */
  calibrationError: z.number(),
  /**
   * 1 − cross-entropy / entropy of the label shares; 0 = no better than predicting the label shares for every image.
   */
  logLossSkill: z.number(),
});
export type ProbabilityFigures = z.infer<typeof probabilityFiguresSchema>;

export const figuresSchema = z.object({
  images: z.int(),
  /** Rows are labels, columns predictions, both in the order of `perClass`. */
  confusion: countsSchema,
  accuracy: estimateSchema,
  majority: z.object({ name: z.string(), share: z.number() }),
  /** 1 / number of classes that have an image here. */
  chance: z.number(),
  balancedAccuracy: estimateSchema,
  /** Multi-class Matthews correlation, from −1 to 1; 0 where predictions or labels are constant. */
  mcc: z.number(),
  perClass: z.array(classFiguresSchema),
  /** Entropy of the prediction histogram divided by ln K; 0 = the same class for every image. */
  predictionEntropy: z.number(),
  /** exp of that entropy, from 1 to K. */
  effectivePredictedClasses: z.number(),
  probabilities: probabilityFiguresSchema.nullable(),
});
export type Figures = z.infer<typeof figuresSchema>;

export const diagnosisVerdictSchema = z.object({
  kind: verdictKindSchema,
  /** One plain sentence with the numbers in it. */
  sentence: z.string(),
  /** p-value of the exact one-sided test of the accuracy against the majority share. */
  againstMajority: z.number(),
  /** p-value of the one-sided permutation test of the balanced accuracy against chance. */
  againstChance: z.number(),
  /**
   * Only for `inconclusive`: how many images with the same class shares would be enough for a verdict; null where no
   * number would be enough.
   */
  imagesNeeded: z.int().nullable(),
  /** Classes that have images and were never predicted. */
  neverPredicted: z.array(z.string()),
});
export type DiagnosisVerdict = z.infer<typeof diagnosisVerdictSchema>;

export const diagnosisSchema = z.object({ figures: figuresSchema, verdict: diagnosisVerdictSchema });
export type Diagnosis = z.infer<typeof diagnosisSchema>;
