/** Decisions outside of a review, and undo and redo wherever the user is. */
import type { Act } from '../../contract/model/review';
import { integer } from '../../core/text/numbers';
import type { Dataset } from './dataset.svelte';
import { findingsOf } from './findings.svelte';
import { actOn, type DecisionInput } from './review-decision';

/** Images per call: the most that a page may contain. */
const CHUNK = 1000;

/**
 * Decides images as one undoable step.
 * @returns the number of images decided; 0 if the choice does not apply to any of them
 */
export async function decideImages(
  { engine, id: dataset }: Dataset,
  images: readonly number[],
  choice: DecisionInput,
): Promise<number> {
  const acts: Act[] = [];
  if (choice.kind === 'relabel' || choice.kind === 'suggestion') {
    for (let first = 0; first < images.length; first += CHUNK) {
      const ids = images.slice(first, first + CHUNK);
      const page = { offset: 0, limit: CHUNK, filter: { ids }, undecidedOnly: false };
      const { items } = await engine.call('review.queue', { dataset, ...page });
      acts.push(...items.flatMap((item) => actOn(item, choice) ?? []));
    }
  } else for (const image of images) acts.push({ image, kind: choice.kind, label: null });
  if (acts.length > 0) await engine.call('review.act', { dataset, acts, queue: null, note: null });
  return acts.length;
}

/** Undoes a mute if that was the user's last step. @returns whether it was */
export async function undoLastMute(dataset: Dataset): Promise<boolean> {
  const findings = findingsOf(dataset);
  const { lastMuted } = findings;
  if (lastMuted === null) return false;
  const { undoableAt } = await dataset.engine.call('review.state', { dataset: dataset.id });
  return (undoableAt ?? -Infinity) <= lastMuted && (await findings.undoMute());
}

/**
 * Undoes or redoes the user's last step: a decision, or a mute.
 * @returns a sentence on what was done
 */
export async function stepBack(dataset: Dataset, kind: 'undo' | 'redo'): Promise<string> {
  if (kind === 'undo' && (await undoLastMute(dataset))) return 'Undone: the finding is no longer muted.';
  const { images } = await dataset.engine.call(kind === 'undo' ? 'review.undo' : 'review.redo', {
    dataset: dataset.id,
  });
  if (images.length === 0) return kind === 'undo' ? 'There is nothing to undo.' : 'There is nothing to redo.';
  const concerned =
    images.length === 1 ? 'the decision on 1 image' : `the decision on ${integer(images.length)} images`;
  return `${kind === 'undo' ? 'Undone' : 'Done again'}: ${concerned}.`;
}
