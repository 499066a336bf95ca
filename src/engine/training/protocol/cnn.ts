/**
 * The CNN probe's input and its progress messages, in a file of their own because the engine must not load TensorFlow.
 */
import { z } from 'zod';
import { floatsSchema, intsSchema } from '../../../contract/arrays';
import { curvePointSchema } from '../../../contract/model/labels';

/** Which mirror images of a picture show the same class. */
const mirrorsSchema = z.object({ acrossWidth: z.boolean(), acrossHeight: z.boolean() });
export type Mirrors = z.infer<typeof mirrorsSchema>;

const netSchema = z.object({
  weights: floatsSchema,
  /** Moments by which the net normalizes at inference. */ moving: floatsSchema,
});
export type CnnWeights = z.infer<typeof netSchema>;

/** A net after an epoch: all that is needed to continue with the next epoch. */
const trainingStateSchema = netSchema.extend({
  /** Number of finished epochs. */
  epoch: z.int(),
  /** Adam's moments and number of steps. */
  first: floatsSchema,
  second: floatsSchema,
  step: z.int(),
  /** The net with the lowest validation loss so far. */
  best: netSchema.extend({ epoch: z.int(), loss: z.number() }).nullable(),
  /** Factor for the learning rate: less than 1 after the loss was not finite once. */
  caution: z.number(),
});
export type TrainingState = z.infer<typeof trainingStateSchema>;

const foldResultSchema = z.object({
  fold: z.int(),
  /** ln P(given label) of the images of this fold in their order, up to a constant: images × classes. */
  scores: floatsSchema,
  /** Positions of these images in the embedding: images × dimensions. */
  embedding: floatsSchema,
  dimensions: z.int(),
  /** Only in the first fold: the positions of the anchors, to which the other folds are aligned. */
  frame: floatsSchema.nullable(),
  epochs: z.int(),
});
export type FoldResult = z.infer<typeof foldResultSchema>;

/** The state from which an interrupted probe continues. */
const cnnProgressSchema = z.object({
  mirrors: mirrorsSchema.nullable(),
  folds: z.array(foldResultSchema),
  /** The fold that is being trained; −1 is the trial that finds which mirror images keep the class. */
  current: z.object({ fold: z.int(), state: trainingStateSchema }).nullable(),
});
export type CnnProgress = z.infer<typeof cnnProgressSchema>;

export const cnnCheckpointSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('mirrors'), mirrors: mirrorsSchema }),
  z.object({
    type: z.literal('epoch'),
    fold: z.int(),
    state: trainingStateSchema,
    /** Null in the trial. */ point: curvePointSchema.nullable(),
  }),
  z.object({ type: z.literal('fold'), result: foldResultSchema }),
]);
export type CnnCheckpoint = z.infer<typeof cnnCheckpointSchema>;

/** In addition to the images. */
export const cnnInputSchema = {
  /** Fold of each image, 0 … folds − 1. An image is predicted by the net that saw no image of its fold. */
  folds: intsSchema,
  /** Most epochs of each fold; null: depends on the number of images. */
  epochs: z.int().min(1).nullable(),
  done: cnnProgressSchema,
};
