import { z } from 'zod';
import { counted } from '../../text/numbers';
import type { base } from './base';
import { recipeIntervention, recipePart, type RecipeOf } from './intervention';

/** Small pictures have few positions for an edge: half the channels learn as well. */
const SMALL_SIDE = 20;

/** With a pretrained base: the layers that follow it. */
const values = {
  /** linear: one layer on the pixels; dense: hidden layers on the pixels; conv: 3×3 convolutions and a dense head. */
  'architecture.kind': recipePart({
    schema: z.enum(['linear', 'dense', 'conv']),
    sound: ({ expects }) => (expects === undefined ? 'conv' : 'linear'),
    group: 'net',
    title: 'Kind of net',
    words: { linear: 'linear, one layer', dense: 'dense', conv: 'convolutional' },
  }),
  /** Convolutions or hidden layers; 0 for linear. */
  'architecture.layers': recipePart({
    schema: z.int().min(0).max(60),
    sound: ({ expects }) => (expects === undefined ? 3 : 0),
    group: 'net',
    title: 'Convolutions or hidden layers',
  }),
  /** Channels of the first convolution (doubled where the picture is halved), or units of a hidden layer. */
  'architecture.width': recipePart({
    schema: z.int().min(1).max(1024),
    sound: ({ side = 32 }) => (side <= SMALL_SIDE ? 8 : 16),
    group: 'net',
    title: 'Channels or units of the first layer',
  }),
};

type Recipe = RecipeOf<typeof values & typeof base.values>;

const usual = ({ base, architecture: { kind, layers, width } }: Recipe): boolean =>
  base === 'none' ? kind === 'conv' && layers >= 2 && layers <= 6 && width >= 8 : kind !== 'dense';

export const architecture = recipeIntervention({
  id: 'architecture',
  title: 'architecture',
  checklist: 'architecture',
  slows: true,
  keepsSound: true,
  values,
  same: (user: Recipe, sound: Recipe) => usual(user) && usual(sound),
  say: ({ architecture: { kind, layers, width } }: Recipe) =>
    kind === 'linear'
      ? 'linear, no hidden layer'
      : `${kind === 'conv' ? counted(layers, 'convolution') : counted(layers, 'dense layer')}, ${width} wide`,
});
