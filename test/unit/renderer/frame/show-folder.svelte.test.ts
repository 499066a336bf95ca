/** “Show folder” after an export and after a file was saved: the window sends a token or nothing, never a path. */
import { expect, it } from 'vitest';
import { exportOf } from '../../../../src/renderer/state/export.svelte';
import { inWindow, openWindow, press, settled } from '../support/mounted-window';
import { DATASET, scenario } from '../support/scenario';

const TARGET = 'ab'.repeat(16);
const scene = scenario({ name: 'pets', classes: [{ name: 'cat', count: 90 }] });
const plan = {
  images: 90,
  bytes: 1000,
  splits: ['train'],
  table: [],
  relabelled: 0,
  converted: 0,
  moved: 0,
  dropped: [],
  unreviewed: [],
  notices: [],
  problems: [],
};

inWindow();

it('shows the folder of a finished export', async () => {
  const { fake, session } = await openWindow(scene, {
    'export.plan': () => plan,
    'shell.chooseExportFolder': () => ({ target: TARGET, folder: '/out' }),
    'jobs.export': () => ({ job: 'bbbbbbbb-0000' }),
  });
  await press('Export');
  const place = exportOf(session.dataset!);
  await place.chooseFolder();
  await place.start();
  fake.push('job', {
    job: 'bbbbbbbb-0000',
    kind: 'export',
    dataset: DATASET,
    state: 'done',
    progress: null,
    error: null,
    startedAt: 1,
    endedAt: 2,
    result: { ...plan, folder: '/out', mode: 'copy', seconds: 1 },
  });
  await settled();
  await press('Show folder');
  expect(fake.asked.at(-1)).toMatchObject({ name: 'shell.showExport', params: { dataset: DATASET, target: TARGET } });
});

it('shows the folder of a saved report', async () => {
  const { fake } = await openWindow(scene, { 'shell.saveReport': () => ({ file: 'report.html' }) });
  document.querySelector<HTMLElement>('[aria-label="Save the report"]')?.click();
  await settled();
  [...document.querySelectorAll<HTMLButtonElement>('button')]
    .find((one) => one.textContent.includes('Web page'))
    ?.click();
  await settled();
  await press('Show folder');
  expect(fake.asked.at(-1)).toMatchObject({ name: 'shell.showSaved' });
});

it('shows the folder of saved decisions', async () => {
  const { fake } = await openWindow(scene, {
    'shell.saveDecisions': () => ({ file: 'decisions.csv' }),
    'review.state': () => ({
      decisions: 3,
      perVerdict: { keep: 3, relabel: 0, exclude: 0, unsure: 0 },
      stale: 0,
      undoable: true,
      undoableAt: 1,
      redoable: false,
      classes: [],
    }),
  });
  await press('Review');
  document.querySelector<HTMLElement>('[aria-label="Decision files"]')?.click();
  await settled();
  [...document.querySelectorAll<HTMLButtonElement>('button')].find((one) => one.textContent.includes('CSV'))?.click();
  await settled();
  await press('Show folder');
  expect(fake.asked.at(-1)).toMatchObject({ name: 'shell.showSaved' });
});
