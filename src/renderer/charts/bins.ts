/**
 * Where values and bins of a histogram stand on its axis. Bins are drawn equally wide, which is right for linear and
 * for log edges.
 */
import { scaleLinear, scaleLog } from 'd3-scale';
import type { Histogram } from '../../contract/model/finding';

type Axis = Pick<Histogram, 'edges' | 'log'>;

/** Labels of a log axis that stand closer than this share of their mean distance run into each other. */
const CROWDED = 0.7;

/** Place of `value` on the axis, 0–1. */
export function placeOf({ edges, log }: Axis, value: number): number {
  const bins = edges.length - 1;
  if (bins < 1) return 0;
  let bin = 0;
  while (bin < bins - 1 && value >= edges[bin + 1]!) bin += 1;
  const low = edges[bin]!;
  const high = edges[bin + 1]!;
  const inside = log && low > 0 ? Math.log(value / low) / Math.log(high / low) : (value - low) / (high - low);
  return Math.min(1, Math.max(0, (bin + (Number.isFinite(inside) ? inside : 0)) / bins));
}

/** The value at a place of the axis: the inverse of `placeOf`. */
export function valueAt({ edges, log }: Axis, place: number): number {
  const bins = edges.length - 1;
  const at = Math.min(1, Math.max(0, place)) * bins;
  const bin = Math.min(bins - 1, Math.floor(at));
  const low = edges[bin]!;
  const high = edges[bin + 1]!;
  const inside = at - bin;
  return log && low > 0 ? low * (high / low) ** inside : low + (high - low) * inside;
}

/** Round values to label, at most about `wanted`, with their places. */
export function axisTicks(axis: Axis, wanted: number): { value: number; place: number }[] {
  const low = axis.edges[0];
  const high = axis.edges[axis.edges.length - 1];
  if (low === undefined || high === undefined || !(high > low)) return [];
  const values = axis.log && low > 0 ? logTicks(low, high, wanted) : scaleLinear([low, high], [0, 1]).ticks(wanted);
  let last = -Infinity;
  return values.flatMap((value) => {
    const place = placeOf(axis, value);
    if (axis.log && place - last < CROWDED / wanted) return [];
    last = place;
    return [{ value, place }];
  });
}

/** 1, 2, 5 where they fit, else decades; within a decade round values at even steps. */
function logTicks(low: number, high: number, wanted: number): number[] {
  const round = scaleLog([low, high], [0, 1])
    .ticks(wanted)
    .filter((value) => value >= low && value <= high);
  const leading = round.filter((value) => /^[125]/.test(value.toExponential()));
  const powers = round.filter((value) => value.toExponential().startsWith('1e'));
  if (leading.length >= 2 && leading.length <= wanted) return leading;
  if (powers.length < 2) return scaleLinear([low, high], [0, 1]).ticks(wanted);
  const step = Math.ceil(powers.length / wanted);
  return powers.filter((_, at) => at % step === 0);
}

/** Of small text, px, on the wide side. */
const CHARACTER = 6;

/** Where the middle of a label stands, so that it keeps within an axis of `width` px. */
export function labelAt(text: string, place: number, width: number): number {
  const half = Math.min(width, text.length * CHARACTER) / 2;
  return Math.min(width - half, Math.max(half, place * width));
}

/** How many labels an axis of `width` px has room for; sizes of files are the longest. */
export function roomFor(width: number, unit: string): number {
  return Math.max(2, Math.floor(width / (unit === 'bytes' ? 96 : 72)));
}

/** Bin under a place of the axis. */
export function binAt({ edges }: Axis, place: number): number {
  const bins = edges.length - 1;
  return Math.min(bins - 1, Math.max(0, Math.floor(place * bins)));
}
