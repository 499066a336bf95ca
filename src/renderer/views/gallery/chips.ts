/** Parts of the filter that no control shows, each as a chip that can be removed. */
import type { Finding } from '../../../contract/model/finding';
import { measureSchema, type ImageFilter } from '../../../contract/model/queries';
import { measureSpec } from '../../../core/dataset/measure-specs';
import { quoted } from '../../../core/text/names';
import { counted, percent } from '../../../core/text/numbers';
import { splitPath } from '../../parts/format';
import { checkTitle } from '../findings/check-words';
import { rangeText } from './range-text';

export interface FilterChip {
  readonly key: string;
  readonly text: string;
  /** What changes in the filter when the chip is removed. */
  readonly removed: { readonly [K in keyof ImageFilter]?: ImageFilter[K] | undefined };
}

function rangeChips(ranges: NonNullable<ImageFilter['ranges']>): FilterChip[] {
  return measureSchema.options.flatMap((measure) => {
    const range = ranges[measure];
    if (range === undefined) return [];
    const left = Object.entries(ranges).filter(([other]) => other !== measure);
    return {
      key: `range ${measure}`,
      text: rangeText({ title: measureSpec(measure).title, unit: measureSpec(measure).shortUnit }, range),
      removed: { ranges: left.length === 0 ? undefined : Object.fromEntries(left) },
    };
  });
}

export function filterChips(
  { like, finding, ids, cell, suspect, ranges, checked }: ImageFilter,
  findings: readonly Finding[],
): FilterChip[] {
  const chips: FilterChip[] = [];
  const add = (part: keyof ImageFilter, text: string) =>
    chips.push({ key: part, text, removed: { [part]: undefined } });
  if (like !== undefined)
    add('like', `Like ${like.length === 1 ? splitPath(like[0]!).name : counted(like.length, 'image')}`);
  if (finding !== undefined)
    add('finding', findings.find((one) => one.key === finding)?.title ?? 'A finding that no longer exists');
  if (ids !== undefined) add('ids', `${counted(ids.length, 'image')} selected on the map`);
  if (cell !== undefined) add('cell', `Given ${quoted(cell.given)}, predicted ${quoted(cell.predicted)}`);
  if (suspect !== undefined) add('suspect', `Labels wrong with more than ${percent(suspect.threshold)} probability`);
  if (checked !== undefined) {
    const shown = findings.find(({ check }) => check === checked.check)?.evidence.histogram;
    add('checked', rangeText({ title: shown?.title ?? checkTitle(checked.check), unit: '' }, checked));
  }
  return ranges === undefined ? chips : [...chips, ...rangeChips(ranges)];
}
