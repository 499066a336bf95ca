/** Long jobs in the frame of the window: title, list, and the message while the user is elsewhere. */
import { expect, it, vi } from 'vitest';
import { PlumblineError, toWire } from '../../../../src/contract/errors';
import { inWindow, openWindow, settled, text } from '../support/mounted-window';
import { DATASET, scenario } from '../support/scenario';

const job = {
  job: 'aaaaaaaa-0000',
  kind: 'probe',
  dataset: DATASET,
  state: 'running',
  progress: { stage: 'train', done: 25, total: 100, rate: null, eta: null },
  error: null,
  startedAt: 1000,
  endedAt: null,
} as const;
const past = { ...job, job: 'aaaaaaaa-0001', kind: 'index', state: 'done', startedAt: 0, endedAt: 65_000 } as const;
const scene = scenario({ name: 'pets', classes: [{ name: 'cat', count: 12 }] });

inWindow();

it('shows a running job in the title, lists all jobs with their times, and tells when one fails while the user is away', async () => {
  const { fake } = await openWindow(scene, { 'jobs.list': () => [job, past] });
  expect(document.title).toBe('25 % Probing · pets · Plumbline');
  document.querySelector<HTMLElement>('[aria-label="All jobs"]')?.click();
  await settled();
  const [first, second] = text('[aria-label="Running and past jobs"] li');
  expect(first).toMatch(/^Probing running for .*Training$/);
  expect(second).toMatch(/^Indexing done 1 min 5 s, /);
  const error = toWire(new PlumblineError('out-of-memory', 'It needed more memory.'));
  const focus = vi.spyOn(document, 'hasFocus').mockReturnValue(false);
  fake.push('job', { ...job, state: 'failed', error, endedAt: 9000, result: null });
  await settled();
  expect(fake.asked.find((one) => one.name === 'shell.notify')?.params).toEqual({
    title: 'pets',
    text: 'Probing: failed. It needed more memory.',
  });
  expect(document.title).toBe('pets · Plumbline');
  focus.mockReturnValue(true);
  const before = fake.asked.filter((one) => one.name === 'shell.notify').length;
  fake.push('job', { ...job, job: 'aaaaaaaa-0002', state: 'done', endedAt: 9000, result: null });
  await settled();
  expect(fake.asked.filter((one) => one.name === 'shell.notify')).toHaveLength(before);
  focus.mockRestore();
});
