/** Static rules about pretrained bases. */
import { NORMALIZATION_NAMES } from './interventions/normalization';
import { customaryRate, optimizerName } from './interventions/optimizer';
import { twoDigits, type Rule } from './rule';

export const BASE_RULES: readonly Rule[] = [
  {
    id: 'base-scaled-otherwise',
    fields: ['normalization', 'baseScale'],
    check: ({ normalization, base, baseScale }, _, framework) => {
      // What a script does to the pixels is judged where it is read.
      if (framework !== null || base === 'none' || normalization === baseScale) return null;
      const small = (name: string): boolean => name !== 'raw' && name !== 'caffe' && name !== 'twice';
      if (small(normalization) && small(baseScale)) return null;
      return {
        severity: 'error',
        sentence: `The pretrained base expects the scaling “${NORMALIZATION_NAMES[baseScale]}”, but gets “${NORMALIZATION_NAMES[normalization]}”: it was trained on very different values.`,
        remedy: 'Scale the images as the base expects, with its own preprocess_input or transforms.',
      };
    },
  },
  {
    id: 'base-at-full-rate',
    fields: ['base', 'learningRate', 'optimizer'],
    requires: ['base', 'learningRate'],
    check: ({ base, learningRate, optimizer }) => {
      const customary = customaryRate(optimizer);
      if ((base !== 'whole' && base !== 'last-blocks') || learningRate < 0.5 * customary) return null;
      const what = `${base === 'whole' ? 'All weights' : 'The last blocks'} of the pretrained base are trained at ${twoDigits(learningRate)} with ${optimizerName(optimizer)}`;
      const far = optimizer.kind !== 'sgd' && learningRate >= 2 * customary;
      return far
        ? {
            severity: 'warning',
            sentence: `${what}, more than the usual rate for a net that starts from scratch: the first updates can destroy what the base has learned.`,
            remedy: 'Freeze the base first and train the new layers, then train the base at a rate of 1e-5 to 1e-4.',
          }
        : {
            severity: 'info',
            sentence: `${what}. Most such nets learn, but a lower rate keeps more of what the base has learned.`,
            remedy: 'If it does not learn, freeze the base first, then train it at a rate of 1e-5 to 1e-4.',
          };
    },
  },
];
