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
