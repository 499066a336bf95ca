/** Folders as people make them of their own pictures: copies, days, cameras, parts of a split, pictures to sort. */
import { describe, expect, it } from 'vitest';
import { readings } from '../../../../src/core/dataset/layout';
import { otherReadingsText } from '../../../../src/core/dataset/other-readings';
import { leftOutText, takenText } from '../../../../src/core/text/folder-reading';
import { listingOf, some, summary } from './folder-case';

const classes = (top: string, count: number, names = ['cat', 'dog']): string[] =>
  names.flatMap((name) => some(`${top}${name}`, count, (at) => `${top.replaceAll('/', '')}${name}${at}.jpg`));
const first = (images: readonly string[]) => readings(listingOf({ images }))[0]!;
const read = (images: readonly string[]): string => summary(first(images), images);

describe('numbered parts of a split', () => {
  it('are one split, though they have the same classes', () => {
    expect(read([...classes('train_part1/', 6), ...classes('train_part2/', 6), ...classes('test/', 3)])).toBe(
      'split-class-folders test,train: cat dog',
    );
  });

  it('are no parts where only a number tells them apart', () => {
    expect(read([...classes('train1/', 6), ...classes('train2/', 6), ...classes('test/', 3)])).toBe(
      'split-class-folders test,train1,train2: cat dog',
    );
  });
});

describe('folders of a camera', () => {
  it('are told as no classes by their names', () => {
    const images = ['100APPLE', '101APPLE'].flatMap((name) => some(`DCIM/${name}`, 6));
    expect(takenText(first(images).record).join(' ')).toContain('for example “100APPLE”');
  });

  it('are classes if they only look like one', () => {
    const images = ['100 apples', '200pears'].flatMap((name) => some(name, 6));
    expect(takenText(first(images).record).join(' ')).not.toContain('for example');
  });
});

describe('days', () => {
  it('around the same classes are no part of them', () => {
    const images = [...classes('2023-04-12/', 6), ...classes('2023-05-03/', 6)];
    expect(read(images)).toBe('class-folders: cat dog');
    expect(takenText(first(images).record)).toContain(
      '“2023-04-12” and “2023-05-03” are parts or copies of one data set and no classes.',
    );
  });

  it('need not have all classes', () => {
    const images = [...classes('x/2023-04-12/', 6), ...classes('x/2023-05-03/', 6), ...some('x/2023-05-04/dog', 3)];
    expect(read(images)).toBe('class-folders: cat dog');
  });

  it('around classes of their own stay', () => {
    expect(read([...classes('2023-04-12/', 6), ...classes('2023-05-03/', 6, ['fox', 'owl'])])).toBe(
      'class-folders: 2023-04-12/cat 2023-04-12/dog 2023-05-03/fox 2023-05-03/owl',
    );
  });
});

describe('pictures without a class', () => {
  it.each(['to sort', 'unsorted', 'To_Label', 'unsortiert', 'sin clasificar', 'à trier', '未分类'])(
    'are in a folder that says so: %s',
    (name) => {
      expect(read([...classes('', 6), ...some(name, 4)])).toBe('class-folders: cat dog -4');
    },
  );

  it.each(['sorted', 'label', 'tosort machine', 'not ripe'])('are no class by a likeness alone: %s', (name) => {
    expect(read([...classes('', 6), ...some(name, 4)])).toContain(name);
  });
});

describe('splits inside classes', () => {
  it('may be misspelt alike in every class', () => {
    expect(
      read(['cat', 'dog'].flatMap((name) => [...some(`${name}/trainning`, 6), ...some(`${name}/testing`, 3)])),
    ).toBe('split-class-folders test,train: cat dog');
  });
});

describe('true masks beside the pictures of a class', () => {
  it('are no class', () => {
    const images = ['Trout', 'Sea Bass'].flatMap((name) => [
      ...some(`Fish/${name}/${name}`, 6, (at) => `${at}.png`),
      ...some(`Fish/${name}/${name} GT`, 6, (at) => `${at}.png`),
    ]);
    expect(read(images)).toBe('class-folders: Sea Bass Trout -12');
    expect(leftOutText(first(images).record, false).join(' ')).toContain('Trout GT');
  });

  it('are not every folder named like masks: a class of masks stays', () => {
    const images = ['train', 'test'].flatMap((split) => classes(`${split}/`, 6, ['mask', 'no_mask']));
    expect(read(images)).toBe('split-class-folders test,train: mask no_mask');
  });

  it('are a class where only one has such a neighbour', () => {
    expect(read([...some('cars/Mustang', 6), ...some('cars/Mustang GT', 6), ...some('cars/Golf', 6)])).toContain(
      'Mustang GT',
    );
  });
});

describe('a copy of the whole data set', () => {
  const whole = (top: string) => [...classes(`${top}/train/`, 6), ...classes(`${top}/test/`, 3)];

  it.each(['dataset_backup_2023', 'dataset - Copy', 'Copy of dataset', 'dataset (copy)', 'dataset.bak'])(
    'is left out and told: %s',
    (name) => {
      const images = [...whole('dataset'), ...whole(name)];
      expect(read(images)).toBe(`split-class-folders test,train: cat dog -${whole(name).length}`);
      expect(leftOutText(first(images).record, false).join(' ')).toContain(`“${name}”`);
    },
  );

  it('is left out without splits', () => {
    const images = [...classes('pets/', 6), ...classes('pets_backup/', 6)];
    expect(read(images)).toBe('class-folders: cat dog -12');
    expect(leftOutText(first(images).record, false).join(' ')).toContain('“pets_backup”');
  });

  it('is none where its folders hold other numbers of images or its name is another', () => {
    expect(read([...classes('pets/', 6), ...classes('pets_backup/', 7)])).toContain('pets_backup/cat');
    expect(read([...classes('cam1/', 6), ...classes('cam2/', 6)])).toContain('cam2/cat');
  });
});

describe('the same names inside of several folders', () => {
  const students = ['Anna', 'Ben'].flatMap((name) => classes(`${name}/`, 5, ['Ahorn', 'Buche']));
  const all = (images: readonly string[]) => readings(listingOf({ images }));
  const kinds = (images: readonly string[]) => all(images).map(({ layout }) => layout.kind);

  it('can be read as the classes, which is offered', () => {
    const found = all(students);
    const layouts = found.map(({ layout }) => layout);
    expect(summary(found[0]!, students)).toBe('class-folders: Anna/Ahorn Anna/Buche Ben/Ahorn Ben/Buche');
    expect(otherReadingsText('/d', layouts, found[0]!.record)).toEqual([
      'Could also be read as innermost folders: 2 classes, with --layout innermost-folders.',
      'Could also be read as outermost folders: 2 classes, with --layout outermost-folders.',
    ]);
    const inner = found.find(({ layout }) => layout.kind === 'innermost-folders')!;
    expect(summary(inner, students)).toBe('innermost-folders: Ahorn Buche');
    expect(takenText(inner.record)).toContain('One folder alone names each class: “Anna/Ahorn” is read as “Ahorn”.');
  });

  it('are views where the outer folders are the classes', () => {
    const images = ['cat', 'dog', 'fox'].flatMap((name) => [...some(`${name}/old`, 5), ...some(`${name}/new`, 5)]);
    const outer = all(images).find(({ layout }) => layout.kind === 'outermost-folders')!;
    expect(summary(outer, images)).toBe('outermost-folders: cat dog fox');
  });

  it('can be read so with splits around them', () => {
    const images = ['train', 'test'].flatMap((split) => students.map((path) => `${split}/${split}${path}`));
    const inner = all(images).find(({ layout }) => layout.kind === 'innermost-folders')!;
    expect(summary(inner, images)).toBe('innermost-folders test,train: Ahorn Buche');
  });

  it('are needed for the offer, and more than one', () => {
    expect(kinds([...classes('pets/', 5), ...classes('wild/', 5, ['fox', 'owl'])])).not.toContain('innermost-folders');
    expect(kinds([...some('cat/young', 5), ...some('dog/young', 5)])).not.toContain('innermost-folders');
    expect(kinds(classes('', 5))).not.toContain('innermost-folders');
  });
});

describe('class folders that may be none', () => {
  const taken = (images: readonly string[]): string => takenText(first(images).record).join(' ');

  it('are told where only the day in their names differs', () => {
    const images = ['2023-04-12', '2023-05-03'].flatMap((day) => [
      ...some(`${day} control`, 6),
      ...some(`${day} treated`, 6),
    ]);
    expect(taken(images)).toContain(
      '4 classes have a day in their names, for example “2023-04-12 control”, and 2 names are left without the days.',
    );
    const ofOne = [...some('2023-04-12 control', 6), ...some('2023-05-03 treated', 6)];
    expect(taken(ofOne)).not.toContain('a day in their names');
    expect(taken([...some('boeing 737-800', 6), ...some('airbus 320-200', 6)])).not.toContain('a day');
  });

  it('are told where they have hardly more than one image each', () => {
    const patients = Array.from({ length: 12 }, (_, at) => some(`IMD0${at}`, at === 3 ? 2 : 1)).flat();
    expect(taken(patients)).toContain('12 folders hold 13 images, so they may be patients or pictures, not classes.');
    expect(taken(classes('', 6))).not.toContain('may be patients');
  });
});
