/** The start page. */
import { expect, it } from 'vitest';
import { layoutKindSchema } from '../../../../src/contract/model/dataset';
import { inWindow, openWindow, text } from '../support/mounted-window';
import { scenario } from '../support/scenario';

const scene = scenario({ name: 'pets', classes: [{ name: 'cat', count: 9 }] });
const start = { dataset: null, error: null, version: '1', electron: '45', notice: null };
const recent = { id: 'f'.repeat(16), name: 'pets', root: '/pets', images: 9, classes: 1, openedAt: 1, exists: true };

inWindow();

it('shows every layout that Plumbline reads, opened only where no data set was opened before', async () => {
  const layouts = () => document.querySelector<HTMLDetailsElement>('main details')!;
  await openWindow(scene, { 'shell.start': () => start, 'dataset.recents': () => [] });
  expect(layouts().open).toBe(true);
  expect(text('[aria-label="Layouts that Plumbline reads"] > li')).toHaveLength(layoutKindSchema.options.length);
});

it('folds them for a user who has opened a data set', async () => {
  await openWindow(scene, { 'shell.start': () => start, 'dataset.recents': () => [recent] });
  expect(document.querySelector<HTMLDetailsElement>('main details')!.open).toBe(false);
});
