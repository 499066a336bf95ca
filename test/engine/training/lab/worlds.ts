/** Small made-up image sets on which faults of training do what they do on real ones. */
import { createRequire } from 'node:module';
import { seededRandom, shuffled } from '../../../../src/core/statistics/random';
import type { LabData } from '../../../../src/engine/training/lab/data';

const require = createRequire(import.meta.url);

/** One count for training and one for validation, per class. */
export type Counts = readonly (readonly [number, number])[];

type Draw = (label: number, random: () => number) => ArrayLike<number>;

const clamp = (value: number): number => Math.min(255, Math.max(0, Math.round(value)));

function normal(random: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

/** Draws training images first, then validation images. */
export function dataOf(counts: Counts, side: number, draw: Draw, seed = 3): LabData {
  const random = seededRandom(seed);
  const size = side * side;
  const order = [0, 1].flatMap((part) =>
    counts.flatMap((count, label) => Array.from({ length: count[part]! }, () => ({ part, label }))),
  );
  const pixels = new Uint8Array(order.length * size);
  order.forEach(({ label }, i) => pixels.set(Array.from(draw(label, random), clamp), i * size));
  const labels = order.map((one) => one.label);
  const of = (part: number): number[] => order.flatMap((one, i) => (one.part === part ? [i] : []));
  return {
    classes: counts.length,
    side,
    channels: 1,
    pixels,
    labels,
    training: of(0),
    validation: of(1),
    leaked: [],
    faulty: {},
  };
}

export const even = (classes: number, training: number, validation: number): Counts =>
  Array.from({ length: classes }, () => [training, validation] as const);

/**
 * Stripes of one direction per class, of random phase, width and contrast, in noise: no single pixel tells anything.
 */
export function textures(counts: Counts, noise = 0.5, side = 16): LabData {
  return dataOf(counts, side, (label, random) => {
    const angle = Math.PI * (label / counts.length) + 0.15 * normal(random);
    const frequency = (2 * Math.PI) / (4 + 2 * random());
    const [phase, contrast, level] = [2 * Math.PI * random(), 60 + 40 * random(), 90 + 70 * random()];
    return Array.from({ length: side * side }, (_, i) => {
      const along = (i % side) * Math.cos(angle) + Math.floor(i / side) * Math.sin(angle);
      return level + contrast * Math.sin(frequency * along + phase) + noise * 60 * normal(random);
    });
  });
}

/** MNIST's digits at half size. */
export function digits(
  training: number,
  validation: number,
  only: readonly number[] = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9],
): LabData {
  const sources = only.map((digit) => (require(`mnist/src/digits/${digit}.json`) as { data: number[] }).data);
  const next = only.map(() => 0);
  return dataOf(even(only.length, training, validation), 14, (label) => {
    const at = next[label]!++ * 784;
    return Array.from({ length: 196 }, (_, i) => {
      const corner = at + 2 * Math.floor(i / 14) * 28 + 2 * (i % 14);
      return (255 / 4) * [0, 1, 28, 29].reduce((sum, offset) => sum + sources[label]![corner + offset]!, 0);
    });
  });
}

/** The letters b, d, p and q, moved about in noise: each is another one mirrored. */
export function letters(training: number, validation: number, only = 'bdpq'): LabData {
  const side = 14;
  return dataOf(even(only.length, training, validation), side, (label, random) => {
    const letter = only[label]!;
    const [right, below] = ['dq'.includes(letter), 'pq'.includes(letter)];
    const [dx, dy, radius] = [Math.floor(3 * random()) - 1, Math.floor(3 * random()) - 1, 2.2 + 0.6 * random()];
    return Array.from({ length: side * side }, (_, i) => {
      const x = (right ? side - 1 - (i % side) : i % side) - 4 - dx;
      const y = (below ? side - 1 - Math.floor(i / side) : Math.floor(i / side)) - 2 - dy;
      const stem = x >= 0 && x < 1.5 && y >= 0 && y <= 9;
      const bowl = Math.abs(Math.hypot(x - radius, y - 9 + radius) - radius) < 0.8;
      return (stem || bowl ? 200 : 40) + 30 * normal(random);
    });
  });
}

/** Pure noise; labels mean nothing. */
export const noise = (counts: Counts, side = 16): LabData =>
  dataOf(counts, side, (_, random) => Array.from({ length: side * side }, () => 256 * random()));

/** One picture for all classes, but for a grain that nobody can tell apart. */
export const nearlySame = (counts: Counts, side = 16): LabData =>
  dataOf(counts, side, (_, random) =>
    Array.from({ length: side * side }, (__, i) => 128 + 60 * Math.sin(i / 7) + normal(random)),
  );

/** A share of the training labels replaced by other ones, and flagged. */
export function mislabelled(data: LabData, share: number, seed = 5): LabData {
  const random = seededRandom(seed);
  const wrong = shuffled(data.training, random).slice(0, Math.round(share * data.training.length));
  const labels = Array.from(data.labels);
  for (const image of wrong)
    labels[image] = (labels[image]! + 1 + Math.floor(random() * (data.classes - 1))) % data.classes;
  return { ...data, labels, faulty: { 'flagged-labels': new Set(wrong) } };
}

/** Some training images put into the validation part as well. */
export function leaking(data: LabData, count: number): LabData {
  return { ...data, leaked: shuffled(data.training, seededRandom(2)).slice(0, count) };
}
