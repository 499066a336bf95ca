/** The user's own training in the real window: the recorder is saved, and a run is followed while it grows. */
import { appendFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from './fixtures';
import { CollapsePage } from './pages/collapse';
import { FramePage } from './pages/frame';
import { OverviewPage } from './pages/overview';
import { writeDigits } from './samples';

const LABELS = Array.from({ length: 90 }, (_, i) => i % 3);

const lines = (...records: readonly object[]): string => records.map((one) => `${JSON.stringify(one)}\n`).join('');
const epoch = (n: number, predicted: readonly number[]): object => ({
  kind: 'epoch',
  epoch: n,
  steps: 300 * n,
  loss: 1.0986,
  predicted,
});

test('a training is followed while it runs, and an alarm says since when it predicts one class', async ({
  start,
  scratch,
}) => {
  const folder = join(scratch, 'digits');
  await writeDigits(folder, [12, 12, 12]);
  const watched = join(scratch, 'watched');
  mkdirSync(watched);
  const file = join(watched, 'watch-1.jsonl');
  const recorder = join(scratch, 'plumbline_watch.py');
  const app = await start(folder);
  const { page } = app;
  await new OverviewPage(page).indexed();
  const frame = new FramePage(page);
  await frame.go('Collapse');
  const collapse = new CollapsePage(page);
  await collapse.tab('Training');

  await app.saveTo(recorder);
  await app.answer(watched);
  await page.getByRole('button', { name: 'Save the recorder…' }).click();
  await expect(frame.notes).toContainText('plumbline_watch.py');
  await expect.poll(() => existsSync(recorder)).toBe(true);
  expect(readFileSync(recorder, 'utf8')).toContain('class KerasWatch');

  await page.getByRole('button', { name: 'Choose the watched folder…' }).click();
  await expect(page.getByRole('main')).toContainText('No recorded training yet');
  const head = {
    kind: 'run',
    format: 1,
    framework: 'keras',
    version: '3',
    host: 'far',
    at: 1,
    classes: ['0', '1', '2'],
  };
  writeFileSync(file, lines(head, { kind: 'sample', labels: LABELS }, epoch(1, LABELS)));
  await expect(page.getByRole('main')).toContainText('Keras 3 · on far · no end recorded · 90 images in the sample');
  await expect(collapse.verdict).not.toContainText('one class');

  const one = LABELS.map(() => 1);
  appendFileSync(file, lines(...[2, 3, 4, 5].map((n) => epoch(n, one))));
  await expect(collapse.verdict).toContainText('since epoch 2');
  await expect(page.getByRole('img', { name: /^What it predicts/ })).toBeVisible();
  await page.getByRole('button', { name: 'Stop watching' }).click();
  await expect(page.getByRole('main')).toContainText('Watch your own training');
});
