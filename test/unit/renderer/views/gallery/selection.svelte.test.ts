/** The selection of images in the window. */
import { describe, expect, it } from 'vitest';
import type { Decision } from '../../../../../src/contract/model/review';
import { reviewStats } from '../../../../../src/core/review/stats';
import { galleryOf } from '../../../../../src/renderer/state/gallery.svelte';
import { reviewOf } from '../../../../../src/renderer/state/review.svelte';
import { inWindow, openWindow, press, settled, text } from '../../support/mounted-window';
import { scenario } from '../../support/scenario';

const scene = scenario({
  name: 'pets',
  classes: [
    { name: 'cat', count: 30 },
    { name: 'dog', count: 30 },
  ],
});

inWindow();

async function openImages() {
  const { session, fake } = await openWindow(scene, {
    'review.queue': ({ filter, offset, limit }) => {
      const { total, items } = scene.list(filter, offset, limit);
      return { total, items: items.map((card) => ({ card, suggested: null, decision: null })) };
    },
    'review.stats': () => reviewStats([] as (Decision | null)[], 60),
    'review.state': () => ({
      decisions: 0,
      perVerdict: { keep: 0, relabel: 0, exclude: 0, unsure: 0 },
      stale: 0,
      undoable: false,
      undoableAt: null,
      redoable: false,
      classes: [],
    }),
  });
  session.go('gallery');
  await settled();
  return { fake, session, dataset: session.dataset!, gallery: galleryOf(session.dataset!) };
}

describe('selected images', () => {
  it('are what is reviewed, instead of all images shown', async () => {
    const { dataset, gallery } = await openImages();
    for (const id of [3, 5, 7]) gallery.toggle(id);
    await settled();
    await press('Review 3 selected images');
    expect(reviewOf(dataset).filter).toEqual({ ids: [3, 5, 7] });
  });

  it('leave the selection when a filter hides them, and stay selected when the order changes', async () => {
    const { gallery } = await openImages();
    const cats = scene.list({ classes: ['cat'] }, 0, 2).items.map(({ id }) => id);
    const dogs = scene.list({ classes: ['dog'] }, 0, 2).items.map(({ id }) => id);
    for (const id of [...cats, ...dogs]) gallery.toggle(id);
    gallery.order({ by: 'bytes', descending: true });
    await settled();
    expect(gallery.selected.size).toBe(4);
    gallery.narrow({ classes: ['dog'] });
    await settled();
    expect([...gallery.selected]).toEqual(dogs);
    expect(text('footer .selected')).toEqual(['2 selected']);
    gallery.show({});
    await settled();
    expect([...gallery.selected]).toEqual(dogs);
  });
});

describe('an image whose file was deleted', () => {
  it('has a sentence instead of the broken picture of the browser', async () => {
    const { gallery } = await openImages();
    gallery.detail = true;
    await settled();
    const picture = document.querySelector<HTMLImageElement>('[aria-label="Image details"] img')!;
    picture.dispatchEvent(new Event('error'));
    await settled();
    expect(document.querySelector('[aria-label="Image details"] .picture img')).toBeNull();
    expect(text('[aria-label="Image details"] .picture p')).toEqual([
      'This file cannot be read any more. If it was moved or deleted, look for changes in the folder.',
    ]);
    gallery.active = 1;
    await settled();
    expect(document.querySelector('[aria-label="Image details"] .picture img')).not.toBeNull();
  });
});

describe('the thresholds', () => {
  it('open at their top, wherever a finding was scrolled to', async () => {
    const { session } = await openImages();
    session.go('findings');
    await settled();
    document.querySelector('.detail')!.scrollTop = 400;
    await press('Thresholds');
    expect(document.querySelector('.detail')!.scrollTop).toBe(0);
  });
});
