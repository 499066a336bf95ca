/** The keys of the image under review, before the images beside it have arrived. */
import { expect, it } from 'vitest';
import { reviewOf } from '../../../../../src/renderer/state/review.svelte';
import { inWindow, openWindow, settled, text } from '../../support/mounted-window';
import { scenario } from '../../support/scenario';

inWindow();

async function openReview(classes: readonly string[]): Promise<(key: string) => Promise<string>> {
  const scene = scenario({ name: 'pets', classes: classes.map((name) => ({ name, count: 30 })) });
  const { session } = await openWindow(scene, {
    'labels.surroundings': () => new Promise<never>(() => undefined),
    'review.queue': () => ({ total: 1, items: [{ card: scene.card(7), suggested: null, decision: null }] }),
    'images.similarity': () => ({ state: 'no-probe' }),
  });
  session.go('review');
  await reviewOf(session.dataset!).open({ kind: 'filter', title: 'All images', filter: {} });
  await settled();

  return async (key) => {
    window.dispatchEvent(new KeyboardEvent('keydown', { key, cancelable: true, bubbles: true }));
    await settled();
    return text('[role="status"]').join(' ');
  };
}

it('M and C answer at once', async () => {
  const said = await openReview(['cat', 'dog']);
  expect(await said('m')).toContain('Similar images can be found after a probe has run.');
  expect(await said('c')).toContain('The images to compare with are still being read.');
});

it('M does not send to a probe that cannot run', async () => {
  const said = await openReview(['cat']);
  const sentence = await said('m');
  expect(sentence).toContain('All readable images have the label “cat”: there is no second class to tell it from.');
  expect(sentence).not.toContain('probe');
});
