/** The class distribution of the overview with nested classes. */
import { expect, it } from 'vitest';
import { galleryOf } from '../../../../../src/renderer/state/gallery.svelte';
import { inWindow, openWindow, press, settled, text } from '../../support/mounted-window';
import { scenario } from '../../support/scenario';

inWindow();

it('takes nested classes together, and opens the images of all classes of a group', async () => {
  const classes = [
    { name: 'Fruit/Apple', count: 30 },
    { name: 'Fruit/Pear', count: 20 },
    { name: 'Vegetables/Leek', count: 10 },
  ];
  const { session } = await openWindow(scenario({ name: 'groceries', classes }));
  session.go('overview');
  await settled();
  await press('Level 1');
  expect(text('[aria-label="Images per class"] [role="rowheader"]')).toEqual(['Fruit', 'Vegetables']);
  expect(document.querySelector('[aria-label^="Rename or merge"]')).toBeNull();
  await press('Fruit');
  expect(galleryOf(session.dataset!).filter.classes).toEqual(['Fruit/Apple', 'Fruit/Pear']);
});
