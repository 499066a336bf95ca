/** Labels judged on the command line by the user's own predictions or embedding. The images are noise. */
import { parquetWriteBuffer } from 'hyparquet-writer';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { reportSchema } from '../../../src/contract/model/report';
import { gaussian, seededRandom } from '../../../src/core/statistics/random';
import { plumbline } from '../support/command';
import { picture, put, scratch } from '../support/indexed';
import { npy } from '../support/npy';

const CLASSES = ['ant', 'bee', 'cat'];
const box = scratch();
const set = join(box.folder, 'set');
const run = (...args: readonly string[]) => plumbline(box.folder, 'audit', set, ...args);
const file = (name: string, content: string | Uint8Array): string => {
  const path = join(box.folder, name);
  writeFileSync(path, content);
  return path;
};
const table = (paths: readonly string[], rows: readonly (readonly number[])[]): string =>
  [['path', ...CLASSES].join(','), ...paths.map((path, i) => [path, ...rows[i]!].join(','))].join('\n');

const paths: string[] = [];
const wrong = new Set<string>();
const honest: number[][] = [];
const fitted: number[][] = [];
/** Eight numbers, in which the classes are far apart. */
const embedding: number[][] = [];

beforeAll(async () => {
  const random = seededRandom(5);
  for (let i = 0; i < 240; i++) {
    const own = i % CLASSES.length;
    const label = i % 13 === 0 ? (own + 1) % CLASSES.length : own;
    const path = `${CLASSES[label]!}/${i}.png`;
    put(set, path, await picture(i + 1, 16));
    paths.push(path);
    if (label !== own) wrong.add(path);
    const scores = CLASSES.map((_, k) => Math.exp(3 * (k === own ? 3 : 0) + 3 * gaussian(random)));
    const sum = scores.reduce((total, score) => total + score, 0);
    honest.push(scores.map((score) => 0.9 * (score / sum) + 0.1 / 3));
    embedding.push(Array.from({ length: 8 }, (_, k) => (k === own ? 6 : 0) + gaussian(random)));
    fitted.push(CLASSES.map((_, k) => (k === label ? 0.998 : 0.001)));
  }
});
afterAll(() => box.remove());

describe('plumbline audit --predictions', () => {
  it('judges labels by them, and names them in the report', async () => {
    const mine = file('mine.csv', table([...paths, 'ant/gone.png'], [...honest, [1, 0, 0]]));
    const json = join(box.folder, 'report.json');
    const html = join(box.folder, 'report.html');
    const { code, out, err } = await run('--predictions', mine, '--out-of-sample', '--json', json, '--html', html);
    expect(code).toBe(0);
    expect(err).toContain('mine.csv: 1 row matches no image of this data set, for example “ant/gone.png”');
    expect(out).toMatch(/Labels judged by your predictions: \d+ labels look wrong\./);
    const { labels } = reportSchema.parse(JSON.parse(readFileSync(json, 'utf8')));
    expect(labels).toMatchObject({ probe: 'predictions', withheld: null });
    const flagged = labels!.images.filter(({ issue }) => issue).map(({ path }) => path);
    const found = flagged.filter((path) => wrong.has(path)).length;
    expect(found).toBeGreaterThan(0.7 * wrong.size);
    expect(found).toBeGreaterThan(0.7 * flagged.length);
    expect(readFileSync(html, 'utf8')).toContain('Judged by your predictions');
  });

  it('reads .npy with the names of its rows', async () => {
    const names = file('names.txt', paths.join('\n'));
    const { code, out } = await run('--predictions', file('p.npy', npy(honest)), '--names', names, '--out-of-sample');
    expect(code).toBe(0);
    expect(out).toContain('Labels judged by your predictions');
  });

  it('refuses predictions that fit the labels as a model fits its training images', async () => {
    const { code, out, err } = await run('--predictions', file('fit.csv', table(paths, fitted)), '--out-of-sample');
    expect({ code, out }).toEqual({ code: 3, out: '' });
    expect(err).toContain('Use cross-validated probabilities, for example from 5 folds');
  });

  it.each([
    [['--predictions', 'mine.csv'], 2, 'Use cross-validation, for example with 5 folds, and confirm it'],
    [['--out-of-sample'], 2, 'need --predictions'],
    [['--names', 'mine.csv'], 2, '--names needs --predictions or --embeddings'],
    [['--embeddings', 'mine.csv', '--probe=cnn'], 2, '--embeddings works with the instant probe'],
    [['--predictions', 'mine.csv', '--out-of-sample', '--names', 'mine.csv'], 3, 'holds more than numbers'],
    [['--predictions', 'mine.parquet', '--out-of-sample', '--names', 'mine.csv'], 2, 'only for a .npy file or a text'],
    [['--predictions', 'p.npy', '--out-of-sample', '--classes', 'mine.csv'], 2, '--classes needs --names'],
    [['--predictions', 'gone.csv', '--out-of-sample'], 3, 'gone.csv” cannot be read'],
    [['--predictions', 'p.npy', '--out-of-sample'], 3, 'give --names a file with one relative path per line'],
  ])('exits for %j with %d and what to do', async (args, code, words) => {
    file('mine.csv', table(paths, honest));
    file('p.npy', npy(honest));
    const ended = await run(...args.map((argument) => argument.replace(/^[a-z]/, join(box.folder, '/$&'))));
    expect({ code: ended.code, out: ended.out }).toEqual({ code, out: '' });
    expect(ended.err).toContain(words);
  });
});

describe('plumbline audit --embeddings', () => {
  const names = Array.from({ length: 8 }, (_, k) => `d${k}`);
  const csv = (rows: readonly (readonly (number | string)[])[], from = 0): string =>
    [['path', ...names].join(','), ...rows.map((row, i) => [paths[i + from], ...row].join(','))].join('\n');
  const list = () => file('names.txt', paths.join('\n'));
  const parquet = () =>
    new Uint8Array(
      parquetWriteBuffer({
        columnData: [
          { name: 'path', data: paths },
          { name: 'label', data: paths.map((_, i) => i), type: 'INT32' },
          ...names.map((name, k) => ({ name, data: embedding.map((row) => row[k]!), type: 'DOUBLE' as const })),
        ],
      }),
    );

  it.each([
    ['csv', () => csv(embedding), false],
    ['npy', () => npy(embedding, { type: '<f8' }), true],
    ['parquet', parquet, false],
  ] as const)('sees the classes in a file of the kind %s', async (ending, content, listed) => {
    const mine = file(`mine.${ending}`, content());
    const json = join(box.folder, 'embedding.json');
    const { code, out } = await run('--embeddings', mine, '--json', json, ...(listed ? ['--names', list()] : []));
    expect(code).toBe(0);
    expect(out).toMatch(/Labels judged by the instant probe with your embedding “mine\.[a-z]+”: \d+ labels look wrong/);
    const { labels } = reportSchema.parse(JSON.parse(readFileSync(json, 'utf8')));
    expect(labels).toMatchObject({ embedding: { file: `mine.${ending}`, used: true }, withheld: null });
    const flagged = labels!.images.filter(({ issue }) => issue).map(({ path }) => path);
    const found = flagged.filter((path) => wrong.has(path)).length;
    expect(found).toBeGreaterThan(0.7 * wrong.size);
    expect(found).toBeGreaterThan(0.7 * flagged.length);
  });

  it('judges images without a row by their own features, and says how many there are', async () => {
    const { code, err } = await run('--embeddings', file('part.csv', csv(embedding.slice(0, 200))));
    expect(code).toBe(0);
    expect(err).toContain('part.csv: 40 of the 240 images have no row');
  });

  it.each([
    ['few.csv', () => csv(embedding.slice(0, 100)), 'has rows for 100 of the 240 images: write one row for each image'],
    [
      'nan.csv',
      () => csv(embedding.map((row, i) => (i === 7 ? [...row.slice(1), 'NaN'] : row))),
      'has NaN or infinity in the row of',
    ],
    [
      'twice.csv',
      () => csv([...embedding.slice(0, 239), embedding[0]!]).replace(paths[239]!, paths[0]!),
      'has two rows for the image',
    ],
    ['bare.csv', () => `a,b\n1,2`, 'has no column “path”'],
    ['text.csv', () => `path,note\n${paths[0]!},good`, 'has no numbers beside the paths'],
    ['short.npy', () => npy(embedding.slice(0, 9)), 'has 9 rows but “names.txt” has 240 lines'],
  ])('refuses %s with what is wrong', async (name, content, words) => {
    const listed = name.endsWith('.npy') ? ['--names', list()] : [];
    const { code, out, err } = await run('--embeddings', file(name, content()), ...listed);
    expect({ code, out }).toEqual({ code: 3, out: '' });
    expect(err).toContain(words);
  });
});
