/** The large picture in the panel of an image. */
import { expect, it } from 'vitest';
import { galleryOf } from '../../../../../src/renderer/state/gallery.svelte';
import { inWindow, openWindow, settled, text } from '../../support/mounted-window';
import { scenario } from '../../support/scenario';

const scene = scenario({ name: 'pets', classes: [{ name: 'cat', count: 30 }] });

inWindow();

const picture = () => document.querySelector<HTMLImageElement>('[aria-label="Image details"] img')!;

async function openPicture() {
  const { session } = await openWindow(scene);
  session.go('gallery');
  await settled();
  const gallery = galleryOf(session.dataset!);
  gallery.detail = true;
  await settled();
  return gallery;
}

it('is enlarged by wheel, double click and keys, and fits again for the next image', async () => {
  const gallery = await openPicture();
  expect(picture().style.transform).toBe('');
  picture().dispatchEvent(new WheelEvent('wheel', { deltaY: -200, bubbles: true, cancelable: true }));
  await settled();
  expect(picture().style.transform).toContain('scale(1.648');
  expect(text('[aria-label="Image details"] .scale')).toEqual(['165 %']);
  picture().dispatchEvent(new MouseEvent('dblclick', { bubbles: true }));
  await settled();
  expect(picture().style.transform).toBe('');
  window.dispatchEvent(new KeyboardEvent('keydown', { key: 'z', cancelable: true }));
  await settled();
  expect(picture().style.transform).toContain('scale(2)');
  gallery.active = 1;
  await settled();
  expect(picture().style.transform).toBe('');
});

function key(name: string): Promise<unknown> {
  window.dispatchEvent(new KeyboardEvent('keydown', { key: name, cancelable: true }));
  return settled();
}

it('shows one channel after the other, which stays for the next image', async () => {
  const gallery = await openPicture();
  expect(picture().style.filter).toBe('');
  await key('v');
  const matrix = () => document.querySelector('[aria-label="Image details"] feColorMatrix')?.getAttribute('values');
  expect(matrix()).toMatch(/^1 0 0 0 0 /);
  expect(picture().style.filter).toContain('-red');
  expect(document.querySelector('[aria-label="Red"]')?.getAttribute('aria-pressed')).toBe('true');
  gallery.active = 1;
  await settled();
  expect(picture().style.filter).toContain('-red');
  for (let more = 0; more < 4; more += 1) await key('v');
  expect(picture().style.filter).toBe('');
  expect(matrix()).toBeUndefined();
});

it('has a loupe that follows the mouse and shows the picture three times as large', async () => {
  await openPicture();
  const lens = () => document.querySelector<HTMLElement>('[aria-label="Image details"] .lens');
  expect(lens()).toBeNull();
  await key('l');
  picture().dispatchEvent(new MouseEvent('pointermove', { clientX: 120, clientY: 100, bubbles: true }));
  await settled();
  expect([lens()?.style.left, lens()?.style.top]).toEqual(['30px', '10px']);
  expect(lens()?.querySelector('img')?.style.transform).toBe('translate(-270px, -210px) scale(3)');
  expect(lens()?.querySelector('img')?.src).toBe(picture().src);
  await key('l');
  expect(lens()).toBeNull();
});
