/** Shows the images most similar to some images, in the Images view. */
import type { Dataset } from './dataset.svelte';
import { RANKED, galleryOf } from './gallery.svelte';
import type { Session } from './session.svelte';

/** The most images whose mean is taken. */
export const LIKE_MOST = 100;

/**
 * If nothing can be compared with the first image, says what to do.
 * @param paths paths of images, at most `LIKE_MOST`
 */
export function showLike(session: Session, dataset: Dataset, paths: readonly string[]): void {
  void session.notices.attempt(async () => {
    const { state } = await dataset.engine.call('images.similarity', { dataset: dataset.id, path: paths[0] ?? '' });
    if (state === 'known') {
      session.closeup = session.comparison = null;
      session.goAnew('gallery');
      galleryOf(dataset).show({ like: [...paths] }, RANKED);
    } else if (state === 'no-probe' && dataset.unlearnable !== null) session.notices.info(dataset.unlearnable);
    else session.notices.info(LIKE_HINTS[state], { label: 'Go to the probes', run: () => session.go('labels') });
  });
}

export const LIKE_HINTS = {
  'no-probe': 'Similar images can be found after a probe has run.',
  unseen: 'The last probe did not see this image: it is newer, or it cannot be read. Run the probe again.',
} as const;
