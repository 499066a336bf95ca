/**
 * Positions of values and bins on the axis of a histogram. All bins have equal width, which is right for linear and for
 * logarithmic edges.
 */
import { scaleLinear, scaleLog } from 'd3-scale';
import type { Histogram } from '../../contract/model/finding';

type Axis = Pick<Histogram, 'edges' | 'log'>;

/** Labels of a log axis closer together than this share of their mean distance would overlap. */
const CROWDED = 0.7;

/** Position of `value` on the axis, 0–1. */
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

/** The value at a position of the axis: the inverse of `placeOf`. */
export function valueAt({ edges, log }: Axis, place: number): number {
  const bins = edges.length - 1;
  const at = Math.min(1, Math.max(0, place)) * bins;
  const bin = Math.min(bins - 1, Math.floor(at));
  const low = edges[bin]!;
  const high = edges[bin + 1]!;
  const inside = at - bin;
  return log && low > 0 ? low * (high / low) ** inside : low + (high - low) * inside;
}

/** At most about `wanted` round values to label, with their positions. */
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

/**
 * Labels 1, 2 and 5 of each decade where there is room, else only decades; within one decade, evenly spaced round
 * values.
 */
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

/** Width of one character of small text in pixels, a generous estimate. */
const CHARACTER = 6;

/** The x position of a label's middle that keeps the label inside an axis `width` pixels wide. */
export function labelAt(text: string, place: number, width: number): number {
  const half = Math.min(width, text.length * CHARACTER) / 2;
  return Math.min(width - half, Math.max(half, place * width));
}

/** How many labels fit on an axis `width` pixels wide; file sizes have the longest labels. */
export function roomFor(width: number, unit: string): number {
  return Math.max(2, Math.floor(width / (unit === 'bytes' ? 96 : 72)));
}

/** The bin at a position of the axis. */
export function binAt({ edges }: Axis, place: number): number {
  const bins = edges.length - 1;
  return Math.min(bins - 1, Math.max(0, Math.floor(place * bins)));
}

/**
 * The values that are counted in a bin. The first and the last bin have no outer limit, because they also count what is
 * beyond the axis.
 */
export function rangeOfBin({ edges }: Axis, bin: number): { from: number | null; to: number | null } {
  const last = edges.length - 2;
  if (last === 0) return { from: edges[0] ?? null, to: null };
  return { from: bin === 0 ? null : (edges[bin] ?? null), to: bin === last ? null : (edges[bin + 1] ?? null) };
}
