import { describe, expect, it } from 'vitest';
import type { ImageRecord } from '../../../../src/contract/model/image';
import type { CheckFinding } from '../../../../src/core/checks/check';
import { loaderMismatch } from '../../../../src/core/checks/loader-mismatch';
import { normalization } from '../../../../src/core/checks/normalization';
import { shortcut } from '../../../../src/core/checks/shortcut';
import { splitDrift } from '../../../../src/core/checks/split-drift';
import { seededRandom } from '../../../../src/core/statistics/random';
import { classes, group, ids, only, row, type RowParts, run } from './rows';

type Triple = [number, number, number];

describe('split-drift', () => {
  const drawn = (split: string, n: number, from: number, shift: number, shareOfA: number, parts: RowParts = {}) => {
    const random = seededRandom(from + 1);
    return Array.from({ length: n }, (_, i) => {
      const level = 100 + 40 * random() + shift;
      return row(from + i, {
        split,
        className: i < shareOfA * n ? 'a' : 'b',
        ...parts,
        facts: { mean: [level, level, level] as Triple, ...parts.facts },
      });
    });
  };

  it('finds nothing if the splits are drawn from the same distribution', () => {
    expect(run(splitDrift, [...drawn('train', 400, 0, 0, 0.5), ...drawn('test', 200, 1000, 0, 0.5)])).toEqual([]);
  });

  it('reports drift of brightness and class shares, with effect sizes', () => {
    const found = only(run(splitDrift, [...drawn('train', 400, 0, 0, 0.5), ...drawn('test', 200, 1000, 30, 0.9)]));
    expect(found).toMatchObject({ key: 'split-drift:test', severity: 'warning', splits: ['train', 'test'] });
    expect(found.title).toContain('train and test differ in brightness and class');
    expect(found.value).toBeGreaterThan(0.5);
    const rows = found.evidence.tables?.[0]?.rows ?? [];
    expect(rows.find(([name]) => name === 'class')?.[1]).toBe('yes');
    expect(rows.find(([name]) => name === 'file size')?.[1]).toBe('no');
  });

  it('requires an effect and not only a small p-value', () => {
    // Class shares that differ by 4 percentage points over 20,000 images: p far below 0.01, V = 0.04.
    expect(run(splitDrift, [...drawn('train', 10_000, 0, 0, 0.5), ...drawn('test', 10_000, 20_000, 0, 0.54)])).toEqual(
      [],
    );
  });

  it('reports another file format in validation, and does not judge a split of ten images', () => {
    const found = run(splitDrift, [
      ...drawn('train', 200, 0, 0, 0.5),
      ...drawn('val', 100, 500, 0, 0.5, { facts: { format: 'png' } }),
      ...drawn('test', 10, 900, 99, 0),
    ]);
    expect(only(found).title).toContain('file format: 100 % “JPEG” in train, 0 % “JPEG” in val');
  });

  /** `counts` of images with each width and height. */
  const sized = (split: string, from: number, counts: Readonly<Record<number, number>>): ImageRecord[] =>
    Object.entries(counts).flatMap(([side, n], k) =>
      Array.from({ length: n }, (_, i) =>
        row(from + 1000 * k + i, { split, facts: { width: Number(side), height: Number(side) } }),
      ),
    );
  const sizes = (train: Record<number, number>, test: Record<number, number>): string =>
    only(run(splitDrift, [...sized('train', 0, train), ...sized('test', 9000, test)])).title;

  it('names the figure that differs, where the medians are the same or nearly so', () => {
    expect(sizes({ 300: 10, 462: 190, 600: 10 }, { 300: 90, 462: 110, 600: 10 })).toBe(
      'train and test differ in size: at most 300 px for 4.8 % of the images in train, at most 300 px for 43 % of the images in test.',
    );
    expect(sizes({ 300: 10, 462: 100, 463: 10, 464: 90 }, { 300: 100, 462: 2, 463: 8, 464: 100 })).toContain(
      'size: at most 300 px for 4.8 % of the images in train, at most 300 px for 48 % of the images in test',
    );
    expect(sizes({ 300: 100, 600: 20 }, { 300: 20, 600: 100 })).toContain(
      'size: median 300 px in train, median 600 px in test',
    );
  });

  it('gives shares of a class with enough decimals to differ', () => {
    const many = (split: string, from: number, first: number, rest: string) =>
      classes(
        { a: first, ...Object.fromEntries(Array.from({ length: 176 }, (_, k) => [`${rest}${k}`, 5])) },
        from,
        () => ({ split }),
      );
    expect(only(run(splitDrift, [...many('train', 0, 122, 'b'), ...many('test', 5000, 116, 'c')])).title).toContain(
      'class: 12.2 % “a” in train, 11.6 % “a” in test',
    );
  });
});

describe('shortcut', () => {
  const random = seededRandom(8);
  const noisy = (parts: (className: string) => RowParts) =>
    classes({ a: 100, b: 100 }, 0, (className) => {
      const level = 90 + 60 * random();
      const own = parts(className);
      return {
        bytes: Math.round(15_000 + 10_000 * random()),
        ...own,
        facts: {
          mean: [level, level, level] as Triple,
          border: [level, level, level] as Triple,
          entropy: 6 + random(),
          ...own.facts,
        },
      };
    });

  it('reports a file format that predicts every label, as an error', () => {
    const found = only(
      run(
        shortcut,
        noisy((name) => (name === 'a' ? {} : { facts: { format: 'png' }, extension: 'png' })),
      ),
    );
    expect(found).toMatchObject({ severity: 'error', thresholdId: 'shortcut.error', value: 1 });
    expect(found.title).toBe(
      'The file format gives the label away: from it alone, 100 % of the labels are predicted correctly, while always answering “a” is correct for 50 %.',
    );
  });

  it('reports image size, camera and a frame', () => {
    expect(
      only(
        run(
          shortcut,
          noisy((name) => ({ facts: name === 'a' ? {} : { width: 300, height: 300 } })),
        ),
      ).title,
    ).toContain('image size');
    expect(
      only(
        run(
          shortcut,
          noisy((name) => ({ facts: { camera: name === 'a' ? 'X100' : 'Pixel' } })),
        ),
      ).title,
    ).toContain('camera');
    const framed = noisy(() => ({})).map((image) =>
      image.className === 'a' && image.facts
        ? { ...image, facts: { ...image.facts, border: [255, 255, 255] as Triple } }
        : image,
    );
    expect(only(run(shortcut, framed)).title).toContain('border colour');
  });

  it('does not report content as a shortcut: digits differ in ink, textures in detail and hue', () => {
    expect(
      run(
        shortcut,
        noisy(() => ({})),
      ),
    ).toEqual([]);
    const ink = noisy((name) => {
      const level = (name === 'a' ? 20 : 26) + 14 * random();
      return { facts: { mean: [level, level, level] as Triple, border: [0, 0, 0] as Triple } };
    });
    expect(run(shortcut, ink)).toEqual([]);
    const detail = noisy((name) => {
      const entropy = (name === 'a' ? 4 : 6) + random();
      return { bytes: Math.round(4000 * entropy), facts: { entropy } };
    });
    expect(run(shortcut, detail)).toEqual([]);
  });

  it('reports brightness that almost predicts the label only as a warning', () => {
    const found = only(
      run(
        shortcut,
        noisy((name) => {
          const level = name === 'a' ? 60 : 180;
          return { facts: { mean: [level, level, level] as Triple, border: [level, level, level] as Triple } };
        }),
      ),
    );
    expect(found).toMatchObject({ severity: 'warning', thresholdId: 'shortcut.content' });
    expect(found.title).toContain('The brightness gives the label away');
  });

  it('is not misled by copies, because a group is in one fold', () => {
    const images = classes({ a: 40, b: 40 }, 0, (_, id) => ({
      facts: { camera: `unit ${id % 40}${id < 40 ? 'a' : 'b'}` },
    }));
    expect(run(shortcut, images)).toEqual([]);
    const twins = classes({ a: 40, b: 40 }, 0, (_, id) => ({ facts: { camera: `unit ${id >> 2}` } }));
    const nearGroups = Array.from({ length: 20 }, (_, g) => group([4 * g, 4 * g + 1, 4 * g + 2, 4 * g + 3]));
    expect(run(shortcut, twins).length).toBe(1);
    expect(run(shortcut, twins, { nearGroups })).toEqual([]);
  });

  it('does not judge a few images', () => {
    expect(
      run(
        shortcut,
        classes({ a: 10, b: 10 }, 0, (name) => ({ facts: { format: name === 'a' ? 'png' : 'jpeg' } })),
      ),
    ).toEqual([]);
  });
});

describe('normalization', () => {
  const levels = (mean: Triple, std: Triple) => ({ facts: { mean, std } });

  it('gives mean and standard deviation of the train split on the scale 0–1', () => {
    const images = [
      row(0, { split: 'train', ...levels([51, 102, 153], [0, 0, 0]) }),
      row(1, { split: 'train', ...levels([153, 102, 153], [0, 0, 51]) }),
      row(2, { split: 'test', ...levels([110, 100, 150], [10, 10, 10]) }),
    ];
    const found = only(run(normalization, images));
    expect(found.title).toContain('mean (0.4000, 0.4000, 0.6000), std (0.2000, 0.0000, 0.1414) of the train split');
    expect(found.evidence.facts).toContainEqual({ name: 'std R', value: 0.2 });
  });

  it('is information if nothing is wrong, with one channel if all images are grey', () => {
    const found = only(
      run(
        normalization,
        classes({ a: 4 }, 0, () => ({ facts: { channels: 1, colourSpace: 'b-w' } })),
      ),
    );
    expect(found.severity).toBe('info');
    expect(found.title).toContain('mean 0.4706, std 0.1961 (one channel)');
  });

  it('warns about a split with another mean, and about mixed bit depths', () => {
    const off = [
      ...classes({ a: 5 }, 0, () => ({ split: 'train', ...levels([100, 100, 100], [40, 40, 40]) })),
      ...classes({ a: 5 }, 5, () => ({ split: 'test', ...levels([140, 140, 140], [40, 40, 40]) })),
    ];
    expect(only(run(normalization, off))).toMatchObject({ severity: 'warning', thresholdId: 'normalization.drift' });
    expect(only(run(normalization, [...classes({ a: 5 }), row(5, { facts: { depth: 16 } })])).title).toContain(
      '1 image with more than 8 bits',
    );
  });
});

describe('loader-mismatch', () => {
  const about = (
    parts: Parameters<typeof run>[2],
    images = classes({ cat: 5, dog: 5 }),
  ): Record<string, CheckFinding> =>
    Object.fromEntries(run(loaderMismatch, images, parts).map((found) => [found.key.split(':')[1] ?? '', found]));
  const table = (found: CheckFinding | undefined): string => JSON.stringify(found?.evidence.tables?.[0]?.rows ?? []);

  it('finds nothing if all three loaders agree', () => {
    expect(about({})).toEqual({});
  });

  it('reports which loader skips which extensions', () => {
    const images = [
      ...classes({ cat: 5, dog: 5 }),
      row(10, { className: 'cat', extension: 'webp' }),
      row(11, { className: 'dog', extension: 'gif' }),
    ];
    const found = about({}, images);
    expect(ids(found.keras!)).toEqual([10]);
    expect(ids(found.torchvision!)).toEqual([11]);
    expect(found.huggingface).toBeUndefined();
    expect(found.keras!.title).toContain('silently skips 1 image (.webp)');
  });

  it('knows that ImageFolder fails on an empty class folder and that Keras counts it as a class', () => {
    const found = about({ listing: { otherFiles: [], emptyClasses: [{ className: 'ghost', split: null }] } });
    expect(found.torchvision!.title).toContain('raises FileNotFoundError');
    expect(found.keras!.title).toContain('counts 1 folder without images as a class');
    expect(found.torchvision!.classes).toEqual(['ghost']);
  });

  it('knows which loaders count hidden folders and folders of the system as classes', () => {
    const otherFiles = ['.ipynb_checkpoints/1-checkpoint.jpg', '@eaDir/', '__MACOSX/._1.jpg'];
    const found = about({ listing: { otherFiles, emptyClasses: [] } });
    expect(table(found.torchvision)).toContain('counts “.ipynb_checkpoints” and “__MACOSX” as classes');
    expect(table(found.torchvision)).toContain('takes “@eaDir” for a class and raises FileNotFoundError');
    expect(table(found.keras)).toContain('counts “@eaDir” and “__MACOSX” as classes');
    expect(found.huggingface).toBeUndefined();
  });

  it('knows that loaders read images of a hidden folder inside a class', () => {
    const listing = { otherFiles: ['cat/.ipynb_checkpoints/1-checkpoint.jpg', 'cat/.cache/'], emptyClasses: [] };
    const found = about({ listing });
    expect(Object.keys(found)).toEqual(['keras', 'torchvision']);
    expect(found.keras!.title).toContain('also reads the images in “.ipynb_checkpoints” inside the class folders');
    expect(found.torchvision!.evidence.tables?.[0]?.rows).toHaveLength(1);
  });

  it('takes the folders beside the classes of a split for classes, and those beside the splits not', () => {
    const images = classes({ cat: 5, dog: 5 }, 0, () => ({ split: 'train' }));
    const listing = { otherFiles: ['train/__MACOSX/._1.jpg'], emptyClasses: [] };
    const layout = { kind: 'split-class-folders', sentence: '', table: null } as const;
    expect(table(about({ listing, layout }, images).keras)).toContain('counts “__MACOSX” as a class');
    const beside = about({ listing: { otherFiles: ['.cache/1.jpg'], emptyClasses: [] }, layout }, images);
    expect(table(beside.torchvision)).not.toContain('.cache');
  });

  it('knows that a metadata file makes only Hugging Face drop the folder labels', () => {
    const found = about({ listing: { otherFiles: ['train/metadata.csv'], emptyClasses: [] } });
    expect(Object.keys(found)).toEqual(['huggingface']);
    expect(found.huggingface).toMatchObject({ severity: 'warning' });
    expect(found.huggingface!.title).toContain('drops the folder labels because of train/metadata.csv');
  });

  it('knows that only Hugging Face reads labels from metadata files, and no loader those from other tables', () => {
    const layout = (name: string) => ({ kind: 'table', sentence: '', table: name }) as const;
    for (const name of ['*/metadata.jsonl', 'metadata.csv'])
      expect(Object.keys(about({ layout: layout(name) }))).toEqual(['keras', 'torchvision']);
    expect(Object.keys(about({ layout: layout('labels.csv') }))).toEqual(['keras', 'torchvision', 'huggingface']);
  });

  it('knows which loaders treat splits as classes, read hidden files as images, and name nested classes differently', () => {
    const split = about({}, [
      ...classes({ cat: 5, dog: 5 }, 0, () => ({ split: 'train' })),
      ...classes({ cat: 5, dog: 5 }, 20, () => ({ split: 'val' })),
    ]);
    expect(Object.keys(split)).toEqual(['keras', 'torchvision']);
    expect(split.keras).toMatchObject({ severity: 'info' });
    expect(split.keras!.title).toContain('uses the folders “train” and “val” as classes');
    const own = (path: (split: string, name: string, id: number) => string) =>
      about(
        {},
        ['train', 'test'].flatMap((set, k) =>
          classes({ cat: 5, dog: 5 }, 20 * k, (name, id) => ({ split: set, path: path(set, name, id) })),
        ),
      ).keras!.title;
    expect(own((set, name, id) => `${set === 'train' ? 'Training' : 'Testing'}/${name}/${id}.jpg`)).toContain(
      'uses the folders “Testing” and “Training” as classes',
    );
    expect(own((set, name, id) => `archive/${set}_set/${name}/${id}.jpg`)).toContain(
      'uses the folder “archive” as a class if you give it the whole folder',
    );
    expect(own((set, name, id) => `${name}/${set}/${id}.jpg`)).toContain(
      'reads the splits inside each class folder as one',
    );
    const byName = run(loaderMismatch, classes({ cat: 3, dog: 3 }), {
      layout: { kind: 'file-names', sentence: '', table: null },
    });
    expect(byName.map(({ title }) => title)).toEqual(
      Array.from({ length: 3 }, () => expect.stringContaining('does not read labels in file names') as string),
    );
    expect(
      about({ listing: { otherFiles: ['cat/._1.jpg', 'cat/.DS_Store'], emptyClasses: [] } }).torchvision!.title,
    ).toContain('reads 1 hidden file as images');
    const nested = about({}, classes({ 'pet/cat': 5, 'pet/dog': 5, car: 5 }));
    expect(nested.torchvision!.title).toContain('finds 2 classes instead of 3');
    expect(table(nested.huggingface)).toContain('“pet/cat” becomes “cat”');
    expect(nested.huggingface!.evidence.tables?.[0]?.rows.map(([what]) => what)).toContain(
      'drops the folder labels because files are at different depths',
    );
    expect(about({}, classes({ cat: 5 })).huggingface!.title).toContain('because all files have one label');
  });

  it('reports the number of a class if 10 is sorted before 2', () => {
    const found = about({}, classes({ 1: 5, 2: 5, 10: 5 }));
    expect(found.keras).toMatchObject({ severity: 'info' });
    expect(found.keras!.title).toContain('“10” is number 1 where you may expect “2”');
    expect(about({}, classes({ 0: 5, 1: 5, 2: 5 }))).toEqual({});
  });
});
