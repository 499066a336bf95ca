/** Lists of classes with nested names: in the filter of Images, and where a class is chosen. */
import { beforeEach, expect, it, vi } from 'vitest';
import { galleryOf } from '../../../../src/renderer/state/gallery.svelte';
import { inWindow, openWindow, press, settled, text } from '../support/mounted-window';
import { scenario } from '../support/scenario';

inWindow();
// jsdom has no layout: without a height, a virtual list shows only its first rows.
beforeEach(() => {
  vi.spyOn(Element.prototype, 'clientHeight', 'get').mockReturnValue(600);
});

const groups = ['Fruit/Apple', 'Fruit/Pear', 'Vegetables'];
const classes = [
  ...groups.flatMap((group) => Array.from({ length: 5 }, (_, k) => ({ name: `${group}/kind ${k}`, count: 10 }))),
  { name: 'Bread', count: 7 },
];

async function open() {
  const { session } = await openWindow(scenario({ name: 'groceries', classes }));
  session.go('gallery');
  await settled();
  return { session, filter: () => galleryOf(session.dataset!).filter };
}

const key = async (name: string): Promise<void> => {
  document.activeElement!.dispatchEvent(new KeyboardEvent('keydown', { key: name, bubbles: true, cancelable: true }));
  await settled();
};

async function type(words: string): Promise<void> {
  const field = document.activeElement as HTMLInputElement;
  field.value = words;
  field.dispatchEvent(new Event('input', { bubbles: true }));
  await settled();
}

const listed = () => text('[role="group"][aria-label="classes"] label');

it('the class filter shows groups with their sums, and selects all classes of a group', async () => {
  const { filter } = await open();
  await press('Class: All classes');
  expect(listed()).toEqual(['Fruit100', 'Vegetables50', 'Bread7']);
  document.querySelector<HTMLInputElement>('[data-row="1"]')!.click();
  await settled();
  expect(filter().classes).toEqual(classes.slice(10, 15).map(({ name }) => name));
  await press('Open Vegetables');
  document.querySelector<HTMLInputElement>('[data-row="2"]')!.click();
  await settled();
  expect(filter().classes).toHaveLength(4);
  expect(document.querySelector<HTMLInputElement>('[data-row="1"]')).toMatchObject({
    checked: false,
    indeterminate: true,
  });
});

it('the class filter is operated by keys alone', async () => {
  const { filter } = await open();
  await press('Class: All classes');
  for (const name of ['ArrowDown', 'ArrowRight', 'ArrowRight', 'ArrowRight', 'ArrowDown']) await key(name);
  expect(listed().slice(0, 4)).toEqual(['Fruit100', 'Apple50', 'kind 010', 'kind 110']);
  (document.activeElement as HTMLInputElement).click();
  await settled();
  expect(filter().classes).toEqual(['Fruit/Apple/kind 0']);
  await key('ArrowLeft');
  await key('ArrowLeft');
  expect(listed().slice(0, 3)).toEqual(['Fruit100', 'Apple50', 'Pear50']);
});

it('the class filter finds classes and groups by a part of their names', async () => {
  const { filter } = await open();
  await press('Class: All classes');
  await type('apple');
  expect(listed()).toEqual(['Fruit/Apple50', ...[0, 1, 2, 3, 4].map((k) => `Fruit/Apple/kind ${k}10`)]);
  document.querySelector<HTMLInputElement>('[data-row="0"]')!.click();
  await settled();
  expect(filter().classes).toHaveLength(5);
  await type('KIND 3');
  expect(listed()).toEqual(groups.map((group) => `${group}/kind 310`));
});

it('the dialog for a class opens groups and picks a class by keys', async () => {
  const { session } = await open();
  const pick = vi.fn<(label: string) => void>();
  session.question = { dataset: session.dataset!, title: 'Which?', suggested: 'Bread', pick };
  await settled();
  const options = () => text('dialog [role="treeitem"]');
  expect(options()).toEqual([
    'Bread suggested',
    'Fruit 10 classes · 100 images',
    'Vegetables 5 classes · 50 images',
    'Bread suggested',
  ]);
  for (const name of ['ArrowDown', 'Enter', 'ArrowDown', 'ArrowRight', 'ArrowDown']) await key(name);
  expect(options().slice(1, 5)).toEqual([
    'Fruit 10 classes · 100 images',
    'Apple 5 classes · 50 images',
    'kind 0',
    'kind 1',
  ]);
  await key('ArrowLeft');
  expect(text('dialog .active')).toEqual(['Apple 5 classes · 50 images']);
  await key('ArrowDown');
  await key('Enter');
  expect(pick).toHaveBeenCalledExactlyOnceWith('Fruit/Apple/kind 0');
});
