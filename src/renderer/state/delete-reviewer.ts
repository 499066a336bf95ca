/** Deletes the decisions of another reviewer, which can be undone until the app is closed. */
import { toWire } from '../../contract/errors';
import type { Dataset } from './dataset.svelte';
import { sideStepsOf } from './side-steps.svelte';

/** Errors: not-found. */
export async function deleteReviewer(dataset: Dataset, reviewer: string): Promise<void> {
  const { engine, id } = dataset;
  const params = { dataset: id, reviewer };
  await engine.call('review.forgetReviewer', params);
  sideStepsOf(dataset).add({
    at: Date.now(),
    title: 'Deleted the decisions of a reviewer',
    about: reviewer,
    undone: `the decisions of ${reviewer} are back.`,
    redone: `the decisions of ${reviewer} are deleted.`,
    undo: async () => (await engine.call('review.restoreReviewer', params)).restored,
    redo: () =>
      engine.call('review.forgetReviewer', params).then(
        () => true,
        (error: unknown) => {
          if (toWire(error).code === 'not-found') return false;
          throw error;
        },
      ),
  });
}
