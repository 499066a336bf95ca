/** What is computed from the rows of all images, as sums over ranges of images. Loads no TensorFlow. */

/** Sums over the rows of one range. */
export interface RowSums {
  readonly images: number;
  /** Sum of the weights. */
  readonly weight: number;
  /** Weighted sum of the rows less the centre. */
  readonly rows: Float64Array;
  /** Weighted sum of their products, width × width. */
  readonly products: Float64Array;
}

/** Sums over the rows of one range, after `rotateRows`, and their targets. */
export interface TargetSums {
  /** Weighted sum of the rows. */
  readonly rows: Float64Array;
  /** Weighted sum of the targets. */
  readonly targets: Float64Array;
  /** Weighted sum of their products, rank × classes. */
  readonly products: Float64Array;
}

/** Eigenbasis of the weighted scatter matrix of the features of all rows. */
export interface RidgeBasis {
  readonly images: number;
  /** Number of directions. */
  readonly rank: number;
  /** Sum of the weights. */
  readonly weight: number;
  /** Weighted mean of the rows. */
  readonly mean: Float64Array;
  /** From centred rows to the eigenbasis, rank × rank. */
  readonly vectors: Float64Array;
  /** Weighted sum of squares in each direction, ascending. */
  readonly spectrum: Float64Array;
}

/** A fit for all penalties. */
export interface RidgeFit {
  readonly basis: Omit<RidgeBasis, 'vectors' | 'mean'>;
  readonly classes: number;
  /** Weighted mean of the targets. */
  readonly mean: Float64Array;
  /** Weighted covariance of rows and targets times the sum of the weights, rank × classes. */
  readonly covariance: Float64Array;
}

/** Adds numbers to a sum, place by place. */
export function addTo(sum: Float64Array, terms: ArrayLike<number>): void {
  for (let i = 0; i < sum.length; i++) sum[i]! += terms[i]!;
}

/** Sum of arrays of equal length, added in the order of the list. */
export function arraySum(arrays: readonly Float64Array[]): Float64Array {
  const sum = new Float64Array(arrays[0]!.length);
  for (const array of arrays) addTo(sum, array);
  return sum;
}

/** Adds the sums of ranges in the order of the list. */
export function mergeRowSums(parts: readonly RowSums[]): RowSums {
  return {
    images: parts.reduce((sum, { images }) => sum + images, 0),
    weight: parts.reduce((sum, { weight }) => sum + weight, 0),
    rows: arraySum(parts.map(({ rows }) => rows)),
    products: arraySum(parts.map(({ products }) => products)),
  };
}

/** Adds the sums of ranges in the order of the list. */
export function mergeTargetSums(parts: readonly TargetSums[]): TargetSums {
  return {
    rows: arraySum(parts.map(({ rows }) => rows)),
    targets: arraySum(parts.map(({ targets }) => targets)),
    products: arraySum(parts.map(({ products }) => products)),
  };
}

/** The fit from the sums of all rows. */
export function fitOf(basis: RidgeBasis, { rows, targets, products }: TargetSums): RidgeFit {
  const classes = targets.length;
  const { images, rank, weight, spectrum } = basis;
  const mean = targets.map((sum) => sum / weight);
  return {
    basis: { images, rank, weight, spectrum },
    classes,
    mean,
    covariance: products.map((sum, at) => sum - rows[Math.floor(at / classes)]! * mean[at % classes]!),
  };
}

/** Mean effect of an image's own label on its fitted score, 0–1: effective degrees of freedom divided by images. */
export function meanLeverage({ spectrum, images }: Pick<RidgeBasis, 'spectrum' | 'images'>, penalty: number): number {
  return spectrum.reduce((sum, value) => sum + value / (value + penalty), 0) / images;
}
