/** The steps of the user in words. */
import type { ReviewStep } from '../../contract/model/review';
import { className } from '../../core/text/names';
import { counted, integer } from '../../core/text/numbers';

const KINDS: Record<ReviewStep['kinds'][number]['kind'], string> = {
  keep: 'Label is right',
  relabel: 'Relabelled',
  exclude: 'Excluded',
  unsure: 'Unsure',
  clear: 'Decision removed',
  move: 'Moved',
  class: 'Class renamed',
  rename: 'Class renamed',
};

/** "Excluded", or "Label is right 3, Excluded 2". With the new name where there is only one. */
export function stepTitle({ kinds, label }: ReviewStep): string {
  const words = kinds.map(({ kind, count }) => (kinds.length === 1 ? KINDS[kind] : `${KINDS[kind]} ${integer(count)}`));
  return label === null ? words.join(', ') : `${words.join(', ')} to ${className(label)}`;
}

/** Which images: the path of the only one, or their number; '' where only classes were changed. */
export function stepImages({ images, path }: ReviewStep): string {
  return path ?? (images === 0 ? '' : counted(images, 'image'));
}
