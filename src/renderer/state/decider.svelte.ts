/** Decisions outside of a review, and undo and redo wherever the user is. */
import type { Act, ActSource } from '../../contract/model/review';
import { counted } from '../../core/text/numbers';
import type { Dataset } from './dataset.svelte';
import { actOn, type DecisionInput } from './review-decision';
import { sideStepsOf } from './side-steps.svelte';

/** Images per call: the most that a page may contain. */
const CHUNK = 1000;

/**
 * Decides images as one undoable step.
 * @returns the number of images decided, and the batch for `review.undo`; null if the choice does not apply to any of
 * them
 */
export async function decideImages(
  { engine, id: dataset }: Dataset,
  images: readonly number[],
  choice: DecisionInput,
  source: ActSource,
): Promise<{ acts: number; batch: number } | null> {
  const acts: Act[] = [];
  if (choice.kind === 'relabel' || choice.kind === 'suggestion') {
    for (let first = 0; first < images.length; first += CHUNK) {
      const ids = images.slice(first, first + CHUNK);
      const page = { offset: 0, limit: CHUNK, filter: { ids }, undecidedOnly: false };
      const { items } = await engine.call('review.queue', { dataset, ...page });
      acts.push(...items.flatMap((item) => actOn(item, choice) ?? []));
    }
  } else for (const image of images) acts.push({ image, kind: choice.kind, label: null });
  return acts.length === 0 ? null : engine.call('review.act', { dataset, acts, queue: null, note: null, source });
}

/**
 * Undoes or redoes the user's last step, if that is not a decision.
 * @returns a sentence on what was done; null if the last step is a decision, or if there is none
 */
export async function stepAside(dataset: Dataset, kind: 'undo' | 'redo'): Promise<string | null> {
  const { undoableAt } = await dataset.engine.call('review.state', { dataset: dataset.id });
  return sideStepsOf(dataset)[kind](undoableAt);
}

/**
 * Undoes or redoes the user's last step, whether it is a decision or not.
 * @returns a sentence on what was done
 */
export async function stepBack(dataset: Dataset, kind: 'undo' | 'redo'): Promise<string> {
  const aside = await stepAside(dataset, kind);
  if (aside !== null) return aside;
  const { images } = await dataset.engine.call(kind === 'undo' ? 'review.undo' : 'review.redo', {
    dataset: dataset.id,
  });
  if (images.length === 0) return kind === 'undo' ? 'There is nothing to undo.' : 'There is nothing to redo.';
  return `${kind === 'undo' ? 'Undone' : 'Redone'}: the last step, on ${counted(images.length, 'image')}.`;
}
