/** The user's own predictions as the judge of labels, on a made set with planted wrong labels. */
import { parquetWriteBuffer } from 'hyparquet-writer';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { EngineApi } from '../../../src/contract/api';
import type { Client } from '../../../src/contract/rpc/client';
import { gaussian, seededRandom } from '../../../src/core/statistics/random';
import { localEngine } from '../../../src/engine/app/local-engine';
import { picture, put, scratch } from '../support/indexed';
import { npy } from '../support/npy';

const CLASSES = ['ant', 'bee', 'cat', 'dog'];
const EACH = 100;
const place = scratch();
const root = join(place.folder, 'set');
const paths: string[] = [];
const given: number[] = [];
const wrong = new Set<string>();
let honest: number[][];
let client: Client<EngineApi>;
let dataset: string;
let stop: () => Promise<void>;

const file = (name: string, content: string | Uint8Array): string => {
  const path = join(place.folder, name);
  writeFileSync(path, content);
  return path;
};
const csv = (rows: readonly (readonly number[])[], count = paths.length): string =>
  [['path', ...CLASSES].join(','), ...paths.slice(0, count).map((path, i) => [path, ...rows[i]!].join(','))].join('\n');
const importing = async (path: string, names: string | null = null, classes: string | null = null) =>
  client.call('diagnosis.importFile', { dataset, path, names, classes });
const judge = (predictions: string) => client.runJob('jobs.probe', { dataset, probe: 'predictions', predictions });
const reported = async () => (await client.call('report.get', { dataset, timings: {} })).labels;
let honestly: ReturnType<typeof reported> | undefined;
/** What is reported where `honest` judges. It judges once. */
const judgedByHonest = (): ReturnType<typeof reported> =>
  (honestly ??= importing(file('honest.csv', csv(honest)))
    .then(({ id }) => judge(id))
    .then(reported));

/** P(given label | image) of a well-calibrated model of overlapping classes that learned 8 % wrong labels too. */
function outOfSample(truth: readonly number[]): number[][] {
  const random = seededRandom(3);
  return truth.map((own) => {
    const scores = CLASSES.map((_, k) => Math.exp(3 * ((k === own ? 3 : 0) + gaussian(random))));
    const sum = scores.reduce((total, score) => total + score, 0);
    return scores.map((score) => 0.92 * (score / sum) + (0.08 / (CLASSES.length - 1)) * (1 - score / sum));
  });
}

beforeAll(async () => {
  const random = seededRandom(1);
  const images = await Promise.all(
    Array.from({ length: CLASSES.length * EACH }, async (_, i) => {
      const own = i % CLASSES.length;
      const label = random() < 0.08 ? (own + 1 + Math.floor(random() * 3)) % CLASSES.length : own;
      return { own, label, path: `${CLASSES[label]!}/${i}.png`, data: await picture(i + 1, 16) };
    }),
  );
  for (const { own, label, path, data } of images) {
    put(root, path, data);
    paths.push(path);
    given.push(label);
    if (own !== label) wrong.add(path);
  }
  honest = outOfSample(images.map(({ own }) => own));
  ({ client, stop } = localEngine({ cache: join(place.folder, 'cache'), data: join(place.folder, 'data') }));
  ({ dataset } = await client.call('dataset.open', { root }));
  await client.runJob('jobs.index', { dataset });
});
afterAll(async () => {
  await stop();
  place.remove();
});

describe('predictions of the user', () => {
  it('flag most planted wrong labels and few others, without any training', async () => {
    const { id, notes } = await importing(file('honest.csv', csv(honest)));
    expect(notes).toEqual([]);
    await judge(id);
    const labels = await reported();
    expect(labels).toMatchObject({ probe: 'predictions', withheld: null });
    const flagged = labels!.images.filter(({ issue }) => issue).map(({ path }) => path);
    const found = flagged.filter((path) => wrong.has(path)).length;
    expect(wrong.size).toBeGreaterThan(20);
    expect(found / wrong.size).toBeGreaterThan(0.8);
    expect(found / flagged.length).toBeGreaterThan(0.8);
    const { items } = await client.call('labels.list', { dataset, filter: { threshold: 0.5 }, offset: 0, limit: 5 });
    expect(items.map(({ probed }) => probed.map(({ kind }) => kind))).toEqual(items.map(() => ['predictions']));
    expect(items.every(({ probed }) => probed[0]!.suggested > probed[0]!.given)).toBe(true);
    const confusion = await client.call('labels.confusion', { dataset, probe: 'predictions' });
    expect(confusion.cells.reduce((sum, { count }) => sum + count, 0)).toBe(paths.length);
  });

  it.each([
    ['too sure', 4],
    ['not sure enough', 0.4],
  ])('that are %s flag the same labels, or one or two others', async (_, power) => {
    const flaggedIn = (labels: Awaited<ReturnType<typeof reported>>) =>
      labels!.images.filter(({ issue }) => issue).map(({ path }) => path);
    const before = flaggedIn(await judgedByHonest());
    const bent = honest.map((row) => {
      const raised = row.map((p) => p ** power);
      const sum = raised.reduce((total, p) => total + p, 0);
      return raised.map((p) => p / sum);
    });
    await judge((await importing(file('bent.csv', csv(bent)))).id);
    const after = flaggedIn(await reported());
    const differing = [
      ...after.filter((path) => !before.includes(path)),
      ...before.filter((path) => !after.includes(path)),
    ];
    expect(differing.length).toBeLessThanOrEqual(2);
  });

  it('are the same from .npy with names, in any order of classes, and from Parquet', async () => {
    const before = await judgedByHonest();
    const names = file('names.txt', `${paths.join('\n')}\n`);
    const turned = honest.map((row) => row.toReversed());
    const classes = file('classes.txt', CLASSES.toReversed().join('\r\n'));
    const parquet = parquetWriteBuffer({
      columnData: [
        { name: '__index_level_0__', data: paths },
        ...CLASSES.map((name, k) => ({ name, data: honest.map((row) => row[k]!), type: 'DOUBLE' as const })),
      ],
    });
    for (const { id } of [
      await importing(file('sorted.npy', npy(honest, { type: '<f8' })), names),
      await importing(file('turned.npy', npy(turned, { type: '<f8' })), names, classes),
      await importing(file('honest.parquet', new Uint8Array(parquet))),
    ]) {
      await judge(id);
      const after = await reported();
      expect(after?.withheld).toBeNull();
      expect(after?.images.length).toBe(400);
      expect(after?.images).toEqual(before?.images);
    }
  });

  it('judge only the images that they predict, and say which are missing', async () => {
    const { id, notes, missing } = await importing(file('part.csv', `${csv(honest, 300)}\nant/gone.png,1,0,0,0`));
    expect(notes).toEqual([
      '1 row matches no image of this data set, for example “ant/gone.png”; it is left out.',
      '100 of the 400 images have no prediction; the figures are for the other 300.',
    ]);
    expect(missing.count).toBe(100);
    await judge(id);
    const labels = await reported();
    expect(labels!.images.every(({ path }) => paths.indexOf(path) < 300)).toBe(true);
  });

  it.each([
    ['short.npy', npy([[1, 0, 0, 0]]), '“short.npy” has 1 rows but “names.txt” has 400 lines'],
    ['broken.npy', 'no array', '“broken.npy” cannot be read: it is not a .npy file.'],
    ['broken.parquet', 'no table', '“broken.parquet” cannot be read as Parquet'],
    ['some.csv', 'path,ant,bee\nant/0.png,1,0', 'none for “cat” and “dog”'],
  ])('in the file %s are refused with what is wrong', async (name, content, sentence) => {
    const names = name.endsWith('.npy') ? file('names.txt', paths.join('\n')) : null;
    await expect(importing(file(name, content), names)).rejects.toThrow(sentence);
  });

  it('in a .npy file are refused if columns, classes or names do not fit', async () => {
    const names = file('names.txt', paths.join('\n'));
    const three = file('three.npy', npy(honest.map((row) => row.slice(1))));
    await expect(importing(three, names)).rejects.toThrow(
      '“three.npy” has 3 columns but the data set has 4 classes (“ant”, “bee”, “cat” and 1 more)',
    );
    await expect(importing(three)).rejects.toThrow('give --names a file with one relative path per line');
    const whole = file('whole.npy', npy(honest));
    await expect(importing(whole, names, file('foreign.txt', 'ant\nbee\ncat\nwolf'))).rejects.toThrow(
      '“foreign.txt” names “wolf”, which the data set does not have',
    );
  });

  it('cannot judge labels if they have no probabilities, or are older than the labels', async () => {
    const rows = paths.map((path) => `${path},ant`);
    const { id } = await importing(file('labels.csv', ['path,predicted', ...rows].join('\n')));
    await expect(judge(id)).rejects.toThrow(
      '“labels.csv” has only predicted labels: to judge labels, write one probability for each class in every row.',
    );
    await expect(judge('0'.repeat(32))).rejects.toThrow('These predictions no longer exist');
  });

  it('are refused if they fit the given labels as a model fits its training images', async () => {
    // Nothing was compared before: the instant probe runs first. The images are noise, so that it is at chance.
    const fitted = given.map((label) => CLASSES.map((_, k) => (k === label ? 0.85 : 0.05)));
    const { id } = await importing(file('fitted.csv', csv(fitted)));
    await expect(judge(id)).rejects.toThrow(
      'The predictions match 100.0 % of the given labels, but the instant probe, which predicts each image without',
    );
    expect((await reported())?.probe).toBe('instant');
  });

  it('flag nothing if they are as wrong where they are surest, and say so', async () => {
    const random = seededRandom(8);
    const sure = given.map((label) => {
      const seen = random() < 0.14 ? (label + 1 + Math.floor(random() * 3)) % CLASSES.length : label;
      return CLASSES.map((_, k) => (k === seen ? 0.97 : 0.01));
    });
    await judge((await importing(file('sure.csv', csv(sure)))).id);
    const labels = await reported();
    expect(labels!.images.filter(({ issue }) => issue)).toEqual([]);
    expect(labels!.skill.sentence).toContain('they contradict labels as often where they are surest as elsewhere');
    // No trained probe has learned anything from these images, which are noise.
    expect(labels!.skill.sentence).not.toContain('except for');
    const { runs } = await client.call('labels.summary', { dataset });
    expect(runs.map(({ kind }) => kind).toSorted()).toEqual(['instant', 'predictions']);
  });

  it('judge alone until a trained probe runs again', async () => {
    const kinds = async () => {
      const { items } = await client.call('labels.list', { dataset, filter: { threshold: 0 }, offset: 0, limit: 1 });
      return items[0]?.probed.map(({ kind }) => kind);
    };
    await client.runJob('jobs.probe', { dataset, probe: 'instant' });
    await judge((await importing(file('honest.csv', csv(honest)))).id);
    expect(await kinds()).toEqual(['predictions']);
    expect((await client.call('labels.summary', { dataset })).runs).toHaveLength(2);
    await client.runJob('jobs.probe', { dataset, probe: 'instant' });
    expect((await reported())?.probe).toBe('instant');
    // The images are noise, of which a trained probe learns nothing.
    expect((await reported())?.withheld).toContain('cannot judge labels');
  });

  it('of the classes of the folder are those of the merged classes, also if they were imported before', async () => {
    const of = async (id: string) => (await client.call('diagnosis.get', { dataset, id, split: null })).diagnosis;
    const before = await importing(file('before.csv', csv(honest)));
    const apart = await of(before.id);
    await client.call('review.renameClasses', { dataset, from: ['ant'], to: 'bee' });
    const merged = await of(before.id);
    expect(merged.figures.perClass.map(({ name, labels }) => [name, labels])).toEqual([
      ['bee', given.filter((k) => k < 2).length],
      ['cat', given.filter((k) => k === 2).length],
      ['dog', given.filter((k) => k === 3).length],
    ]);
    // Every confusion of ants and bees is right now, and nothing else is.
    const cells = apart.figures.confusion;
    const [ant, bee] = [cells[0]![1]!, cells[1]![0]!];
    const right = Math.round(apart.figures.accuracy.value * given.length);
    expect(Math.round(merged.figures.accuracy.value * given.length)).toBe(right + ant + bee);

    const { id, images } = await importing(file('after.csv', csv(honest)));
    expect(images).toBe(given.length);
    await judge(id);
    const labels = await reported();
    expect(labels!.images.filter(({ given: one, suggested }) => one === 'ant' || suggested === 'ant')).toEqual([]);
    const flagged = labels!.images.filter(({ issue }) => issue).map(({ path }) => path);
    expect(flagged.length).toBeGreaterThan(5);
    expect(flagged.filter((path) => wrong.has(path)).length / flagged.length).toBeGreaterThan(0.7);
    await client.call('review.undo', { dataset });
    expect((await of(before.id)).figures.accuracy).toEqual(apart.figures.accuracy);
  });
});
