/** Tables of predictions as people save them, for tests that read them. */
import { importPredictions } from '../../../../src/core/collapse/imported';

/** Images: `perClass` of each class, named so that no name repeats. */
export function dataset(classes: readonly string[], perClass = 8) {
  return classes.flatMap((name, label) =>
    Array.from({ length: perClass }, (_, i) => ({
      id: 100 * label + i,
      path: `${name}/${name}_${i}.jpg`,
      label,
    })),
  );
}
export type Image = ReturnType<typeof dataset>[number];

export const insects = ['ant', 'bee', 'fly'];
export const images = dataset(insects);
/** A model that is wrong on the first image of each class. */
export const guess = ({ id, label }: Image): number => (id % 100 === 0 ? (label + 1) % 3 : label);
export const outputs = (image: Image): number[] => insects.map((_, k) => (k === guess(image) ? 0.9 : 0.05));
export const given = (header: string, row: (image: Image, at: number) => readonly (string | number)[]) => [
  ...(header === '' ? [] : [header.split(',')]),
  ...images.map((image, at) => row(image, at).map(String)),
];
export const read = (table: readonly (readonly string[])[]) => importPredictions(table, images, insects);
export const accuracy = ({ rows }: ReturnType<typeof importPredictions>, of: readonly Image[] = images): number =>
  rows.filter(({ image, predicted }) => of.find(({ id }) => id === image)!.label === predicted).length / rows.length;
export const RIGHT = 21 / 24;
