import type { Recipe } from '../../../core/collapse/interventions/index';
import { tf, type Tensor, type Tensor1D, type Variable } from '../runtime/tensors';

const WARM_UP = 0.1;

/**
 * The learning rate at a step of a schedule, as a share of the initial rate, 0–1. A schedule that waits for a plateau
 * is trained as a step schedule, because the lab's runs are too short for a plateau.
 */
export function rateShare(schedule: Recipe['schedule'], step: number, steps: number): number {
  const at = step / Math.max(1, steps);
  const cosine = (share: number): number => 0.5 * (1 + Math.cos(Math.PI * share));
  switch (schedule) {
    case 'constant':
      return 1;
    case 'cosine':
      return cosine(at);
    case 'warmup-cosine':
      return at < WARM_UP ? (step + 1) / Math.ceil(WARM_UP * steps) : cosine((at - WARM_UP) / (1 - WARM_UP));
    case 'exponential':
      return 0.01 ** at;
    case 'step':
    case 'plateau':
      return at < 0.5 ? 1 : at < 0.75 ? 0.1 : 0.01;
  }
}

export interface Update {
  /** Norms of the gradient and of the update of each variable, in the order of the variables. */
  readonly gradients: readonly number[];
  readonly updates: readonly number[];
}

interface State {
  first: Tensor1D;
  second: Tensor1D;
  /** The sum of all gradients, for a loop without zero_grad. */
  sum: Tensor1D;
}

const norm = (tensor: Tensor): number => tf.tidy(() => tf.norm(tensor).dataSync()[0]!);

/**
 * SGD with momentum, Adam (Kingma & Ba 2015) or RMSprop. All variables are joined to one vector: a dozen small
 * operations per variable would cost more time than the arithmetic.
 */
export class FlatOptimizer {
  readonly #recipe: Recipe;
  readonly #variables: readonly Variable[];
  readonly #sizes: number[];
  readonly #state: State;
  #step = 0;

  constructor(recipe: Recipe, variables: readonly Variable[]) {
    this.#recipe = recipe;
    this.#variables = variables;
    this.#sizes = variables.map((variable) => variable.size);
    const size = this.#sizes.reduce((sum, one) => sum + one, 0);
    this.#state = {
      first: tf.keep(tf.zeros([size])),
      second: tf.keep(tf.zeros([size])),
      sum: tf.keep(tf.zeros([size])),
    };
  }

  /**
   * One update with the learning rate `rate`. Weight decay is decoupled (Loshchilov & Hutter 2019) and applies to all
   * variables.
   * @returns the norms if `measure` is true, otherwise null
   */
  apply(gradients: readonly Tensor[], rate: number, measure: boolean): Update | null {
    if (this.#recipe.updates === 'none')
      return measure ? { gradients: gradients.map(norm), updates: gradients.map(() => 0) } : null;
    this.#step++;
    let measured: Update | null = null;
    tf.tidy(() => {
      const fresh = tf.concat1d(gradients.map((one) => tf.reshape(one, [one.size])));
      const gradient = this.#clipped(this.#recipe.updates === 'summed' ? this.#add(fresh) : fresh);
      const update = tf.add<Tensor1D>(tf.mul(this.#direction(gradient), rate), this.#decay(rate));
      const parts = tf.split(update, this.#sizes);
      this.#variables.forEach((variable, i) =>
        variable.assign(tf.sub(variable, tf.reshape(parts[i]!, variable.shape))),
      );
      if (measure) measured = { gradients: gradients.map(norm), updates: parts.map(norm) };
    });
    return measured;
  }

  #add(gradient: Tensor1D): Tensor1D {
    return this.#remember('sum', tf.add(this.#state.sum, gradient));
  }

  #clipped(gradient: Tensor1D): Tensor1D {
    const most = this.#recipe.gradientClip;
    return most === null ? gradient : tf.mul(gradient, tf.minimum(1, tf.div(most, tf.add(tf.norm(gradient), 1e-12))));
  }

  #decay(rate: number): Tensor1D | number {
    const { weightDecay } = this.#recipe;
    if (weightDecay === 0) return 0;
    return tf.mul(tf.concat1d(this.#variables.map((one) => tf.reshape(one, [one.size]))), weightDecay * rate);
  }

  #direction(gradient: Tensor1D): Tensor1D {
    const { kind, momentum } = this.#recipe.optimizer;
    if (kind === 'sgd') {
      if (momentum === 0) return gradient;
      return this.#remember('first', tf.add(tf.mul(this.#state.first, momentum), gradient));
    }
    const keep = kind === 'adam' ? 0.999 : 0.9;
    const second = this.#remember(
      'second',
      tf.add(tf.mul(this.#state.second, keep), tf.mul(tf.square(gradient), 1 - keep)),
    );
    if (kind === 'rmsprop') return tf.div(gradient, tf.add(tf.sqrt(second), 1e-7));
    const first = this.#remember('first', tf.add(tf.mul(this.#state.first, 0.9), tf.mul(gradient, 0.1)));
    const corrected = tf.div<Tensor1D>(first, 1 - 0.9 ** this.#step);
    return tf.div(corrected, tf.add(tf.sqrt(tf.div(second, 1 - keep ** this.#step)), 1e-7));
  }

  #remember(slot: keyof State, value: Tensor1D): Tensor1D {
    tf.dispose(this.#state[slot]);
    this.#state[slot] = tf.keep(value);
    return value;
  }

  dispose(): void {
    tf.dispose([this.#state.first, this.#state.second, this.#state.sum]);
  }
}
