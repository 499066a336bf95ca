/** Random data sets with planted faults of every kind, for tests over all checks. */
import type { CheckInput, Group, LabelEvidence } from '../../../../src/core/checks/check';
import type { ImageFacts, ImageRecord } from '../../../../src/contract/model/image';
import { RASTER_SIDE } from '../../../../src/core/images/raster';
import { seededRandom, type Random } from '../../../../src/core/statistics/random';
import { group, input, row, type RowParts } from './rows';

type Fault = RowParts | ((random: Random) => RowParts);

const facts = (parts: Partial<ImageFacts>): RowParts => ({ facts: parts });
const flat = (level: number): Partial<ImageFacts> => ({
  std: [3, 3, 3],
  luminance: [level, level, level, level, level],
  laplacianVariance: 4,
});

/** Faults of single files, for random images. */
const faults: readonly Fault[] = [
  { facts: null, unreadable: { code: 'truncated', reason: 'ends early' } },
  { facts: null, unreadable: { code: 'unsupported-format', reason: 'a film' } },
  facts({ format: 'png', pngFault: { kind: 'checksum', chunk: 'iCCP' } }),
  { extension: 'png', facts: { format: 'png', pngFault: { kind: 'end', chunk: 'IEND' } } },
  facts({ format: 'webp' }),
  { extension: 'tif', facts: { format: 'tiff', depth: 16, values: { min: 0, max: 4000, low: 0, high: 4095 } } },
  { extension: 'tif', facts: { format: 'tiff', depth: 32, values: { min: -0.5, max: 0.7, low: -1, high: 1 } } },
  { extension: 'heic', facts: { format: 'heif' } },
  facts({ colourSpace: 'cmyk', channels: 4 }),
  facts({ pages: 12 }),
  facts({ orientation: 6 }),
  facts({ hasAlpha: true, channels: 4 }),
  facts({ channels: 1, colourSpace: 'b-w' }),
  facts({ width: 6, height: 5 }),
  facts({ width: 9000, height: 8000 }),
  facts({ width: 2000, height: 200 }),
  facts(flat(3)),
  facts(flat(250)),
  facts({ std: [0, 0, 0], laplacianVariance: 0 }),
  (random) => facts({ laplacianVariance: 2 + 3 * random() }),
];

const triple = (of: () => number): [number, number, number] => [of(), of(), of()];

function drawnFacts(random: Random, className: string, split: string): Partial<ImageFacts> {
  const shift = split === 'test' ? 60 : 0;
  return {
    mean: triple(() => 60 + shift + 60 * random()),
    std: triple(() => 30 + 30 * random()),
    border: triple(() => 255 * random()),
    laplacianVariance: 500 + 2000 * random(),
    entropy: 5 + 2 * random(),
    colourfulness: 20 * random(),
    // The size gives the class away.
    width: className === 'cat' ? 640 : 256,
    camera: random() < 0.2 ? 'Acme 1' : null,
    // Equal orders in a sample.
    ...(random() < 0.1 && { pixelHash: '7'.repeat(64) }),
  };
}

/** How many images each class has in each split. */
type Sizes = Readonly<Record<string, Readonly<Record<string, number>>>>;

const small: Sizes = {
  train: { 'big/cat': 4, cat: 90, cats: 30, dog: 12, same: 20 },
  val: { cat: 25, dog: 3 },
  test: { cat: 40 },
};
/** With a class of which only a sample is looked at. */
const large: Sizes = { train: { cat: 330, dog: 60, same: 30, '10': 8, '9': 8 }, test: { cat: 60, dog: 20 } };

function rowsOf(sizes: Sizes, random: Random): ImageRecord[] {
  const rows: ImageRecord[] = [];
  for (const [split, ofClass] of Object.entries(sizes))
    for (const [className, n] of Object.entries(ofClass))
      for (let i = 0; i < n; i++) {
        const fault = random() < 0.25 && i > 1 ? faults[Math.floor(random() * faults.length)]! : {};
        const { facts: own, ...rest } = typeof fault === 'function' ? fault(random) : fault;
        rows.push(
          row(2 * rows.length + 1, {
            className,
            split,
            bytes: Math.floor(5000 + 50_000 * random()),
            ...rest,
            facts: own === null ? null : { ...drawnFacts(random, className, split), ...own },
          }),
        );
      }
  return rows;
}

/** Pictures of random cells; those of the class “same” are one picture with noise. Some images have none. */
function rasterOf(seed: number, same: ReadonlySet<number>): (id: number) => Uint8Array | null {
  const made = new Map<number, Uint8Array>();
  const make = (id: number): Uint8Array => {
    const random = seededRandom(same.has(id) ? seed : seed + id);
    const cells = Array.from({ length: 64 }, () => 200 * random());
    const raster = Uint8Array.from(
      { length: RASTER_SIDE ** 2 * 3 },
      (_, at) =>
        (cells[Math.floor(at / 3 / RASTER_SIDE / 8) * 8 + (Math.floor(at / 3 / 8) % 8)] ?? 0) + ((at * id) % 5),
    );
    made.set(id, raster);
    return raster;
  };
  return (id) => (id % 23 === 0 ? null : (made.get(id) ?? make(id)));
}

function groupsOf(
  images: readonly ImageRecord[],
  random: Random,
): Pick<CheckInput, 'exactGroups' | 'nearGroups' | 'turnedGroups'> {
  const readable = images.filter((image) => image.facts !== null);
  const some = (most: number): number[] => {
    const members = new Set<number>();
    const wanted = 2 + Math.floor(random() * most);
    while (members.size < wanted) members.add(readable[Math.floor(random() * readable.length)]!.id);
    return [...members];
  };
  const exact = Array.from({ length: 6 }, () => group(some(3), random() < 0.5 ? 'same-bytes' : 'same-pixels', 1));
  const near = Array.from({ length: 8 }, (): Group => group(some(4), random() < 0.7 ? 'near' : 'mirrored', random()));
  return { exactGroups: exact, nearGroups: [...exact, ...near], turnedGroups: [group(some(2), 'rotated-90')] };
}

function evidence(images: readonly ImageRecord[], classes: readonly string[], random: Random): LabelEvidence {
  const judged = images.filter((image) => image.facts !== null);
  return {
    verdicts: judged.map(({ id, className }) => ({
      image: id,
      given: className,
      suggested: random() < 0.3 ? classes[Math.floor(random() * classes.length)]! : className,
      predicted: random() < 0.3 ? 'dog' : className,
      wrong: random() ** 2,
    })),
    estimate: { expected: 20, low: 9, high: 31 },
    joint: [{ given: 'cat', truth: 'dog', count: 25 }],
    distances: judged.map(({ id }) => ({ image: id, value: random() < 0.02 ? 1e4 * random() : 1 + random() })),
  };
}

export function plantedSet(seed: number): CheckInput {
  const random = seededRandom(seed);
  const images = rowsOf(seed % 2 === 0 ? small : large, random);
  const same = new Set(images.flatMap(({ id, className }) => (className === 'same' ? [id] : [])));
  const whole = input(images, {
    raster: rasterOf(seed, same),
    listing: {
      otherFiles: ['train/cat/._1.jpg', '.cache/x.jpg', 'train/metadata.csv'],
      emptyClasses: [{ className: 'empty', split: 'train' }],
      contradicting: [
        {
          path: 'x.jpg',
          rows: [
            { table: 'a.csv', row: 1, label: 'cat' },
            { table: 'a.csv', row: 2, label: 'dog' },
          ],
        },
      ],
    },
    ...groupsOf(images, random),
  });
  return { ...whole, labels: evidence(images, whole.classes, random) };
}
