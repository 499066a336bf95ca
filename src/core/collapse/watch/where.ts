/** In which layer a net stops telling images apart. */
import type { WatchedEpoch, WatchedLayer, WatchVerdict } from '../../../contract/model/training-watch';
import type { LayerRecord } from './records';

/** Below this share of the mean square, a variance over images is what rounding leaves of a constant output. */
const VANISHED = 1e-6;
/** A rectifier is dead when at least this share of its units is 0 for every image. */
const DEAD = 0.99;

export function watchedLayer({ name, variance, square, dead }: LayerRecord): WatchedLayer {
  const constant = variance !== null && square !== null && variance <= VANISHED * square;
  return { name, variance, deadShare: dead, constant: constant || (dead ?? 0) >= DEAD };
}

/**
 * The first layer from which on every layer is constant. A constant layer with a later one that is not constant is a
 * branch that the net does without.
 */
function firstConstant(layers: readonly WatchedLayer[]): WatchedLayer | null {
  const last = layers.findLastIndex(({ constant }) => !constant);
  return layers[last + 1] ?? null;
}

/** The layer where the net stopped telling images apart, in the first epoch from `since` on in which it had. */
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
