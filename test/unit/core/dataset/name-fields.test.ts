import { describe, expect, it } from 'vitest';
import { readings } from '../../../../src/core/dataset/layout';
import { whyNoLabels } from '../../../../src/core/dataset/why-no-labels';
import { fieldsText, nameFields } from '../../../../src/core/dataset/name-fields';
import { leftOutText } from '../../../../src/core/text/folder-reading';

const names = (name: (i: number) => string, count = 40): string[] => Array.from({ length: count }, (_, i) => name(i));
const UTK = names((i) => `UTKFace/${20 + i}_${i % 2}_${i % 5}_2017011017${1000 + i}.jpg.chip.jpg`);

describe('fields in file names', () => {
  it.each([
    ['UTKFace', UTK, 'field 2 has the values 0 and 1; field 3 has 5 values, such as 0, 1 and 2'],
    [
      'JAFFE',
      names((i) => `${'KA KL KM'.split(' ')[i % 3]!}.${'AN DI'.split(' ')[i % 2]!}.${i}.png`),
      'field 1 has the values KA, KL and KM; field 2 has the values AN and DI',
    ],
    [
      'Market-1501',
      names((i) => `t/000${i % 5}_c${1 + (i % 3)}s1_${4000 + i}.jpg`),
      'field 1 has 5 values, such as 0000, 0001 and 0002; field 2 has the values c1s1, c2s1 and c3s1',
    ],
    ['Food-11, two numbers', names((i) => `training/${i % 3}_${100 + i}.jpg`), 'field 1 has the values 0, 1 and 2'],
  ])('of %s', (_, images, said) => {
    expect(fieldsText(nameFields(images)!)).toBe(said);
  });

  it.each([
    ['numbers', names((i) => `IMG_${1000 + i}.jpg`)],
    ['dates and times', names((i) => `2024010${1 + (i % 2)}_1200${10 + i}.jpg`)],
    ['few images', UTK.slice(0, 8)],
    ['different forms', names((i) => Array.from({ length: 2 + (i % 3) }, () => String(i)).join('_'))],
  ])('there are none in %s', (_, images) => {
    expect(nameFields(images)).toBeNull();
  });

  it('are told where the folders give one class, and where nothing gives labels', () => {
    const [one] = readings({ images: UTK, tables: [], emptyFolders: [] });
    expect(leftOutText(one!.record, false).join()).toContain('field 2 has the values 0 and 1');
    expect(whyNoLabels({ images: UTK.map((path) => path.slice(8)), tables: [], emptyFolders: [] }).join()).toContain(
      'give its number on the command line',
    );
  });

  it('are not told where the folders give classes', () => {
    const images = [...UTK, ...UTK.map((path) => path.replace('UTKFace', 'other'))];
    expect(leftOutText(readings({ images, tables: [], emptyFolders: [] })[0]!.record, false)).toEqual([]);
  });
});

describe('a field of the file names as the label', () => {
  const listing = (images: readonly string[]) => ({ images, tables: [], emptyFolders: [] });
  const classesBy = (images: readonly string[], nameField: number): string[] => {
    const reading = readings(listing(images), { nameField }).find(({ layout }) => layout.nameField === nameField);
    return [...new Set(Array.from(reading?.labels.values() ?? [], ({ className }) => className))].sort();
  };

  it.each([
    ['UTKFace', UTK, 2, ['0', '1']],
    ['UTKFace without a folder', UTK.map((path) => path.slice(8)), 3, ['0', '1', '2', '3', '4']],
    [
      'id_class_view',
      names((i) => `${1000 + i}_${'oak ash elm'.split(' ')[i % 3]!}_${'top side'.split(' ')[i % 2]!}.png`),
      2,
      ['ash', 'elm', 'oak'],
    ],
    [
      'RAVDESS frames',
      names((i) => `03-01-0${1 + (i % 8)}-01-${i}.png`),
      3,
      ['01', '02', '03', '04', '05', '06', '07', '08'],
    ],
    ['a small set', names((i) => `train/a_${i % 2 ? 'x' : 'y'}.png`, 6), 2, ['x', 'y']],
  ])('of %s', (_, images, field, classes) => {
    expect(classesBy(images, field)).toEqual(classes);
  });

  it('gives no label to a name with fewer fields, and keeps the splits of the folders', () => {
    const images = [...names((i) => `train/${i}_${i % 2}_0_9.jpg`), 'train/39_1_2017.jpg', 'test/5_1_0_8.jpg'];
    const reading = readings(listing(images), { nameField: 2 }).find(({ layout }) => layout.nameField === 2);
    expect(reading?.labels.get('test/5_1_0_8.jpg')).toEqual({ className: '1', split: 'test' });
    expect(reading?.labels.has('train/39_1_2017.jpg')).toBe(false);
    expect(reading?.record.unlabelled.images).toBe(1);
  });

  it('is offered where the folders give one class, after the detected reading', () => {
    expect(readings(listing(UTK)).map(({ layout }) => layout.sentence)).toEqual([
      'Read as class folders: 1 class',
      'Read as field 2 of the file names: 2 classes',
      'Read as field 3 of the file names: 5 classes',
    ]);
  });

  it('never changes what is detected without it', () => {
    const folders = ['cat', 'dog'].flatMap((name) => names((i) => `${name}/${i}_${i % 2}_0.jpg`));
    const [one] = readings(listing(folders), { nameField: 2 });
    expect(one!.layout).toEqual(readings(listing(folders))[0]!.layout);
  });

  it.each([
    ['the names have fewer fields', UTK, 9],
    ['the names differ', names((i) => Array.from({ length: 2 + (i % 3) }, () => String(i)).join('_')), 2],
  ])('is not read where %s', (_, images, field) => {
    expect(classesBy(images, field)).toEqual([]);
  });
});

describe('labels in file names', () => {
  const hash = (i: number): string => (i * 2654435761).toString(16).padStart(8, '0').slice(0, 8);
  const kinds = ['cat', 'guinea pig'];

  it.each([
    ['before a checksum', (i: number) => `i/${kinds[i % 2]!}_1${hash(i)}.jpg`],
    ['before a UUID', (i: number) => `i/${kinds[i % 2]!}-1${hash(i)}-12ab-4c5d-8e9f-${hash(i)}abcd.jpg`],
    ['as Roboflow exports them', (i: number) => `train/${kinds[i % 2]!}-${i}_jpg.rf.${hash(i)}.jpg`],
    [
      'as Roboflow exports them, with a number in brackets',
      (i: number) => `train/${kinds[i % 2]!} (${i})_png.rf.${hash(i)}.jpg`,
    ],
  ])('%s', (_, name) => {
    const [one] = readings({ images: names(name), tables: [], emptyFolders: [] });
    expect(one!.layout.kind).toBe('file-names');
    expect(new Set([...one!.labels.values()].map(({ className }) => className))).toEqual(new Set(kinds));
  });

  it.each([
    [
      'words that look like a checksum',
      (i: number) => `i/${['red', 'big'][i % 2]!}_facade.jpg`.replace('.', `${'x'.repeat(i + 1)}.`),
    ],
    ['checksums alone', (i: number) => `i/${hash(i)}.jpg`],
  ])('are not taken from %s', (_, name) => {
    const found = readings({ images: names(name), tables: [], emptyFolders: [] });
    expect(found.filter(({ layout }) => layout.kind === 'file-names')).toEqual([]);
  });
});
