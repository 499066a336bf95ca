/** Adam (Kingma & Ba 2015) for one vector of weights. */
import { type Tensor1D, tf } from '../runtime/tensors';

const FIRST_KEPT = 0.9;
const SECOND_KEPT = 0.999;
const EPSILON = 1e-7;

export interface AdamState {
  readonly weights: Tensor1D;
  readonly first: Tensor1D;
  readonly second: Tensor1D;
  readonly step: number;
}

/** Computes one update, and disposes of the given state. */
export function adamStep(state: AdamState, gradient: Tensor1D, rate: number): AdamState {
  const step = state.step + 1;
  const next = tf.tidy(() => {
    const first = state.first.mul<Tensor1D>(FIRST_KEPT).add<Tensor1D>(gradient.mul(1 - FIRST_KEPT));
    const second = state.second.mul<Tensor1D>(SECOND_KEPT).add<Tensor1D>(gradient.square().mul(1 - SECOND_KEPT));
    // The bias corrections of both moments are part of the learning rate, as in Keras.
    const corrected = (rate * Math.sqrt(1 - SECOND_KEPT ** step)) / (1 - FIRST_KEPT ** step);
    const weights = state.weights.sub<Tensor1D>(first.mul(corrected).div(second.sqrt().add(EPSILON)));
    return { weights, first, second };
  });
  tf.dispose([state.weights, state.first, state.second]);
  return { ...next, step };
}
