/** The lists of images and the panel of an image: findings and decisions. */
import { describe, expect, it } from 'vitest';
import type { ImageFinding } from '../../../../src/contract/model/finding';
import type { Decision } from '../../../../src/contract/model/review';
import type { Suspect } from '../../../../src/contract/model/labels';
import { findingsOf } from '../../../../src/renderer/state/findings.svelte';
import { galleryOf } from '../../../../src/renderer/state/gallery.svelte';
import { labelsOf } from '../../../../src/renderer/state/labels.svelte';
import { inWindow, openWindow, press, settled, text } from '../support/mounted-window';
import { sampleFindings } from '../support/sample-findings';
import { DATASET, scenario } from '../support/scenario';

const [model] = sampleFindings(1500);
const suspicious = { ...model!, key: 'label-error', check: 'label-error', scope: 'image', groups: 0 } as const;
const scene = scenario({
  name: 'pets',
  classes: [
    { name: 'cat', count: 1200 },
    { name: 'dog', count: 300 },
  ],
  findings: [...sampleFindings(1500), suspicious],
});
const excluded: Decision = { verdict: 'exclude', label: null, queue: null, note: null, at: 1 };

inWindow();

describe('the panel of an image', () => {
  const found: ImageFinding[] = [
    { key: 'near-duplicate', group: { index: 23, images: 4 } },
    { key: 'label-error', group: null },
    { key: 'dark', group: null },
    { key: 'odd-mode', group: null },
  ];

  async function openPanel() {
    const { fake, session } = await openWindow(scene, {
      'images.findings': () => ({ findings: found, suggested: 'dog' }),
    });
    const dataset = session.dataset!;
    galleryOf(dataset).detail = true;
    session.go('gallery');
    await settled();
    return { fake, session, dataset };
  }

  it('lists the findings that are not muted, with the number of copies and the suggested class', async () => {
    await openPanel();
    expect(text('[aria-label="Image details"] li')).toEqual([
      'Near duplicates 3 copies',
      'Suspicious labels → dog',
      'Dark images',
    ]);
  });

  it('opens the group that contains the image', async () => {
    const { fake, session, dataset } = await openPanel();
    await press('Near duplicates');
    expect(session.view).toBe('findings');
    expect(findingsOf(dataset).selected?.key).toBe('near-duplicate');
    expect(fake.asked.findLast((one) => one.name === 'findings.groups')?.params).toMatchObject({
      finding: 'near-duplicate',
      offset: 20,
    });
  });

  it('opens a finding without groups as well', async () => {
    const { dataset } = await openPanel();
    await press('Dark images');
    expect(findingsOf(dataset).selected?.key).toBe('dark');
    expect(findingsOf(dataset).sought).toBeNull();
  });
});

describe('lists of images', () => {
  it('show every decision and undo at once, wherever it was made', async () => {
    let decision: Decision | null = null;
    const suspect: Suspect = {
      card: scene.card(7),
      given: 'cat',
      suggested: 'dog',
      wrong: 0.9,
      flagged: true,
      probed: [],
    };
    const { fake, session } = await openWindow(scene, {
      'labels.list': () => ({ total: 1, items: [suspect] }),
      'labels.curve': () => [],
      'review.decisions': ({ images }) => (decision !== null && images.includes(7) ? [{ image: 7, decision }] : []),
    });
    const dataset = session.dataset!;
    const [labels, gallery] = [labelsOf(dataset), galleryOf(dataset)];
    for (const [view, shown] of [
      ['labels', () => labels.suspects.at(0)],
      ['gallery', () => gallery.cards.at(7)],
    ] as const) {
      session.go(view);
      await settled();
      for (const now of [excluded, null]) {
        decision = now;
        fake.push('review-changed', { dataset: DATASET, classes: false });
        await settled();
        expect(shown()?.decision).toEqual(now);
      }
    }
  });
});
