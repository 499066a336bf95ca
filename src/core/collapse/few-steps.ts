/** The static rule about trainings with few updates. */
import { counted } from '../text/numbers';
import { updateSteps } from './recipe';
import type { Rule } from './rule';

/** Fewer updates than this teach a net nothing: from scratch, and with a pretrained base. */
const FEW_STEPS = { scratch: 100, base: 20 };

export const FEW_STEPS_RULE: Rule = {
  id: 'too-few-steps',
  fields: ['epochs', 'batchSize', 'stepsPerEpoch'],
  // A net that is not known may be pretrained.
  requires: ['architecture'],
  check: (recipe, { images }) => {
    if (images === null) return null;
    const steps = updateSteps(recipe, images);
    const pretrained = recipe.base !== 'none';
    const few = pretrained ? FEW_STEPS.base : FEW_STEPS.scratch;
    return steps < few
      ? {
          severity: steps < few / 2 ? 'error' : 'warning',
          sentence: `${counted(recipe.epochs, 'epoch')} of ${counted(steps / recipe.epochs, 'batch', 'batches')} ${steps === 1 ? 'is' : 'are'} ${counted(steps, 'weight update')}: too few ${pretrained ? 'even for a pretrained net' : 'for any net'} to learn, and the first thing a net learns is the most frequent class.`,
          remedy: `Train ${Math.ceil((4 * few * recipe.epochs) / steps)} epochs or more, or use smaller batches.`,
        }
      : null;
  },
};
