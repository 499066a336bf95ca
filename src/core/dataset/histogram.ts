/** Histograms of measures, with round bin edges. */
import type { Histogram } from '../../contract/model/finding';

export interface HistogramSpec {
  readonly id: string;
  readonly title: string;
  readonly unit: string;
  /**
   * Fixed bins for measures with a known range. 'log' means bins at powers of two, or at fractions of powers, that
   * cover the data.
   */
  readonly range: { readonly from: number; readonly to: number; readonly bins: number } | 'log';
}

/** Bins per octave, finest first. The finest one with at most MOST_BINS bins is used. */
const STEPS = [8, 4, 2, 1, 0.5, 0.25] as const;
const MOST_BINS = 40;

/** Smaller values count as zero: they are only rounding noise. */
const TINY = 1e-9;
/**
 * Values that are at least this many octaves below the largest one are counted in the first bin, so that they do not
 * stretch the axis.
 */
const MOST_OCTAVES = 24;

/** Edges 2^(k/step) around the values; if all values are equal, both edges are that value. */
function logEdges(values: Float64Array): number[] {
  let [least, most] = [Infinity, -Infinity];
  for (const value of values) {
    if (value > TINY) {
      least = Math.min(least, value);
      most = Math.max(most, value);
    }
  }
  if (least > most) return [1, 2];
  if (values.every((value) => value === most)) return [most, most];
  const low = Math.max(Math.log2(least), Math.log2(most) - MOST_OCTAVES);
  const high = Math.log2(most);
  for (const step of STEPS) {
    const first = Math.floor(low * step);
    const last = Math.max(first + 1, Math.ceil(high * step));
    if (last - first <= MOST_BINS) return Array.from({ length: last - first + 1 }, (_, i) => 2 ** ((first + i) / step));
  }
  return [least, most];
}

/**
 * The bin of a value begins at the last edge that is not above the value. Values outside the bins count in the first or
 * last one.
 */
function binOf(edges: readonly number[], value: number): number {
  let [low, high] = [0, edges.length - 2];
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (edges[middle]! <= value) low = middle;
    else high = middle - 1;
  }
  return low;
}

export function histogramOf(spec: HistogramSpec, values: Float64Array): Histogram {
  const log = spec.range === 'log';
  const edges =
    spec.range === 'log'
      ? logEdges(values)
      : Array.from({ length: spec.range.bins + 1 }, (_, i) =>
          spec.range === 'log' ? 0 : spec.range.from + ((spec.range.to - spec.range.from) * i) / spec.range.bins,
        );
  const counts = new Array<number>(edges.length - 1).fill(0);
  for (const value of values) counts[binOf(edges, value)]! += 1;
  return { id: spec.id, title: spec.title, unit: spec.unit, edges, counts, log };
}
