/** Decisions where images are shown, and undo in every view. */
import { describe, expect, it } from 'vitest';
import type { Act } from '../../../../../src/contract/model/review';
import { galleryOf } from '../../../../../src/renderer/state/gallery.svelte';
import { findingsOf } from '../../../../../src/renderer/state/findings.svelte';
import { inWindow, openWindow, press, settled, text } from '../../support/mounted-window';
import { sampleFindings } from '../../support/sample-findings';
import { scenario } from '../../support/scenario';

const scene = scenario({
  name: 'pets',
  classes: [
    { name: 'cat', count: 30 },
    { name: 'dog', count: 30 },
  ],
  findings: sampleFindings(60),
});

inWindow();

function key(name: string, init: KeyboardEventInit = {}): Promise<unknown> {
  window.dispatchEvent(new KeyboardEvent('keydown', { key: name, cancelable: true, ...init }));
  return settled();
}

async function openImages() {
  const acts: Act[][] = [];
  const { session, fake } = await openWindow(scene, {
    'images.findings': () => ({ findings: [], suggested: 'dog' }),
    'review.queue': ({ filter }) => ({
      total: filter.ids?.length ?? 0,
      items: (filter.ids ?? []).map((id) => ({ card: scene.card(id), suggested: 'dog', decision: null })),
    }),
    'review.act': ({ acts: some }) => {
      acts.push(some);
      return { acts: some.length, batch: acts.length };
    },
    'review.undo': () => ({ images: (acts.pop() ?? []).map(({ image }) => image) }),
    'review.state': () => ({
      decisions: 0,
      perVerdict: { keep: 0, relabel: 0, exclude: 0, unsure: 0 },
      stale: 0,
      undoable: acts.length > 0,
      undoableAt: acts.length > 0 ? 1000 : null,
      redoable: false,
      classes: [],
    }),
  });
  session.go('gallery');
  await settled();
  return { acts, fake, session, gallery: galleryOf(session.dataset!) };
}

describe('images', () => {
  it('are decided in their panel by buttons and keys', async () => {
    const { acts, gallery } = await openImages();
    await key('x');
    expect(acts).toEqual([]);
    gallery.detail = true;
    await settled();
    await press('Exclude');
    await key('k');
    await key('a');
    expect(acts).toEqual([
      [{ image: 0, kind: 'exclude', label: null }],
      [{ image: 0, kind: 'keep', label: null }],
      [{ image: 0, kind: 'relabel', label: 'dog' }],
    ]);
  });

  it('are decided together where they are selected, as one step, and not the open one as well', async () => {
    const { acts, gallery } = await openImages();
    gallery.detail = true;
    for (const id of [3, 5]) gallery.toggle(id);
    await settled();
    await key('s');
    await key('2');
    expect(acts).toEqual([
      [3, 5].map((image) => ({ image, kind: 'unsure', label: null })),
      [3, 5].map((image) => ({ image, kind: 'relabel', label: 'dog' })),
    ]);
  });

  it('are all selected by one key', async () => {
    const { gallery } = await openImages();
    await key('a', { ctrlKey: true });
    expect(gallery.selected.size).toBe(60);
  });
});

describe('undo', () => {
  it('takes back the last step in any view: the mute, then the decision before it', async () => {
    const { acts, gallery, session } = await openImages();
    gallery.detail = true;
    await settled();
    await key('x');
    const findings = findingsOf(session.dataset!);
    const muted = (): boolean => session.dataset!.findings.value!.find((one) => one.key === finding)?.muted !== null;
    const finding = sampleFindings(60).find((one) => one.muted === null)!.key;
    await findings.mute(finding, 'known');
    expect(muted()).toBe(true);
    session.go('overview');
    await settled();
    await key('z', { ctrlKey: true });
    expect(muted()).toBe(false);
    expect(acts).toHaveLength(1);
    await key('z', { ctrlKey: true });
    expect(acts).toHaveLength(0);
    expect(session.notices.list.map(({ message }) => message)).toContain('Undone: the last step, on 1 image.');
    await key('z', { ctrlKey: true });
    expect(session.notices.list.map(({ message }) => message)).toContain('There is nothing to undo.');
  });
});

describe('the history of decisions', () => {
  it('names each step, and which are undone', async () => {
    const { fake } = await openWindow(scene, {
      'review.history': () => ({
        more: false,
        steps: [
          {
            batch: 2,
            at: 1,
            undone: true,
            images: 1,
            kinds: [{ kind: 'relabel', count: 1 }],
            label: 'dog',
            path: 'cat/1.png',
            note: null,
            source: 'confusion',
          },
          {
            batch: 1,
            at: 1,
            undone: false,
            images: 6,
            kinds: [{ kind: 'exclude', count: 6 }],
            label: null,
            path: null,
            note: null,
            source: null,
          },
        ],
      }),
    });
    await press('Decisions');
    expect(fake.asked.some(({ name }) => name === 'review.history')).toBe(true);
    expect(text('[role="listitem"]')).toEqual([
      expect.stringMatching(/^Relabelled to dog undone cat\/1\.png Confusion$/),
      expect.stringMatching(/^Excluded .* 6 images$/),
    ]);
  });
});
