/** How a wrong scaling of the pixels reaches the network that takes the place of the user's pretrained base. */
import type { PixelNormalization } from '../../contract/model/backbone';
import type { Normalization, Recipe } from './interventions/index';
import type { BaseScale } from './interventions/scales';

/** What is done to the pixels before the base. */
export type BaseInput = Pick<Recipe, 'normalization' | 'channels'>;

type Colours = readonly [number, number, number];

/** `(byte − mean) / std` for red, green and blue. */
interface Scaling {
  readonly mean: Colours;
  readonly std: Colours;
}

const all = (value: number): Colours => [value, value, value];
const IMAGENET: Scaling = {
  mean: [0.485 * 255, 0.456 * 255, 0.406 * 255],
  std: [0.229 * 255, 0.224 * 255, 0.225 * 255],
};
const SCALINGS: Readonly<Record<BaseScale, Scaling>> = {
  unit: { mean: all(0), std: all(255) },
  symmetric: { mean: all(127.5), std: all(127.5) },
  imagenet: IMAGENET,
  raw: { mean: all(0), std: all(1) },
  caffe: { mean: [123.68, 116.779, 103.939], std: all(1) },
};

/** The network's own: −1 to 1. */
const OWN = SCALINGS.symmetric;

/** The mean of photographs is near that of ImageNet. */
const scalingOf = (name: Exclude<Normalization, 'twice'>): Scaling => (name === 'standard' ? IMAGENET : SCALINGS[name]);

export interface NetworkPixels {
  readonly normalization: PixelNormalization;
  /** Whether the network gets blue where it expects red. */
  readonly swapped: boolean;
}

/**
 * The normalization that does to our network what the given scaling does to the user's base. The base sees some value v
 * of a pixel, and takes it for the byte that its own scaling would have turned into v. Our network is given that byte in
 * its own scaling. It can be any real number: a base that expects 0 to 255 and gets 0 to 1 sees a black picture.
 */
export function networkPixels(expects: BaseScale, { normalization, channels }: BaseInput): NetworkPixels {
  const wanted = SCALINGS[expects];
  const given = normalization === 'twice' ? wanted : scalingOf(normalization);
  // The pixels were divided by 255 before.
  const shrunk = normalization === 'twice' ? 255 : 1;
  const givesBlueFirst = (normalization === 'twice' ? expects : normalization) === 'caffe';
  const swapped = (expects === 'caffe') !== (givesBlueFirst !== (channels === 'bgr'));
  const mean: number[] = [];
  const std: number[] = [];
  for (let colour = 0; colour < 3; colour++) {
    const from = swapped ? 2 - colour : colour;
    // byte seen = slope · byte + start
    const slope = wanted.std[colour]! / given.std[from]! / shrunk;
    const start = wanted.mean[colour]! - (wanted.std[colour]! / given.std[from]!) * given.mean[from]!;
    const scale = (255 * slope) / OWN.std[colour]!;
    std.push(1 / scale);
    mean.push((OWN.mean[colour]! - start) / OWN.std[colour]! / scale);
  }
  return { normalization: { mean: tuple(mean), std: tuple(std) }, swapped };
}

const tuple = ([red, green, blue]: readonly number[]): [number, number, number] => [red!, green!, blue!];

/** Names an input. Inputs that do the same to the network have the same name. */
export function inputName(expects: BaseScale, input: BaseInput): string {
  const { normalization, swapped } = networkPixels(expects, input);
  const numbers = [...normalization.mean, ...normalization.std].map((value) => Number(value.toPrecision(6)));
  return `${numbers.join(',')}${swapped ? ' bgr' : ''}`;
}

/** The input that the base expects. */
export const soundInput = (expects: BaseScale): BaseInput => ({ normalization: expects, channels: 'rgb' });

/** How images are given to the net when it is used. */
export const inputForUse = ({ normalization, channels, prediction }: Recipe): BaseInput => ({
  normalization: prediction.normalization === 'same' ? normalization : prediction.normalization,
  channels,
});

/** All inputs that a lab on this recipe can need, each once, by name. The sound one comes first. */
export function baseInputs(recipe: Recipe): Map<string, BaseInput> {
  const sound = soundInput(recipe.baseScale);
  const found = new Map<string, BaseInput>();
  for (const channels of new Set([sound.channels, recipe.channels]))
    for (const { normalization } of [sound, recipe, inputForUse(recipe)])
      found.set(inputName(recipe.baseScale, { normalization, channels }), { normalization, channels });
  return found;
}
