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
  /** Moments that the net normalizes by in use. */ moving: floatsSchema,
});
export type CnnWeights = z.infer<typeof netSchema>;

/** A net after an epoch: all that the next epoch starts from. */
const trainingStateSchema = netSchema.extend({
  /** Epochs done. */
  epoch: z.int(),
  /** Adam's moments and number of steps. */
  first: floatsSchema,
  second: floatsSchema,
  step: z.int(),
  /** The net with the least validation loss yet. */
  best: netSchema.extend({ epoch: z.int(), loss: z.number() }).nullable(),
  /** What the learning rate is multiplied by: less than 1 after the loss was not finite once. */
  caution: z.number(),
});
export type TrainingState = z.infer<typeof trainingStateSchema>;

const foldResultSchema = z.object({
  fold: z.int(),
  /** ln P(given label), up to a constant, of the images of this fold in their order: images × classes. */
  scores: floatsSchema,
  /** Where they lie: images × dimensions. */
  embedding: floatsSchema,
  dimensions: z.int(),
  /** The first fold's: the places of the anchors, which the other folds are turned to. */
  frame: floatsSchema.nullable(),
  epochs: z.int(),
});
export type FoldResult = z.infer<typeof foldResultSchema>;

/** What a probe that was cut off goes on from. */
const cnnProgressSchema = z.object({
  mirrors: mirrorsSchema.nullable(),
  folds: z.array(foldResultSchema),
  /** The fold in training; −1 is the trial that tells which mirror images keep the class. */
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

/** Beside the images. */
export const cnnInputSchema = {
  /** Fold of each image, 0 … folds − 1: it is predicted by the net that saw no image of its fold. */
  folds: intsSchema,
  /** Most epochs of each fold; null: by the number of images. */
  epochs: z.int().min(1).nullable(),
  done: cnnProgressSchema,
};
