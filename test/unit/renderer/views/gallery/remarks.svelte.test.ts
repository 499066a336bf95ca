/** Tags, notes and saved views in the window. */
import { describe, expect, it } from 'vitest';
import { PlumblineError } from '../../../../../src/contract/errors';
import type { Remarks } from '../../../../../src/contract/model/remarks';
import type { SavedView } from '../../../../../src/contract/model/saved-views';
import { NO_REMARKS, remarkActs, withRemarkAct } from '../../../../../src/core/review/remarks';
import { galleryOf } from '../../../../../src/renderer/state/gallery.svelte';
import { inWindow, openWindow, press, settled, text } from '../../support/mounted-window';
import { scenario } from '../../support/scenario';

const scene = scenario({ name: 'pets', classes: [{ name: 'cat', count: 30 }] });

inWindow();

async function openImages() {
  const remarks = new Map<number, Remarks>();
  const views = new Map<string, SavedView>();
  const { session, fake } = await openWindow(scene, {
    'review.remark': ({ images, change }) => {
      if ((change.note?.length ?? 0) > 20) throw new PlumblineError('bad-request', 'A note can have at most 20.');
      for (const image of images) {
        const now = remarks.get(image) ?? NO_REMARKS;
        remarks.set(image, remarkActs(now, change).reduce(withRemarkAct, now));
      }
      fake.push('review-changed', { dataset: session.dataset!.id, classes: false });
      return { images: images.length };
    },
    'review.remarks': ({ images }) =>
      images.flatMap((image) => (remarks.has(image) ? [{ image, remarks: remarks.get(image)! }] : [])),
    'review.remarksSummary': () => ({ tags: [{ tag: 'night', images: remarks.size }], notes: remarks.size }),
    'savedViews.list': () => [...views.values()],
    'savedViews.save': ({ name, filter, sort }) => {
      views.set(name, { name, filter, sort });
      return {};
    },
    'savedViews.delete': ({ name }) => {
      views.delete(name);
      return {};
    },
  });
  session.go('gallery');
  await settled();
  return { remarks, views, session, gallery: galleryOf(session.dataset!) };
}

async function type(label: string, value: string): Promise<HTMLElement> {
  const field = document.querySelector<HTMLInputElement>(`[aria-label="${label}"]`)!;
  field.value = value;
  field.dispatchEvent(new Event('input', { bubbles: true }));
  await settled();
  return field;
}

async function submit(label: string, value: string): Promise<void> {
  (await type(label, value)).closest('form')!.requestSubmit();
  await settled();
}

describe('the panel of an image', () => {
  it('adds several tags at once, and removes one', async () => {
    const { remarks, gallery } = await openImages();
    gallery.detail = true;
    await settled();
    await submit('Add a tag', ' night, a b;');
    expect(remarks.get(0)).toEqual({ tags: ['a b', 'night'], note: null });
    expect(text('[aria-label="Tags and note"] li')).toEqual(['a b', 'night']);
    await press('Remove the tag night');
    expect(remarks.get(0)!.tags).toEqual(['a b']);
  });

  it('saves a note when its field is left, also by going to another image', async () => {
    const { remarks, gallery } = await openImages();
    gallery.detail = true;
    await settled();
    (await type('Note', 'first')).dispatchEvent(new Event('blur'));
    await settled();
    expect(remarks.get(0)!.note).toBe('first');
    await type('Note', 'second');
    gallery.active = 1;
    await settled();
    expect(remarks.get(0)!.note).toBe('second');
    expect(remarks.has(1)).toBe(false);
    expect(document.querySelector<HTMLTextAreaElement>('[aria-label="Note"]')!.value).toBe('');
  });

  it('keeps a refused note in its field and says why', async () => {
    const { remarks, gallery, session } = await openImages();
    gallery.detail = true;
    await settled();
    const field = await type('Note', 'x'.repeat(30));
    field.dispatchEvent(new Event('blur'));
    await settled();
    expect(remarks.size).toBe(0);
    expect((field as HTMLTextAreaElement).value).toBe('x'.repeat(30));
    expect(session.notices.list.map(({ message }) => message)).toContain('A note can have at most 20.');
  });
});

describe('the selected images', () => {
  it('are tagged together', async () => {
    const { remarks, gallery } = await openImages();
    for (const id of [3, 5]) gallery.toggle(id);
    await settled();
    await press('Tags of the selected images');
    await submit('Add a tag to 2 images', 'night');
    expect([...remarks]).toEqual([
      [3, { tags: ['night'], note: null }],
      [5, { tags: ['night'], note: null }],
    ]);
    await press('Remove the tag night from 2 images');
    expect(remarks.get(3)!.tags).toEqual([]);
  });
});

describe('a saved view', () => {
  it('brings filter and order back, and can be deleted', async () => {
    const { views, gallery } = await openImages();
    const sort = { by: 'bytes', descending: true } as const;
    gallery.show({ tags: ['night'] }, sort);
    await settled();
    await press('Saved views');
    await submit('Name for this filter and order', 'At night');
    expect([...views.values()]).toEqual([{ name: 'At night', filter: { tags: ['night'] }, sort }]);
    gallery.show({}, { by: 'path', descending: false });
    await settled();
    await press('At night');
    expect([gallery.filter, gallery.sort]).toEqual([{ tags: ['night'] }, sort]);
    await press('Saved views');
    await press('Delete the view At night');
    expect(views.size).toBe(0);
    expect(text('[aria-label="Saved views"] .none')).toHaveLength(1);
  });
});
