/** Labels judged on the command line by a file of predictions. */
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

beforeAll(async () => {
  const random = seededRandom(5);
  for (let i = 0; i < 240; i++) {
    const own = i % CLASSES.length;
    const label = i % 12 === 0 ? (own + 1) % CLASSES.length : own;
    const path = `${CLASSES[label]!}/${i}.png`;
    put(set, path, await picture(i + 1, 16));
    paths.push(path);
    if (label !== own) wrong.add(path);
    const scores = CLASSES.map((_, k) => Math.exp(3 * (k === own ? 3 : 0) + 3 * gaussian(random)));
    const sum = scores.reduce((total, score) => total + score, 0);
    honest.push(scores.map((score) => 0.9 * (score / sum) + 0.1 / 3));
    fitted.push(CLASSES.map((_, k) => (k === label ? 0.998 : 0.001)));
  }
}, 120_000);
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
    [['--predictions', 'mine.csv', '--out-of-sample', '--names', 'mine.csv'], 2, 'are only for a .npy file'],
    [['--predictions', 'gone.csv', '--out-of-sample'], 3, 'gone.csv” cannot be read'],
    [['--predictions', 'p.npy', '--out-of-sample'], 3, 'give --names with a file of one relative path a line'],
  ])('exits for %j with %d and what to do', async (args, code, words) => {
    file('mine.csv', table(paths, honest));
    file('p.npy', npy(honest));
    const ended = await run(...args.map((argument) => argument.replace(/^[a-z]/, join(box.folder, '/$&'))));
    expect({ code: ended.code, out: ended.out }).toEqual({ code, out: '' });
    expect(ended.err).toContain(words);
  });
});
