/** Folders that each contain the bands of one picture, and folders that only look like them. */
import { describe, expect, it } from 'vitest';
import { bandFolders } from '../../../../src/core/dataset/band-folders';
import { readings } from '../../../../src/core/dataset/layout';
import { takenText } from '../../../../src/core/text/folder-reading';
import { listingOf, some } from './folder-case';

const each = <T>(count: number, one: (at: number) => T): T[] => Array.from({ length: count }, (_, at) => one(at));
const SENTINEL = ['B02', 'B03', 'B04', 'B08', 'B8A'];
const satellite = each(30, (at) => {
  const patch = `S2A_MSIL2A_2017061${at % 10}T101031_${at}_45`;
  return SENTINEL.map((band) => `BigEarthNet-v1.0/${patch}/${patch}_${band}.tif`);
}).flat();

it('says that each folder is likely one picture', () => {
  const [first] = readings(listingOf({ images: satellite }));
  expect(takenText(first!.record)).toContain(
    '30 folders hold files with the same endings (B02, B03, B04, B08 and 1 more), so each folder is likely one picture in several bands. Each file is read as an image of its own: join the files of a folder into one picture, and label the pictures by class folders or a CSV.',
  );
});

describe('bands', () => {
  it.each([
    ['whole names', each(9, (at) => ['red', 'green', 'blue', 'nir'].map((band) => `patch_${at}/${band}.png`)).flat()],
    [
      'sequences of a scanner with a mask',
      each(9, (at) => ['t1', 't2', 'flair', 'seg'].map((one) => `train/p${at}/p${at}_${one}.png`)).flat(),
    ],
    [
      'bands inside of classes',
      each(12, (at) => ['B1', 'B2', 'B3'].map((band) => `crop${at % 2}/tile_${at}/tile_${at}_${band}.tif`)).flat(),
    ],
  ])('are seen: %s', (_, images) => expect(bandFolders(images)).not.toBeNull());
});

describe('no bands', () => {
  it.each([
    [
      'classes that number their images',
      each(12, (at) => some(`class_${at}`, 5, (n) => `class_${at}_${n}.jpg`)).flat(),
    ],
    ['numbers with a letter', each(12, (at) => some(`class_${at}`, 5, (n) => `class_${at}_p${n}.jpg`)).flat()],
    [
      'views of products',
      each(12, (at) => ['front', 'back', 'side'].map((view) => `product_${at}/${view}.jpg`)).flat(),
    ],
    [
      'colours as names of files in words',
      each(12, (at) => ['red', 'green', 'blue'].map((name) => `${'abcdefghijkl'[at]!}x/${name}.jpg`)).flat(),
    ],
    ['few folders', each(3, (at) => ['B1', 'B2'].map((band) => `tile_${at}/tile_${at}_${band}.tif`)).flat()],
    ['folders that differ', each(12, (at) => SENTINEL.slice(at % 3).map((band) => `t${at}/${band}.tif`)).flat()],
    ['faces', each(12, (at) => ['happy', 'sad', 'red'].map((name) => `subject${at}/${name}.png`)).flat()],
  ])('are told: %s', (_, images) => expect(bandFolders(images)).toBeNull());
});
