/** A range of a measure in words. */
import type { MeasureRange } from '../../../contract/model/queries';
import { rangeWithUnit, withUnit } from '../../../core/text/numbers';

/** "Brightness 8–16", "Size below 64 px", "Sharpness 500 or more". */
export function rangeText(
  { title, unit }: { readonly title: string; readonly unit: string },
  { from, to }: MeasureRange,
): string {
  if (from !== null && to !== null) return `${title} ${rangeWithUnit(from, to, unit)}`;
  if (to !== null) return `${title} below ${withUnit(to, unit)}`;
  return from === null ? `With a ${title.toLowerCase()}` : `${title} ${withUnit(from, unit)} or more`;
}
