/** Ways to change right labels at random. */

/** @returns the given class of an image of class `truth` */
export type Corrupt = (truth: number, classes: number, random: () => number) => number;

/** By the share of all labels that is changed if the classes are of one size. */
export const NOISE_KINDS: Readonly<Record<string, (rate: number) => Corrupt>> = {
  even: (rate) => (k, classes, random) =>
    random() < rate ? (k + 1 + Math.floor(random() * (classes - 1))) % classes : k,
  'each class to the next': (rate) => (k, classes, random) => (random() < rate ? (k + 1) % classes : k),
  'two classes exchange labels': (rate) => (k, classes, random) => (random() < rate && (k ^ 1) < classes ? k ^ 1 : k),
  'every other class to the next': (rate) => (k, classes, random) =>
    k % 2 === 0 && random() < 2 * rate ? (k + 1) % classes : k,
};
