/** Parts of the filter that no control shows, each as a chip that can be removed. */
import type { Finding } from '../../../contract/model/finding';
import type { ImageFilter } from '../../../contract/model/queries';
import { className } from '../../../core/text/names';
import { counted, percent } from '../../../core/text/numbers';

export interface FilterChip {
  readonly part: 'finding' | 'ids' | 'cell' | 'suspect';
  readonly text: string;
}

export function filterChips({ finding, ids, cell, suspect }: ImageFilter, findings: readonly Finding[]): FilterChip[] {
  const chips: FilterChip[] = [];
  if (finding !== undefined)
    chips.push({
      part: 'finding',
      text: findings.find((one) => one.key === finding)?.title ?? 'A finding that no longer exists',
    });
  if (ids !== undefined) chips.push({ part: 'ids', text: `${counted(ids.length, 'image')} selected on the map` });
  if (cell !== undefined)
    chips.push({ part: 'cell', text: `Given “${className(cell.given)}”, predicted “${className(cell.predicted)}”` });
  if (suspect !== undefined)
    chips.push({ part: 'suspect', text: `Labels more than ${percent(suspect.threshold)} wrong` });
  return chips;
}
