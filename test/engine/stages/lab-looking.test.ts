import { expect, it } from 'vitest';
import { labLooking } from '../../../src/engine/stages/lab-looking';
import type { LabInput } from '../../../src/engine/training/protocol/lab';

const IMAGES = 200;
const places = Array.from({ length: IMAGES }, (_, i) => i);
/** Two classes, a third of the images for validation. */
const input = {
  labels: Int32Array.from(places, (i) => i % 2),
  classes: 2,
  training: Int32Array.from(places.filter((i) => i % 3 > 0)),
  validation: Int32Array.from(places.filter((i) => i % 3 === 0)),
  leaked: Int32Array.of(),
  budgetSeconds: 120,
} as const satisfies Partial<LabInput>;
const ids = Int32Array.from(places, (i) => 1000 + i);
const after = (seconds: number, counted: number | null = null) =>
  labLooking(input as unknown as LabInput, ids, counted, () => seconds);

it('leaves the network half of the time, less what is spent', () => {
  expect(after(10).looking.left()).toBe(50);
  expect(after(80).looking.left()).toBeLessThan(0);
});

it('says how many images the network looked at if the time was over', () => {
  const { looking, count, notes } = after(60);
  expect(looking.order).toHaveLength(IMAGES);
  looking.looked(50);
  expect(count()).toBe(50);
  expect(notes()).toEqual([
    'To keep to the time, the pretrained network looked at only 50 of the 200 images of this lab; the others were not used.',
  ]);
});

it('says nothing of images at the end that cannot be read', () => {
  const { looking, count, notes } = after(20);
  looking.looked(IMAGES - 1);
  expect(count()).toBe(IMAGES);
  expect(notes()).toEqual([]);
});

it('trains on nothing if the network looked at too few images', () => {
  expect(() => after(61).looking.looked(29)).toThrow(
    'In 1 min 1 s the pretrained network looked at only 29 of the 200 images of this lab, too few to train on. Start the lab again with a longer time.',
  );
});

it('looks at the same images again if an earlier lab continues, however long it takes', () => {
  const first = after(60).looking;
  const again = after(90, 50);
  expect(again.looking.order).toEqual(first.order.slice(0, 50));
  expect(again.looking.left()).toBeNull();
  again.looking.looked(50);
  expect(again.count()).toBe(50);
  expect(again.notes()).toHaveLength(1);
});
