/** A range of a measure in words. */
import type { Measure, MeasureRange } from '../../../contract/model/queries';
import { measureSpec } from '../../../core/dataset/measure-specs';
import { rangeWithUnit, withUnit } from '../../../core/text/numbers';

/** "Brightness 8–16", "Size below 64 px", "Sharpness 500 or more". */
export function rangeText(measure: Measure, { from, to }: MeasureRange): string {
  const { title, shortUnit } = measureSpec(measure);
  if (from !== null && to !== null) return `${title} ${rangeWithUnit(from, to, shortUnit)}`;
  if (to !== null) return `${title} below ${withUnit(to, shortUnit)}`;
  return from === null ? `With a ${title.toLowerCase()}` : `${title} ${withUnit(from, shortUnit)} or more`;
}
