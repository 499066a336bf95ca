import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { applyPatch } from 'diff';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DIAGNOSIS_SCHEMA, diagnosedSchema, LAB_SCHEMA, storedLabSchema } from '../../../src/contract/model/collapse';
import { seededRandom } from '../../../src/core/statistics/random';
import { put, scratch } from '../support/indexed';
import { npy } from '../support/npy';
import { writeOnnx } from '../support/model-files';
import { snapshot } from '../support/snapshot';
import { plumbline } from '../support/command';

const CLASSES = ['1 dark', '2 middle', '3 bright'];
let box: ReturnType<typeof scratch>;
let set: string;
const run = (...args: readonly string[]) =>
  plumbline(box.folder, ...args.map((argument) => argument.replace('DIR', set).replace('BOX', box.folder)));
const write = (name: string, text: string) => writeFileSync(join(box.folder, name), text);
const paths: string[] = [];

beforeAll(async () => {
  box = scratch();
  set = join(box.folder, 'set');
  for (let i = 0; i < 36; i++) {
    const level = [30, 128, 225][i % 3]!;
    const path = `${i < 24 ? 'train' : 'test'}/${CLASSES[i % 3]!}/${i}.png`;
    paths.push(path);
    const random = seededRandom(i + 1);
    const data = Buffer.from(Uint8Array.from({ length: 16 * 12 * 3 }, () => level + Math.floor(random() * 24) - 12));
    put(
      set,
      path,
      await sharp(data, { raw: { width: 16, height: 12, channels: 3 } })
        .png()
        .toBuffer(),
    );
  }
  write('one.csv', `path,predicted\n${paths.map((path) => `${path},3 bright`).join('\n')}\n`);
  write(
    'half.csv',
    `path,predicted\n${paths
      .slice(0, 18)
      .map((path) => `${path},${path.split('/')[1]!}`)
      .join('\n')}\n`,
  );
  write('zebra.csv', `path,predicted\n${paths.map((path) => `${path},zebra`).join('\n')}\n`);
  write('columns.csv', 'a,b\n1,2\n');
  write('nan.csv', `path,${CLASSES.join(',')}\n${paths[0]!},nan,nan,nan\n`);
  write('broken.onnx', 'no model');
  write('broken.py', 'import torch\nclass (:\n');
  write('bad.json', '{ "learningRate": "fast" }');
  write(
    'train.py',
    'from tensorflow import keras\nmodel = keras.Sequential([keras.layers.Flatten(), keras.layers.Dense(3, activation="softmax")])\nmodel.compile(optimizer=keras.optimizers.SGD(5.0), loss="categorical_crossentropy")\nmodel.fit(x, y, epochs=1, batch_size=8)\n',
  );
  writeOnnx(join(box.folder, 'net.onnx'));
  writeOnnx(join(box.folder, 'two.onnx'), 2);
});
afterAll(() => box.remove());

describe('plumbline diagnose with .npy', () => {
  it('takes the images of the rows from --names, and refuses a file without them', async () => {
    const rows = paths.map((path) => CLASSES.map((name) => Number(path.includes(name))));
    writeFileSync(join(box.folder, 'p.npy'), npy(rows));
    write('names.txt', `${paths.join('\n')}\n`);
    const named = await run('diagnose', 'DIR', '--predictions', 'BOX/p.npy', '--names', 'BOX/names.txt');
    expect(named.out).toContain('p.npy: 36 images');
    const bare = await run('diagnose', 'DIR', '--predictions', 'BOX/p.npy');
    expect([bare.code, bare.err]).toEqual([2, expect.stringContaining('give --names')]);
  });

  it.each([
    ['blanks', (row: number[]) => row.map((value) => value.toExponential(18)).join(' ')],
    ['commas', (row: number[]) => row.join(',')],
    ['the numbers of the classes', (row: number[]) => String(row.indexOf(1))],
  ])('takes them for a text of numbers too, with %s', async (_, line) => {
    const rows = paths.map((path) => CLASSES.map((name) => Number(path.includes(name))));
    write('p.txt', `# saved\n${rows.map(line).join('\n')}\n`);
    write('names.txt', `${paths.join('\n')}\n`);
    const named = await run('diagnose', 'DIR', '--predictions', 'BOX/p.txt', '--names', 'BOX/names.txt');
    expect(named.out).toMatch(/\nAccuracy +100/);
  });
});

describe('plumbline diagnose', () => {
  it('indexes, judges a table, prints the verdict before the figures, and does not change the folder', async () => {
    const before = snapshot(set);
    const { code, out, err } = await run('diagnose', 'DIR', '--predictions', 'BOX/one.csv', '--json', 'BOX/one.json');
    expect(code).toBe(0);
    expect(err).toContain('Measuring images');
    expect(out).toMatch(/^one\.csv: 36 images\nVerdict: One class for everything\. Collapsed to one class: 100 %/);
    expect(out).toMatch(/Balanced accuracy {3}33\.3 %/);
    expect(out).toContain('By split: --split train | test');
    const json = JSON.parse(readFileSync(join(box.folder, 'one.json'), 'utf8')) as { schema: string };
    expect(json.schema).toBe(DIAGNOSIS_SCHEMA);
    expect(diagnosedSchema.parse(json).diagnosis.figures.confusion[0]).toEqual([0, 0, 12]);
    expect(snapshot(set)).toEqual(before);
  });

  it('judges the predictions that exist if half of the images are missing, and one split on request', async () => {
    const half = await run('diagnose', 'DIR', '--predictions', 'BOX/half.csv');
    expect(half.out).toContain('18 of the 36 images have no prediction');
    expect(half.out).toContain('Images without a prediction: 18');
    const test = await run('diagnose', 'DIR', '--predictions', 'BOX/one.csv', '--split', 'test', '--json', '-');
    expect(diagnosedSchema.parse(JSON.parse(test.out)).diagnosis.figures.images).toBe(12);
  });

  it('runs a model with the requested scaling, or with the one that does best', async () => {
    const wrong = await run('diagnose', 'DIR', '--model', 'BOX/net.onnx', '--preset', 'raw');
    expect(wrong).toMatchObject({ code: 0 });
    expect(wrong.out).toContain('Verdict: One class for everything');
    expect(wrong.out).toContain('It was probably trained with the second');
    expect((await run('diagnose', 'DIR', '--model', 'BOX/net.onnx')).out).toContain('Verdict: It learns');
  });

  it.each([
    [['--predictions', 'BOX/none.csv'], 'cannot be read'],
    [['--predictions', 'BOX/columns.csv'], 'no column that names the image'],
    [
      ['--predictions', 'BOX/zebra.csv'],
      'None of the predicted labels is a class of this data set: the table predicts “zebra”, the classes are “',
    ],
    [['--predictions', 'BOX/nan.csv'], 'NaN'],
    [
      ['--predictions', 'BOX/one.csv', '--split', 'exam'],
      'No predicted image is in a split “exam”; there are “train” and “test”.',
    ],
    [['--model', 'BOX/none.onnx'], 'There is no model at'],
    [['--model', 'BOX/broken.onnx'], 'The ONNX file cannot be loaded'],
    [['--model', 'BOX/two.onnx'], 'The model outputs 2 numbers for an image, but the data set has 3 classes'],
  ])('exits with 3 and one sentence for %j', async (args, words) => {
    const { code, out, err } = await run('diagnose', 'DIR', ...args);
    expect({ code, out }).toEqual({ code: 3, out: '' });
    expect(err.trimEnd().split('\n').at(-1)).toMatch(/^plumbline: /);
    expect(err).toContain(words);
  });
});

describe('plumbline remedy', () => {
  it('changes the script, as text, as a patch and as a new file, and leaves the script as it is', async () => {
    const before = readFileSync(join(box.folder, 'train.py'), 'utf8');
    const { code, out } = await run(
      'remedy',
      'DIR',
      '--script',
      'BOX/train.py',
      '--patch',
      'BOX/p',
      '--out',
      'BOX/new.py',
    );
    expect(code).toBe(0);
    expect(out).toContain('line 3: A learning rate of 5 ');
    const made = readFileSync(join(box.folder, 'new.py'), 'utf8');
    expect(made).toContain('keras.optimizers.SGD(0.1)');
    const patch = readFileSync(join(box.folder, 'p'), 'utf8');
    expect(applyPatch(before, patch)).toBe(made);
    expect(readFileSync(join(box.folder, 'train.py'), 'utf8')).toBe(before);
    const again = await run('remedy', 'DIR', '--script', 'BOX/new.py', '--patch', '-');
    expect(again).toMatchObject({ code: 0, out: '' });
  });

  it('exits with 3 and one sentence for a script that is not Python', async () => {
    const { code, out, err } = await run('remedy', 'DIR', '--script', 'BOX/broken.py');
    expect({ code, out }).toEqual({ code: 3, out: '' });
    expect(err).toContain('The script is not valid Python: line 2 cannot be parsed.');
  });
});

describe('plumbline lab', () => {
  it('reads a script with its lines, says what is wrong before training, and ends within its time', async () => {
    const { code, out, err } = await run(
      'lab',
      'DIR',
      '--script',
      'BOX/train.py',
      '--budget',
      '1',
      '--json',
      'BOX/lab.json',
    );
    expect({ code, err }).toMatchObject({ code: 0, err: expect.stringContaining('read from Keras') as string });
    expect(err).toMatch(/\(line 3\): A learning rate of 5 /);
    expect(out).toMatch(/^(Your recipe learns too little; the time|The time) ran out before /);
    const json = JSON.parse(readFileSync(join(box.folder, 'lab.json'), 'utf8')) as { schema: string };
    expect(json.schema).toBe(LAB_SCHEMA);
    const lab = storedLabSchema.parse(json);
    expect(lab.result.outcome).toBe('out-of-time');
    expect(lab.reading.sources.learningRate).toMatchObject({ how: 'read', line: 3 });
  });

  it.each([
    [['--script', 'BOX/broken.py'], 'The script is not valid Python: line 2 cannot be parsed.'],
    [['--recipe', 'BOX/bad.json'], '“learningRate” in the recipe cannot be read'],
    [['--recipe', 'BOX/train.py'], 'The recipe is not valid JSON'],
    [['--recipe', 'BOX/none.json'], 'cannot be read'],
  ])('exits with 3 and one sentence for %j', async (args, words) => {
    const { code, out, err } = await run('lab', 'DIR', ...args);
    expect({ code, out }).toEqual({ code: 3, out: '' });
    expect(err).toContain(`plumbline: `);
    expect(err).toContain(words);
    expect(err.trimEnd().split('\n')).toHaveLength(1);
  });
});

it.each([
  [['diagnose', 'DIR'], 'give --predictions or --model'],
  [['diagnose', 'DIR', '--predictions', 'x', '--model', 'y'], 'cannot be used with'],
  [['diagnose', 'DIR', '--model', 'y', '--preset', 'odd'], 'Allowed choices'],
  [['diagnose', 'DIR', '--model', 'y', '--bgr'], '--bgr needs --preset'],
  [['diagnose', 'DIR', '--model', 'y', '--side', '3'], '8 to 2048'],
  [['diagnose', 'DIR', '--predictions', 'x', '--json', 'DIR/out.json'], 'cannot be written into'],
  [['lab', 'DIR', '--budget', 'soon'], 'quick, normal, long, or 1 to 86400 seconds'],
  [['lab', 'DIR', '--recipe', 'a', '--script', 'b'], 'cannot be used with'],
])('exits with 2 for %j', async (args, words) => {
  const { code, out, err } = await run(...args);
  expect({ code, out }).toEqual({ code: 2, out: '' });
  expect(err).toContain(words);
});
