import { z } from 'zod';
import { recipePart } from './intervention';

/** The lab splits the images itself, so it does not change these values; the rules and the checklist read them. */
export const validation = {
  id: null,
  values: {
    /** Share of these images that the script holds back for validation; 0: none. */
    'validation.share': recipePart({
      schema: z.number().min(0).max(0.95),
      sound: () => 0,
      group: 'feeding',
      title: 'Held back for validation, share',
    }),
    /** everywhere: drawn at random, or of each class; end: the last images as they were read. */
    'validation.from': recipePart({
      schema: z.enum(['everywhere', 'end']),
      sound: () => 'everywhere',
      group: 'feeding',
      title: 'Held back are',
      words: { everywhere: 'images from everywhere', end: 'the last images, unshuffled' },
    }),
  },
} as const;
