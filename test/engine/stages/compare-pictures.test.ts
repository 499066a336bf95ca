/** Comparisons that need larger pictures than rasters. */
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readable } from '../../../src/core/checks/finding';
import { thresholdsWith } from '../../../src/core/checks/thresholds';
import { openComparisons } from '../../../src/core/duplicates/changed';
import { findDuplicates } from '../../../src/core/duplicates/search';
import { seededRandom } from '../../../src/core/statistics/random';
import { auditInput } from '../../../src/engine/catalog/findings';
import { makeComparisons } from '../../../src/engine/stages/compare-pictures';
import { indexed, type Indexed, put, scratch } from '../support/indexed';

const SIDE = 512;
interface Box {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}
const CUT: Box = { left: 11, top: 24, width: 480, height: 470 };

/** A fine weave with grain and a plate on it. In rasters of 64 pixels, the threads of a crop become another pattern. */
function weave(plate: Box): Uint8Array {
  const random = seededRandom(4);
  const rgb = new Uint8Array(SIDE * SIDE * 3);
  const inside = (x: number, y: number): boolean =>
    x >= plate.left && x < plate.left + plate.width && y >= plate.top && y < plate.top + plate.height;
  for (let y = 0; y < SIDE; y++)
    for (let x = 0; x < SIDE; x++) {
      const thread = 60 * Math.sin(0.42 * x + 0.14 * y) * Math.sin(0.13 * x - 0.39 * y);
      const grain = 40 * (random() - 0.5);
      for (const k of [0, 1, 2])
        rgb[(y * SIDE + x) * 3 + k] = (inside(x, y) ? 110 : 130) + 10 * k + Math.round(thread + grain);
    }
  return rgb;
}

const jpeg = (rgb: Uint8Array, box?: Box): Promise<Buffer> => {
  const picture = sharp(rgb, { raw: { width: SIDE, height: SIDE, channels: 3 } });
  return (box ? picture.extract(box) : picture).jpeg({ quality: 90 }).toBuffer();
};

let box: ReturnType<typeof scratch>;
let set: Indexed;
beforeAll(async () => {
  box = scratch();
  const folder = join(box.folder, 'set');
  const whole = weave({ left: 60, top: 300, width: 120, height: 40 });
  put(folder, 'a/whole.jpg', await jpeg(whole));
  put(folder, 'b/part.jpg', await jpeg(whole, CUT));
  put(folder, 'b/other.jpg', await jpeg(weave({ left: 330, top: 90, width: 60, height: 90 }), CUT));
  set = await indexed(folder, box.folder);
});
afterAll(() => {
  set.close();
  box.remove();
});

describe('a picture that was cut out of another in its own size', () => {
  it('is found by larger pictures, and one that differs in one place is not taken for it', async () => {
    const { images, raster } = auditInput(set.catalog);
    const search = {
      images: readable(images),
      raster,
      notDuplicates: new Set<string>(),
      known: new Map(),
      thresholds: thresholdsWith(),
      lookAlikes: [0, 1, 2].flatMap((b) => Array.from({ length: b }, (_, a) => ({ a, b }))),
    };
    const pathOf = (id: number): string => images.find((image) => image.id === id)!.path;
    const made = new Map(await makeComparisons(set.catalog, openComparisons(search)));
    expect([...made.values()].filter((one) => one?.part === true)).toHaveLength(1);
    const groups = (structures: typeof made) =>
      findDuplicates({ ...search, knownStructures: structures }).near.map(({ members }) => members.map(pathOf).sort());
    expect(groups(made)).toEqual([['a/whole.jpg', 'b/part.jpg']]);
    expect(groups(new Map())).toEqual([]);
  });
});
