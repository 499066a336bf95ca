import type { Augmentation } from '../../../core/collapse/interventions/index';
import { gaussian, type Random } from '../../../core/statistics/random';

/** Square images, images × side × side × channels, 0–255. */
export interface Pixels {
  readonly side: number;
  readonly channels: number;
  readonly pixels: Uint8Array;
}

/** Maps an output pixel to an input pixel, relative to the centre: input = matrix · output + shift. */
interface Placement {
  readonly matrix: readonly [number, number, number, number];
  readonly shift: readonly [number, number];
}

const within = (most: number, random: Random): number => (2 * random() - 1) * most;

function placement(augmentation: Augmentation, side: number, random: Random): Placement {
  const angle = (within(augmentation.rotation, random) * Math.PI) / 180;
  const scale = 1 + within(augmentation.zoom, random);
  const mirror = augmentation.horizontalFlip && random() < 0.5 ? -1 : 1;
  const upend = augmentation.verticalFlip && random() < 0.5 ? -1 : 1;
  const [cos, sin] = [Math.cos(angle) * scale, Math.sin(angle) * scale];
  return {
    matrix: [cos * mirror, -sin * upend, sin * mirror, cos * upend],
    shift: [within(augmentation.shift, random) * side, within(augmentation.shift, random) * side],
  };
}

/** Takes the nearest pixel. Outside the picture the edge pixel is repeated, as in Keras (`fill_mode='nearest'`). */
function place(
  from: Uint8Array,
  to: Float32Array,
  at: number,
  { side, channels }: Pixels,
  { matrix: [a, b, c, d], shift: [dx, dy] }: Placement,
): void {
  const centre = (side - 1) / 2;
  const clamp = (value: number): number => Math.min(side - 1, Math.max(0, Math.round(value)));
  for (let y = 0; y < side; y++) {
    for (let x = 0; x < side; x++) {
      const [ox, oy] = [x - centre, y - centre];
      const source = (clamp(c * ox + d * oy + centre + dy) * side + clamp(a * ox + b * oy + centre + dx)) * channels;
      for (let channel = 0; channel < channels; channel++)
        to[(y * side + x) * channels + channel] = from[at + source + channel]!;
    }
  }
}

/** Copies of the images in the given order, each changed at random within the limits of the augmentation. */
export function augmented(
  data: Pixels,
  images: readonly number[],
  augmentation: Augmentation,
  random: Random,
): Uint8Array {
  const size = data.side * data.side * data.channels;
  const out = new Uint8Array(images.length * size);
  const changed = new Float32Array(size);
  images.forEach((image, row) => {
    place(data.pixels, changed, image * size, data, placement(augmentation, data.side, random));
    const brighter = within(augmentation.brightness, random) * 255;
    for (let i = 0; i < size; i++) {
      const noise = augmentation.noise > 0 ? gaussian(random) * augmentation.noise * 255 : 0;
      out[row * size + i] = Math.min(255, Math.max(0, Math.round(changed[i]! + brighter + noise)));
    }
  });
  return out;
}
