import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { seededRandom } from '../../core/statistics/random.ts';
import { readDigits } from './digits.ts';
import { type DemoTruth, planDemo, type Item } from './faults.ts';
import { encodeItem } from './images.ts';
import { collapsedPredictions, demoTrainingScript } from './training.ts';

const atOnce = 64;

/** In the cache folder. The number is the version of the content: a changed writer gets a new folder. */
export const DEMO_FOLDER = 'demo-2';

/** The seed of the demo, from which its faults are drawn. */
const demoSeed = 3;

/**
 * Writes real digits with faults as PNG class folders into `folder/digits`. Beside them it writes `demo-truth.json`,
 * which lists the faults, and `train.py` and `predictions.csv` of a net that collapses.
 * The same seed writes the same bytes.
 * @param options.perClass at most this many of each digit; all 10,000 if undefined
 */
export async function writeDemo(
  folder: string,
  { perClass, seed = demoSeed }: { perClass?: number; seed?: number },
  progress: (done: number, total: number) => void = () => undefined,
): Promise<{ images: string; truth: DemoTruth }> {
  const digits = await readDigits(perClass);
  const items = planDemo(
    digits.map((images) => images.length),
    seededRandom(seed),
  );
  const images = join(folder, 'digits');
  for (const digit of digits.keys()) await mkdir(join(images, String(digit)), { recursive: true });
  const paths = new Map(items.map((item, place) => [item, `${item.label}/${String(place).padStart(5, '0')}.png`]));
  for (let start = 0; start < items.length; start += atOnce) {
    await Promise.all(
      items.slice(start, start + atOnce).map(async (item) => {
        const pixels = digits[item.digit]?.[item.index];
        if (pixels !== undefined) await writeFile(join(images, paths.get(item) ?? ''), await encodeItem(item, pixels));
      }),
    );
    progress(start, items.length);
  }
  const truth = truthOf(items, paths, seed);
  await writeFile(join(folder, 'demo-truth.json'), `${JSON.stringify(truth, undefined, 1)}\n`);
  await writeFile(join(folder, 'train.py'), demoTrainingScript);
  await writeFile(join(folder, 'predictions.csv'), collapsedPredictions([...paths.values()].sort(), truth));
  return { images, truth };
}

/** Describes the planted faults and the files beside the images. */
export function demoNote({ labelNoise, duplicates, damaged }: DemoTruth): string {
  const near = duplicates.filter(({ kind }) => kind === 'near').length;
  const relabelled = duplicates.filter(({ sameLabel }) => !sameLabel).length;
  const dim = damaged.filter(({ damage }) => damage === 'dark' || damage === 'blank').length;
  return (
    `Real handwritten digits (MNIST) with planted faults: ${counted(labelNoise.length, 'wrong label')}, ${counted(duplicates.length - near, 'exact copy', 'exact copies')} ` +
    `(${relabelled} of them under a second label), ${counted(near, 'near copy', 'near copies')}, ${counted(damaged.length - dim, 'broken or misnamed file')}, ${counted(dim, 'dark or blank image')}. ` +
    'Beside the image folder are train.py and predictions.csv of a collapsed net, for the Collapse view.'
  );
}

function counted(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}

function truthOf(items: readonly Item[], paths: ReadonlyMap<Item, string>, seed: number): DemoTruth {
  const path = (item: Item): string => paths.get(item) ?? '';
  return {
    seed,
    images: items.length,
    labelNoise: items
      .filter((item) => item.copyOf === undefined && item.label !== item.digit)
      .map((item) => ({ path: path(item), true: String(item.digit), given: String(item.label) })),
    duplicates: items.flatMap((item) =>
      item.copyOf === undefined || item.copy === undefined
        ? []
        : [{ paths: [path(item.copyOf), path(item)], kind: item.copy, sameLabel: item.label === item.copyOf.label }],
    ),
    damaged: items.flatMap((item) => (item.damage === undefined ? [] : [{ path: path(item), damage: item.damage }])),
  };
}
