/** Similar images in large, and two pictures beside each other. */
import { describe, expect, it } from 'vitest';
import { galleryOf } from '../../../../../src/renderer/state/gallery.svelte';
import { inWindow, openWindow, settled, text } from '../../support/mounted-window';
import { scenario } from '../../support/scenario';

const scene = scenario({
  name: 'pets',
  classes: [
    { name: 'cat', count: 30 },
    { name: 'dog', count: 30 },
  ],
});

inWindow();

const dialog = (name: string) => document.querySelector<HTMLElement>(`dialog[aria-label="${name}"]`);
const LARGE = 'Picture in large';
const COMPARE = 'Compare two pictures';
const pictures = () => [...(dialog(COMPARE)?.querySelectorAll<HTMLImageElement>('.frame > img') ?? [])];
const similar = () => [...document.querySelectorAll<HTMLElement>('[aria-label="Most similar images"] li > button')];

function key(name: string, target: EventTarget = window): Promise<unknown> {
  target.dispatchEvent(new KeyboardEvent('keydown', { key: name, cancelable: true, bubbles: true }));
  return settled();
}

async function openImages() {
  const cards = [7, 40, 41].map((id) => scene.card(id));
  const { session } = await openWindow(scene, {
    'labels.surroundings': ({ image }) => ({
      image,
      neighbours: cards.map((card, at) => ({ ...card, distance: at / 10 })),
      givenExemplars: [],
      suggestedExemplars: [],
    }),
  });
  session.go('gallery');
  await settled();
  return { session, gallery: galleryOf(session.dataset!), cards };
}

async function openPanel() {
  const opened = await openImages();
  opened.gallery.detail = true;
  await settled();
  return opened;
}

describe('the images most similar to the open one', () => {
  it('are enlarged under the mouse until it leaves', async () => {
    const { cards } = await openPanel();
    const [first] = similar();
    first!.dispatchEvent(new MouseEvent('mousemove', { bubbles: true }));
    await expect
      .poll(() => document.querySelector<HTMLImageElement>('.preview img')?.src)
      .toContain(`/${cards[0]!.id}?`);
    first!.dispatchEvent(new MouseEvent('mouseleave'));
    await settled();
    expect(document.querySelector('.preview')).toBeNull();
  });

  it('are no longer enlarged once another view is shown, under the mouse that rests', async () => {
    const { session } = await openPanel();
    similar()[0]!.dispatchEvent(new MouseEvent('mousemove', { bubbles: true }));
    const shown = () => document.querySelectorAll('.preview').length;
    await expect.poll(shown).toBe(1);
    session.go('overview');
    await settled();
    expect(shown()).toBe(0);
  });

  it('open in large on a click, one after the other, and each is compared with the open image', async () => {
    const { cards, gallery } = await openPanel();
    similar()[1]!.click();
    await settled();
    expect(dialog(LARGE)?.textContent).toContain('2 of 3');
    expect(dialog(LARGE)?.textContent).toContain(cards[1]!.path);
    await key('ArrowRight', dialog(LARGE)!);
    expect(dialog(LARGE)?.textContent).toContain(cards[2]!.path);
    expect(gallery.active).toBe(0);
    await key('c', dialog(LARGE)!);
    expect(pictures().map(({ alt }) => alt)).toEqual([`Image ${gallery.cards.at(0)!.path}`, `Image ${cards[2]!.path}`]);
    await key('+', dialog(COMPARE)!);
    expect(pictures().map(({ style }) => style.transform)).toEqual(Array(2).fill(expect.stringContaining('1.25')));
    expect(dialog(LARGE)!.querySelector<HTMLElement>('.frame > img')!.style.transform).toBe('');
  });
});

describe('two pictures beside each other', () => {
  it('are the open image and the most similar one with C', async () => {
    const { cards, gallery } = await openPanel();
    await key('c');
    expect(text(`dialog[aria-label="${COMPARE}"] .words .line`)).toEqual([gallery.cards.at(0)!.path, cards[0]!.path]);
  });

  it('are the two selected images in the order of selection', async () => {
    const { gallery } = await openImages();
    gallery.toggle(gallery.cards.at(1)!.id);
    await key('c');
    expect(dialog(COMPARE)).toBeNull();
    gallery.toggle(gallery.cards.at(0)!.id);
    await settled();
    await key('c');
    expect(text(`dialog[aria-label="${COMPARE}"] .words .line`)).toEqual([
      gallery.cards.at(1)!.path,
      gallery.cards.at(0)!.path,
    ]);
  });

  it('are zoomed together until T parts them', async () => {
    await openPanel();
    await key('c');
    const wheel = () =>
      pictures()[1]!.dispatchEvent(new WheelEvent('wheel', { deltaY: -200, bubbles: true, cancelable: true }));
    wheel();
    await settled();
    const [both] = pictures().map(({ style }) => style.transform);
    expect(both).toContain('scale(1.648');
    expect(pictures()[1]!.style.transform).toBe(both);
    await key('+', dialog(COMPARE)!);
    const [larger] = pictures().map(({ style }) => style.transform);
    expect(larger).toContain('scale(2.06');
    await key('t', dialog(COMPARE)!);
    expect(pictures()[1]!.style.transform).toBe(larger);
    wheel();
    await settled();
    expect(pictures()[0]!.style.transform).toBe(larger);
    expect(pictures()[1]!.style.transform).not.toBe(larger);
  });

  it('do not zoom the picture behind the dialog', async () => {
    await openPanel();
    await key('c');
    await key('+', dialog(COMPARE)!);
    expect(document.querySelector<HTMLElement>('[aria-label="Image details"] .frame > img')!.style.transform).toBe('');
  });
});
