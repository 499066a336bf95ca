/** Turns a key or button into acts of the review log. */
import type { ImageCard } from '../../contract/model/image';
import type { Act, ReviewItem } from '../../contract/model/review';

/** `suggestion` takes the class that the probes find more likely. */
export type DecisionInput =
  | { readonly kind: 'keep' | 'exclude' | 'unsure' | 'clear' | 'suggestion' }
  | { readonly kind: 'relabel'; readonly label: string };

/** What a decision needs to know of an image. */
interface Decidable extends Pick<ReviewItem, 'suggested'> {
  readonly card: Pick<ImageCard, 'id' | 'className'>;
}

/** Null if the choice does not apply to this image: no probe suggests another class. */
export function actOn(item: Decidable, choice: DecisionInput): Act | null {
  const image = item.card.id;
  const label = choice.kind === 'relabel' ? choice.label : choice.kind === 'suggestion' ? item.suggested : null;
  if (choice.kind !== 'relabel' && choice.kind !== 'suggestion') return { image, kind: choice.kind, label: null };
  if (label === null) return null;
  return label === item.card.className ? { image, kind: 'keep', label: null } : { image, kind: 'relabel', label };
}
