/** A group of copies under review: which of its members are shown. */
import { expect, it } from 'vitest';
import { reviewOf } from '../../../../../src/renderer/state/review.svelte';
import { inWindow, openWindow, press, settled } from '../../support/mounted-window';
import { sampleFindings } from '../../support/sample-findings';
import { scenario } from '../../support/scenario';

inWindow();

const members = (): HTMLElement[] => [...document.querySelectorAll<HTMLElement>('[role="radio"]')];
const kept = (): boolean[] => members().map((one) => one.getAttribute('aria-checked') === 'true');

it('are the first ones and the one that stays, and all on a click', async () => {
  const scene = scenario({ name: 'pets', classes: [{ name: 'cat', count: 60 }], findings: sampleFindings(60) });
  const [group] = scene.groups(0, 1).groups;
  const many = Array.from({ length: 30 }, (_, id) => ({
    ...group!.members[0]!,
    card: { ...scene.card(id), width: id === 25 ? 900 : 100, height: 100 },
  }));
  const { session } = await openWindow(scene, {
    'review.queue': () => ({ total: 0, items: [] }),
    'findings.groups': () => ({ total: 1, groups: [{ ...group!, members: many }] }),
  });
  session.go('review');
  await settled();
  await reviewOf(session.dataset!).open({ kind: 'finding', key: 'near-duplicate' });
  await settled();
  expect(members()).toHaveLength(13);
  expect(kept().lastIndexOf(true)).toBe(12);
  expect(members()[12]!.tabIndex).toBe(0);
  for (let step = 0; step < 3; step += 1)
    window.dispatchEvent(new KeyboardEvent('keydown', { key: 'ArrowLeft', cancelable: true, bubbles: true }));
  await settled();
  expect(members()).toHaveLength(14);
  expect(members()[12]!.tabIndex).toBe(0);
  await press('Show all 30');
  await expect.poll(() => members().length).toBe(30);
  expect(kept().lastIndexOf(true)).toBe(25);
});
