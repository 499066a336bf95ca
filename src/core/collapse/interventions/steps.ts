import { z } from 'zod';
import { counted } from '../../text/numbers';
import { setupIntervention, recipePart, type RecipeOf, type RecipeSetting } from './intervention';

/** A net of this size needs about this many updates before it can be judged. */
export const SOUND_STEPS = 400;
const SOUND_BATCH = 32;
/** With fewer images than this, an epoch has few batches: half the batch size learns as well. */
const FEW_IMAGES = 500;

const soundBatch = ({ images }: RecipeSetting): number => (images < FEW_IMAGES ? SOUND_BATCH / 2 : SOUND_BATCH);

/** The batch size is also a choice of its own; it is declared here because stored recipes have it in this place. */
const values = {
  epochs: recipePart({
    schema: z.int().min(1).max(100_000),
    sound: (setting) =>
      Math.max(1, Math.ceil(SOUND_STEPS / Math.max(1, Math.ceil(setting.images / soundBatch(setting))))),
    group: 'feeding',
    title: 'Epochs',
  }),
  batchSize: recipePart({
    schema: z.int().min(1).max(100_000),
    sound: soundBatch,
    group: 'feeding',
    title: 'Batch size',
  }),
  /** Batches that the script calls an epoch; null: as many as the images fill. */
  stepsPerEpoch: recipePart({
    schema: z.int().min(1).max(1_000_000).nullable(),
    sound: () => null,
    group: 'feeding',
    title: 'Batches an epoch, if not all',
  }),
};

export const steps = setupIntervention<'steps', typeof values, RecipeOf<typeof values>>({
  id: 'steps',
  title: 'update steps',
  checklist: 'learning-rate',
  keepsSound: true,
  values,
  fields: ['epochs', 'batchSize', 'stepsPerEpoch'],
  same: (user, sound) => user.steps >= 0.75 * sound.steps,
  take: (_, from) => ({ steps: from.steps }),
  say: (setup) => counted(setup.steps, 'update'),
});
