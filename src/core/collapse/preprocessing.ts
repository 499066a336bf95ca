import { counted, percent } from '../text/numbers';
import type { ModelShape, Preprocessing, PreprocessingTrial, Scaling } from '../../contract/model/user-model';
import { wilson } from '../statistics/tests';

export const PREPROCESSINGS: readonly Preprocessing[] = [
  { scaling: 'unit', order: 'rgb' },
  { scaling: 'symmetric', order: 'rgb' },
  { scaling: 'imagenet', order: 'rgb' },
  { scaling: 'raw', order: 'rgb' },
  { scaling: 'unit', order: 'bgr' },
  { scaling: 'raw', order: 'bgr' },
];

const SCALING_NAMES: Record<Scaling, string> = {
  unit: '0 to 1',
  symmetric: '−1 to 1',
  imagenet: '0 to 1, then ImageNet’s mean and deviation',
  raw: '0 to 255',
};

export const preprocessingName = ({ scaling, order }: Preprocessing): string =>
  `${SCALING_NAMES[scaling]}${order === 'bgr' ? ', blue first' : ''}`;

const IMAGENET_MEAN = [0.485, 0.456, 0.406];
const IMAGENET_STD = [0.229, 0.224, 0.225];
/** Luma weights of ITU-R BT.601, with which PIL and OpenCV convert to grey. */
const LUMA = [0.299, 0.587, 0.114];

/** The value that a net gets for a byte of this channel. */
export function scaledByte(value: number, channel: number, scaling: Scaling): number {
  switch (scaling) {
    case 'raw':
      return value;
    case 'unit':
      return value / 255;
    case 'symmetric':
      return value / 127.5 - 1;
    case 'imagenet':
      return (value / 255 - IMAGENET_MEAN[channel]!) / IMAGENET_STD[channel]!;
  }
}

/**
 * Pixels in the form that a model expects.
 * @param rgb images × height × width × 3, 0–255
 * @returns images in the model's layout and channel order
 */
export function modelInput(
  rgb: Uint8Array,
  pixels: number,
  { channels, layout }: Pick<ModelShape, 'channels' | 'layout'>,
  { scaling, order }: Preprocessing,
): Float32Array {
  const images = rgb.length / 3 / pixels;
  const out = new Float32Array(images * pixels * channels);
  for (let image = 0; image < images; image++) {
    for (let i = 0; i < pixels; i++) {
      const from = (image * pixels + i) * 3;
      if (channels === 1) {
        out[image * pixels + i] = scaledByte(
          LUMA.reduce((sum, weight, c) => sum + weight * rgb[from + c]!, 0),
          0,
          scaling,
        );
        continue;
      }
      for (let c = 0; c < 3; c++) {
        const to = layout === 'nhwc' ? (image * pixels + i) * 3 + c : (image * 3 + c) * pixels + i;
        const source = order === 'rgb' ? c : 2 - c;
        out[to] = scaledByte(rgb[from + source]!, source, scaling);
      }
    }
  }
  return out;
}

/**
 * Bilinear resize that ignores the aspect ratio, as Keras and torchvision do by default. Outside the outermost pixel
 * centres the edge pixel is repeated.
 */
export function stretched(
  rgb: Uint8Array,
  width: number,
  height: number,
  toWidth: number,
  toHeight: number,
): Uint8Array {
  const out = new Uint8Array(toWidth * toHeight * 3);
  const place = (at: number, from: number, to: number): [number, number, number] => {
    const source = Math.min(from - 1, Math.max(0, ((at + 0.5) * from) / to - 0.5));
    const low = Math.floor(source);
    return [low, Math.min(from - 1, low + 1), source - low];
  };
  for (let y = 0; y < toHeight; y++) {
    const [top, bottom, v] = place(y, height, toHeight);
    for (let x = 0; x < toWidth; x++) {
      const [left, right, u] = place(x, width, toWidth);
      for (let c = 0; c < 3; c++) {
        const at = (row: number, column: number): number => rgb[(row * width + column) * 3 + c]!;
        const upper = at(top, left) * (1 - u) + at(top, right) * u;
        const lower = at(bottom, left) * (1 - u) + at(bottom, right) * u;
        out[(y * toWidth + x) * 3 + c] = Math.round(upper * (1 - v) + lower * v);
      }
    }
  }
  return out;
}

/** The trial with the highest accuracy; among equals, the one with the highest confidence. */
export const bestTrial = (trials: readonly PreprocessingTrial[]): PreprocessingTrial | null =>
  trials.toSorted((a, b) => b.accuracy - a.accuracy || b.confidence - a.confidence)[0] ?? null;

/**
 * A warning if another preprocessing is clearly better than the one used: its accuracy is above the 95 % interval of
 * the used one. A different scaling in training and in prediction is a common cause of a collapse to one class. The
 * confidence is only reported: with input that is 255 times too large, a net is confident whatever it predicts.
 * @param images how many images each trial ran on
 */
export function preprocessingWarning(
  used: Preprocessing,
  trials: readonly PreprocessingTrial[],
  images: number,
): string | null {
  const own = trials.find(
    (one) => one.preprocessing.scaling === used.scaling && one.preprocessing.order === used.order,
  );
  const best = bestTrial(trials);
  if (!own || !best || best === own || best.accuracy <= wilson(own.accuracy * images, images).high) return null;
  return `With input “${preprocessingName(used)}” the model is right on ${percent(own.accuracy)} of ${counted(images, 'image')}, with input “${preprocessingName(best.preprocessing)}” on ${percent(best.accuracy)} (mean confidence ${percent(own.confidence)} and ${percent(best.confidence)}). It was probably trained with the second.`;
}
