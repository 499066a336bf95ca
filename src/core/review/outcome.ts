/** The final label of each image once decisions are applied, and whether it stays. */
import { DISAGREEMENTS } from '../../contract/model/agreement';
import type { Decision } from '../../contract/model/review';

export interface Outcome {
  /** The label to train with. */
  readonly label: string;
  readonly action: 'unchanged' | 'kept' | 'relabelled' | 'excluded';
  /** The reason in a few words, for the manifest; '' if nothing was decided. */
  readonly reason: string;
}

/**
 * `unsure` changes nothing: doubt alone is not a reason to remove data.
 * @param own the image's own class, where it matters whether its label is another one
 */
export function outcomeOf(given: string, decision: Decision | null, own = given): Outcome {
  if (decision === null) return { label: given, action: 'unchanged', reason: '' };
  const queue = decision.queue === DISAGREEMENTS ? 'disagreement settled' : decision.queue;
  const reason = decision.note ?? queue ?? 'reviewed';
  switch (decision.verdict) {
    case 'unsure':
      return { label: given, action: 'unchanged', reason: decision.note ?? 'unsure' };
    case 'keep':
      return { label: given, action: 'kept', reason };
    case 'relabel':
      return {
        label: decision.label ?? given,
        action: decision.label === given && given === own ? 'kept' : 'relabelled',
        reason,
      };
    case 'exclude':
      return { label: given, action: 'excluded', reason };
  }
}
