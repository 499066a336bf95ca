/** A recorded training on the command line: verdict, exit code, and the run that is followed while it grows. */
import { appendFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { plumbline } from '../support/command';
import { picture, put, scratch } from '../support/indexed';

const CLASSES = ['ant', 'bee', 'cat'];
const box = scratch();
const set = join(box.folder, 'set');
const labels = Array.from({ length: 90 }, (_, i) => i % 3);
const head = [
  { kind: 'run', format: 1, framework: 'keras', version: '3', host: 'far', at: 1_700_000_000, classes: CLASSES },
  { kind: 'sample', labels, paths: labels.map((label, i) => `/elsewhere/set/${CLASSES[label]!}/${i % 30}.png`) },
];
const epoch = (n: number, predicted: readonly number[]): object => ({
  kind: 'epoch',
  epoch: n,
  steps: n * 300,
  loss: 1.0986,
  predicted,
});
const one = labels.map(() => 1);
const end = { kind: 'end', reason: 'finished' };
const text = (lines: readonly object[]): string => lines.map((line) => `${JSON.stringify(line)}\n`).join('');

function recorded(name: string, runs: Readonly<Record<string, string>>): string {
  const folder = join(box.folder, name);
  mkdirSync(folder);
  for (const [file, content] of Object.entries(runs)) writeFileSync(join(folder, file), content);
  return folder;
}

beforeAll(async () => {
  for (let i = 0; i < 30; i++) {
    for (const [k, name] of CLASSES.entries()) put(set, `${name}/${i}.png`, await picture(100 * k + i, 16));
  }
});
afterAll(() => box.remove());

const once = (folder: string, ...more: readonly string[]) =>
  plumbline(box.folder, 'watch', set, folder, '--once', ...more);

it('a collapsed run ends with 1, and says since when', async () => {
  const lines = [...head, epoch(1, labels), ...[2, 3, 4, 5].map((n) => epoch(n, one))];
  const folder = recorded('collapsed', { 'watch-1.jsonl': `${text(lines)}{"kind":"epoch","epo` });
  const json = join(box.folder, 'run.json');
  const { code, out } = await once(folder, '--json', json);
  expect(out).toContain('Epoch 5');
  expect(out).toContain('since epoch 2');
  expect(code).toBe(1);
  expect(JSON.parse(readFileSync(json, 'utf8'))).toMatchObject({
    schema: 'plumbline-watch-1',
    verdict: { kind: 'collapsed', since: 2 },
    remarks: [{ id: 'order-of-folders' }],
  });
});

it('a sound run ends with 0; the latest run counts', async () => {
  const old = text([...head, ...[1, 2, 3, 4, 5, 6].map((n) => epoch(n, one)), end]);
  const folder = recorded('sound', {
    'watch-1.jsonl': old,
    'watch-2.jsonl': text([...head, epoch(1, labels), end]),
    'notes.txt': 'no run',
  });
  const { code, out } = await once(folder);
  expect(out).toContain('Run watch-2');
  expect(code).toBe(0);
});

it('a folder without a run, or none, is one sentence', async () => {
  expect(await once(recorded('empty', {}))).toMatchObject({ code: 3 });
  const { code, err } = await once(join(box.folder, 'nowhere'));
  expect(err).toContain('does not exist yet');
  expect(code).toBe(3);
});

it('follows a run that grows, until its alarm', async () => {
  const folder = recorded('live', { 'watch-1.jsonl': text([...head, epoch(1, labels)]) });
  const done = plumbline(box.folder, 'watch', set, folder);
  for (const n of [2, 3, 4]) appendFileSync(join(folder, 'watch-1.jsonl'), text([epoch(n, one)]));
  const { code, out } = await done;
  expect(out).toContain('Epoch 4');
  expect(code).toBe(1);
});

it('writes the recorder', async () => {
  const { code } = await plumbline(box.folder, 'watch', '--write', box.folder);
  expect(code).toBe(0);
  const path = join(box.folder, 'plumbline_watch.py');
  expect(existsSync(path)).toBe(true);
  expect(readFileSync(path, 'utf8')).toContain('class TorchWatch');
});
