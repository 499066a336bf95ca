import { renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { localEngine } from '../../../src/engine/app/local-engine';
import { seededRandom } from '../../../src/core/statistics/random';
import { put, scratch } from '../support/indexed';
import { writeOnnx } from '../support/model-files';

const CLASSES = ['1 dark', '2 middle', '3 bright'];
const LEVELS = [30, 128, 225];
const SCRIPT = `import torch, torch.nn as nn
net = nn.Sequential(nn.Conv2d(3, 16, 3), nn.ReLU(), nn.Flatten(), nn.Linear(100, 3), nn.Softmax(dim=1))
loss_fn = nn.CrossEntropyLoss()
opt = torch.optim.Adam(net.parameters(), lr=0.1)
for epoch in range(2):
    for x, y in loader:
        opt.zero_grad()
        loss_fn(net(x), y).backward()
        opt.step()
`;

let box: ReturnType<typeof scratch>;
let set: string;
let engine: ReturnType<typeof localEngine>;
let dataset: string;
const paths: { path: string; label: number }[] = [];

const open = () => localEngine({ cache: join(box.folder, 'cache'), data: join(box.folder, 'data') });

async function flat(level: number, seed: number): Promise<Buffer> {
  const random = seededRandom(seed);
  const size = 20;
  return sharp(
    Buffer.from(Uint8Array.from({ length: size * size * 3 }, () => level + Math.floor(random() * 20) - 10)),
    { raw: { width: size, height: size, channels: 3 } },
  )
    .png()
    .toBuffer();
}

beforeAll(async () => {
  box = scratch();
  set = join(box.folder, 'set');
  for (let i = 0; i < 60; i++) {
    const label = i % 3;
    const path = `${i < 42 ? 'train' : 'test'}/${CLASSES[label]!}/${i}.png`;
    paths.push({ path, label });
    put(set, path, await flat(LEVELS[label]!, i + 1));
  }
  engine = open();
  ({ dataset } = await engine.client.call('dataset.open', { root: set }));
  await engine.client.runJob('jobs.index', { dataset });
});
afterAll(async () => {
  await engine.stop();
  box.remove();
});

const table = (predicted: (label: number, i: number) => string): string =>
  `path,predicted\n${paths.map(({ path, label }, i) => `${path},${predicted(label, i)}`).join('\n')}\n`;
const take = (text: string, name = 'mine.csv') => engine.client.call('diagnosis.import', { dataset, name, text });

describe('diagnosis of a table of predictions', () => {
  it('of several models needs a choice, and keeps one entry for each chosen model', async () => {
    const both = paths.map(({ path, label }) => `${path},${CLASSES[0]!},${CLASSES[label]!}`);
    const file = { dataset, name: 'all.csv', text: `path,pred_a,pred_b\n${both.join('\n')}\n` };
    await expect(engine.client.call('diagnosis.import', file)).rejects.toMatchObject({
      code: 'several-models',
      details: { models: 'pred_a\npred_b' },
    });
    const [a, b] = [
      await engine.client.call('diagnosis.import', { ...file, model: 'pred_a' }),
      await engine.client.call('diagnosis.import', { ...file, model: 'pred_b' }),
    ];
    expect([a.name, b.name]).toEqual(['all.csv · pred_a', 'all.csv · pred_b']);
    expect([a.verdict.kind, b.accuracy]).toEqual(['single-class', 1]);
    expect(a.id).not.toBe(b.id);
    await engine.client.call('diagnosis.remove', { dataset, id: a.id });
    await engine.client.call('diagnosis.remove', { dataset, id: b.id });
  });

  it('is computed for all images and by split, survives a restart, and can be removed', async () => {
    const kept = await take(
      table(() => CLASSES[2]!),
      'all-bright.csv',
    );
    expect(kept).toMatchObject({
      source: 'table',
      name: 'all-bright.csv',
      images: 60,
      stale: false,
      verdict: { kind: 'single-class' },
      accuracy: 1 / 3,
      missing: { count: 0 },
    });
    const half = await engine.client.call('diagnosis.get', {
      dataset,
      id: (await take(table((label, i) => CLASSES[i < 42 ? label : 0]!))).id,
      split: 'test',
    });
    expect(half.splits).toEqual([
      { name: 'train', images: 42 },
      { name: 'test', images: 18 },
    ]);
    expect(half.diagnosis.figures).toMatchObject({ images: 18, accuracy: { value: 1 / 3 } });
    expect(half.diagnosis.figures.confusion.map((row) => row[0])).toEqual([6, 6, 6]);
    expect(half.predictions.accuracy).toBe(0.8);
    const cell = { predictions: half.predictions.id, given: CLASSES[1]!, predicted: CLASSES[0]! };
    const inCell = await engine.client.call('images.list', {
      dataset,
      offset: 0,
      limit: 60,
      filter: { cell, splits: ['test'] },
      sort: { by: 'path', descending: false },
    });
    expect(inCell.total).toBe(6);
    expect(inCell.items.every(({ path }) => path.startsWith(`test/${CLASSES[1]!}/`))).toBe(true);
    await engine.stop();
    engine = open();
    expect((await engine.client.call('diagnosis.list', { dataset })).map((one) => one.name)).toEqual([
      'mine.csv',
      'all-bright.csv',
    ]);
    for (const id of [half.predictions.id, kept.id]) await engine.client.call('diagnosis.remove', { dataset, id });
    expect(await engine.client.call('diagnosis.list', { dataset })).toEqual([]);
    await expect(engine.client.call('diagnosis.get', { dataset, id: kept.id, split: null })).rejects.toMatchObject({
      code: 'not-found',
    });
  });

  it('is listed once for the same file, and separately for another file of the same name with other predictions', async () => {
    const text = table(() => CLASSES[2]!);
    const first = await take(text);
    const again = await take(text);
    expect(again.id).toBe(first.id);
    expect(again.at).toBeGreaterThanOrEqual(first.at);
    expect(await engine.client.call('diagnosis.list', { dataset })).toHaveLength(1);
    const other = await take(table(() => CLASSES[1]!));
    const list = await engine.client.call('diagnosis.list', { dataset });
    expect(list.map((one) => one.id).toSorted()).toEqual([first.id, other.id].toSorted());
    expect(list.map((one) => one.images)).toEqual([60, 60]);
    for (const { id } of list) await engine.client.call('diagnosis.remove', { dataset, id });
  });

  it('recognizes logits, and reports missing and unknown images', async () => {
    const logits = `file,${CLASSES.join(',')}\n${paths
      .slice(0, 30)
      .map(({ path, label }) => `/elsewhere/${path},${[0, 1, 2].map((k) => (k === label ? 7 : -3)).join(',')}`)
      .join('\n')}\nnone.png,1,2,3\n`;
    const kept = await take(logits, 'logits.csv');
    expect(kept).toMatchObject({
      images: 30,
      accuracy: 1,
      unmatched: { count: 1, paths: ['none.png'] },
      missing: { count: 30 },
    });
    expect(kept.missing.paths).toContain(paths[59]!.path);
    expect(kept.notes.join(' ')).toContain('read as logits');
    expect(kept.notes.join(' ')).toContain('30 of the 60 images have no prediction');
    await engine.client.call('diagnosis.remove', { dataset, id: kept.id });
  });

  it.each([
    ['a table without a column for the image', 'a,b\n1,2\n', 'no column that names the image'],
    [
      'a table without a column of predictions',
      'path,when\ntrain/1 dark/0.png,1\n',
      'neither a column “predicted” nor',
    ],
    [
      'labels that are not classes',
      'path,predicted\ntrain/1 dark/0.png,zebra\n',
      'None of the predicted labels is a class of this data set: the table predicts “zebra”, the classes are “',
    ],
    ['paths of another data set', 'path,predicted\nx/y.png,1 dark\n', 'The only row matches no image'],
    ['only NaN values', `path,${CLASSES.join(',')}\ntrain/1 dark/0.png,nan,nan,nan\n`, 'NaN'],
    ['binary data', 'PK\u0003\u0004\0\0\n', 'binary data'],
    ['an empty file', '', 'no rows'],
  ])('refuses %s with one sentence and keeps nothing', async (_, text, words) => {
    const failure = await take(text).catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: 'bad-predictions' });
    expect((failure as Error).message).toContain(words);
    expect((failure as Error).message).not.toContain('\n');
    expect(await engine.client.call('diagnosis.list', { dataset })).toEqual([]);
  });
});

describe('diagnosis with a user’s model', () => {
  it('runs it on every image, stores its predictions, and warns if another scaling does better', async () => {
    const file = join(box.folder, 'net.onnx');
    writeOnnx(file);
    const { model, name } = await engine.client.call('diagnosis.model', { dataset, path: file });
    expect(name).toBe('net.onnx');
    const stages = new Set<string>();
    const { id } = await engine.client.runJob(
      'jobs.diagnose',
      { dataset, model, preprocessing: { scaling: 'raw', order: 'rgb' }, side: null },
      { status: ({ progress }) => progress && stages.add(progress.stage) },
    );
    expect(stages).toContain('predict');
    const wrong = await engine.client.call('diagnosis.get', { dataset, id, split: null });
    expect(wrong.diagnosis.verdict.kind).toBe('single-class');
    expect(wrong.diagnosis.figures.probabilities).not.toBeNull();
    expect(wrong.predictions.model).toMatchObject({
      chosen: 'given',
      preprocessing: { scaling: 'raw' },
      shape: { kind: 'onnx', width: 8 },
      trialImages: 60,
    });
    expect(wrong.predictions.model?.warning).toContain('with input “0 to 1” on 100 %');
    const [best] = wrong.predictions.model!.trials.toSorted((a, b) => b.accuracy - a.accuracy);
    const right = await engine.client.runJob('jobs.diagnose', {
      dataset,
      model,
      preprocessing: best!.preprocessing,
      side: null,
    });
    expect(
      (await engine.client.call('diagnosis.get', { dataset, id: right.id, split: null })).predictions,
    ).toMatchObject({ accuracy: 1, model: { warning: null } });
  });

  it('says which image has disappeared since the index was built', async () => {
    writeOnnx(join(box.folder, 'again.onnx'));
    const { model } = await engine.client.call('diagnosis.model', { dataset, path: join(box.folder, 'again.onnx') });
    const file = join(set, paths[5]!.path);
    renameSync(file, `${file}.gone`);
    await expect(
      engine.client.runJob('jobs.diagnose', { dataset, model, preprocessing: null, side: null }),
    ).rejects.toMatchObject({ code: 'source-changed', details: { file } });
    renameSync(`${file}.gone`, file);
  });

  it('refuses files that are not models, broken models, models of other classes, and an unknown token', async () => {
    await expect(
      engine.client.call('diagnosis.model', { dataset, path: join(box.folder, 'none.onnx') }),
    ).rejects.toMatchObject({ code: 'bad-model' });
    writeFileSync(join(box.folder, 'broken.onnx'), 'not a model');
    writeOnnx(join(box.folder, 'two.onnx'), 2);
    for (const [file, words] of [
      ['broken.onnx', 'cannot be loaded'],
      ['two.onnx', 'outputs 2 numbers'],
    ] as const) {
      const { model } = await engine.client.call('diagnosis.model', { dataset, path: join(box.folder, file) });
      const failure = await engine.client
        .runJob('jobs.diagnose', { dataset, model, preprocessing: null, side: null })
        .catch((error: unknown) => error);
      expect(failure).toMatchObject({ code: 'bad-model' });
      expect((failure as Error).message).toContain(words);
    }
    await expect(
      engine.client.runJob('jobs.diagnose', { dataset, model: 'f'.repeat(32), preprocessing: null, side: null }),
    ).rejects.toMatchObject({ code: 'not-found' });
  });
});

describe('the recipe', () => {
  it('is the sound recipe with every value assumed until a recipe is stored', async () => {
    const { reading, at, differences, sound } = await engine.client.call('recipe.get', { dataset });
    expect({ at, recipe: reading.recipe }).toEqual({ at: null, recipe: sound });
    expect(new Set(Object.values(reading.sources).map((source) => source.how))).toEqual(new Set(['assumed']));
    expect(differences.filter((one) => one.id !== 'duplicates')).toEqual([]);
  });

  it('is read from a script with its lines and warnings, and stored with the script for the next start', async () => {
    const view = await engine.client.call('recipe.readScript', { dataset, name: 'train.py', text: SCRIPT });
    expect(view.reading.sources.learningRate).toMatchObject({ how: 'read', line: 4 });
    expect(view.warnings.map((one) => one.rule)).toContain('double-activation');
    expect(view.differences.find((one) => one.id === 'learning-rate')).toMatchObject({
      user: '0.1 with Adam',
      line: 4,
    });
    expect((await engine.client.call('recipe.get', { dataset })).at).toBeNull();
    await engine.client.call('recipe.set', {
      dataset,
      reading: view.reading,
      script: { name: 'train.py', text: SCRIPT },
    });
    await engine.stop();
    engine = open();
    const stored = await engine.client.call('recipe.get', { dataset });
    expect(stored.reading).toEqual(view.reading);
    expect(stored.script).toEqual({ name: 'train.py', text: SCRIPT });
    const { text } = await engine.client.call('recipe.export', { dataset, reading: stored.reading });
    expect((await engine.client.call('recipe.readFile', { dataset, text })).reading.recipe).toEqual(
      view.reading.recipe,
    );
  });

  it('refuses a script that cannot be parsed, a script that trains nothing, and a recipe with a wrong value', async () => {
    const script = (text: string) => engine.client.call('recipe.readScript', { dataset, name: 'train.py', text });
    await expect(script('import torch\nfor x in (:\n')).rejects.toMatchObject({
      code: 'bad-script',
      message: 'The script is not valid Python: line 2 cannot be parsed.',
    });
    await expect(script(`x = ${'1+'.repeat(100_000)}1\n`)).rejects.toMatchObject({
      code: 'bad-script',
      message: expect.stringContaining('nested too deeply') as string,
    });
    await expect(script('print("hello")\n')).rejects.toMatchObject({ code: 'bad-script' });
    const file = (text: string) => engine.client.call('recipe.readFile', { dataset, text });
    await expect(file('{"learningRate": -1}')).rejects.toMatchObject({ code: 'bad-recipe' });
    await expect(file('{"learningrate": 1}')).rejects.toMatchObject({ code: 'bad-recipe' });
    await expect(file('learningRate: 1')).rejects.toMatchObject({ code: 'bad-recipe' });
  });
});

describe('the checklist and the report', () => {
  it('compare the recipe, the predictions and the findings with each other', async () => {
    const list = await engine.client.call('checklist.get', { dataset });
    expect(list.map((item) => item.id)).toEqual([
      'data',
      'augmentation',
      'imbalance',
      'architecture',
      'learning-rate',
      'validation',
    ]);
    expect(list.find((item) => item.id === 'architecture')).toMatchObject({
      verdict: 'problem',
      evidence: [{ shownBy: { kind: 'rule', key: 'double-activation' } }],
    });
    expect(list.find((item) => item.id === 'learning-rate')).toMatchObject({ verdict: 'problem' });
    const report = await engine.client.call('report.get', { dataset, timings: {} });
    expect(report.checklist).toEqual(list);
    expect(report.predictions?.map((one) => one.verdict)).toEqual(['learns', 'single-class']);
    expect(report.lab).toBeNull();
    const { html } = await engine.client.call('report.html', { dataset, timings: {} });
    expect(html).toContain('id="checklist"');
    expect(html).toContain('net.onnx');
  });
});
