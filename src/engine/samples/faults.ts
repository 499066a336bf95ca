/** Plans the faults of the demo: which digits are damaged, how, and which copies are added. Writes nothing. */
import { shuffled, type Random } from '../../core/statistics/random.ts';

/** Changes to the file of an image. */
export type Damage = 'empty' | 'truncated' | 'text' | 'jpeg-named-png' | 'dark' | 'blank';

/** The planted faults, by paths relative to the image folder. */
export interface DemoTruth {
  seed: number;
  images: number;
  labelNoise: { path: string; true: string; given: string }[];
  duplicates: { paths: [string, string]; kind: 'exact' | 'near'; sameLabel: boolean }[];
  damaged: { path: string; damage: Damage }[];
}

/** One image of the demo. Its file is named by its index in the list, so that the name does not reveal a fault. */
export interface Item {
  /** The source image: its true digit, and its index among those. */
  digit: number;
  index: number;
  /** The class folder it is written to. */
  label: number;
  damage?: Damage;
  /** The item that this one copies: with the same bytes, or with a slightly changed picture. */
  copyOf?: Item;
  copy?: 'exact' | 'near';
}

/**
 * Number of faults of each kind in a demo of 10,000 images. A smaller one has proportionally fewer, at least one of
 * each.
 */
const faults: {
  wrongLabels: number;
  exact: number;
  near: number;
  relabelled: number;
  damages: readonly [Damage, number][];
} = {
  wrongLabels: 60,
  exact: 18,
  near: 14,
  relabelled: 8,
  damages: [
    ['empty', 1],
    ['truncated', 2],
    ['text', 1],
    ['jpeg-named-png', 2],
    ['dark', 3],
    ['blank', 2],
  ],
};

const classes = 10;

/**
 * @param counts number of images of each digit
 * @returns every image of the demo, in the order of the file numbers
 */
export function planDemo(counts: readonly number[], random: Random): Item[] {
  const all = counts.flatMap((count, digit) =>
    Array.from({ length: count }, (_, index): Item => ({ digit, index, label: digit })),
  );
  const share = (count: number): number => Math.max(1, Math.round((count * all.length) / 10_000));
  const pool = shuffled(all, random);
  const take = (count: number): Item[] => pool.splice(0, share(count));

  for (const item of take(faults.wrongLabels)) item.label = otherLabel(item.digit, random);
  for (const [damage, count] of faults.damages) for (const item of take(count)) item.damage = damage;
  const copies = [
    ...take(faults.exact).map((item) => copyOf(item, 'exact', item.label)),
    ...take(faults.near).map((item) => copyOf(item, 'near', item.label)),
    ...take(faults.relabelled).map((item) => copyOf(item, 'exact', otherLabel(item.digit, random))),
  ];
  return shuffled([...all, ...copies], random);
}

function copyOf(item: Item, copy: 'exact' | 'near', label: number): Item {
  return { digit: item.digit, index: item.index, label, copyOf: item, copy };
}

function otherLabel(digit: number, random: Random): number {
  return (digit + 1 + Math.floor(random() * (classes - 1))) % classes;
}
