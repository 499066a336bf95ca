/** Finds the layer from which on a net gives the same output for every image. */
import type { WatchedEpoch, WatchedLayer, WatchVerdict } from '../../../contract/model/training-watch';
import type { LayerRecord } from './records';

/** Up to this share of the mean square, a variance over images comes from rounding, and the output is constant. */
const VANISHED = 1e-6;
/** A rectifier is dead when at least this share of its units is 0 for every image. */
const DEAD = 0.99;

export function watchedLayer({ name, variance, square, dead }: LayerRecord): WatchedLayer {
  const constant = variance !== null && square !== null && variance <= VANISHED * square;
  return { name, variance, deadShare: dead, constant: constant || (dead ?? 0) >= DEAD };
}

/**
 * The first layer from which on every layer is constant. If a later layer is not constant, a constant one is in a
 * branch that the net does not need.
 */
function firstConstant(layers: readonly WatchedLayer[]): WatchedLayer | null {
  const last = layers.findLastIndex(({ constant }) => !constant);
  return layers[last + 1] ?? null;
}

/** The first constant layer, in the first epoch from `since` on that has one; null if the latest epoch has none. */
export function whereOf(epochs: readonly WatchedEpoch[], since: number): WatchVerdict['layer'] {
  const latest = epochs.findLast(({ layers }) => layers.length > 0);
  if (latest === undefined || firstConstant(latest.layers) === null) return null;
  for (const { epoch, layers } of epochs) {
    if (epoch < since) continue;
    const layer = firstConstant(layers);
    if (layer !== null) return { name: layer.name, epoch, dead: (layer.deadShare ?? 0) >= DEAD };
  }
  return null;
}
