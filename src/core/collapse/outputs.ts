/** Determines from the values what a model's raw outputs are, so that logits are not taken for probabilities. */

export type OutputScale = 'probabilities' | 'percent' | 'independent' | 'logits';

export interface ReadOutputs {
  readonly scale: OutputScale;
  /** Probabilities per row, summing to 1; null if a value of the row is not finite. */
  readonly rows: readonly (Float64Array | null)[];
  readonly notFinite: number;
  readonly notes: readonly string[];
}

/** Tolerance for the sum of ten probabilities that were rounded to two or three digits. */
export const SUM_TOLERANCE = 0.02;

/** Percentages are often rounded to whole numbers, so that each differs by up to half. */
const percentTolerance = (columns: number): number => Math.min(10, Math.max(100 * SUM_TOLERANCE, columns / 2));

/** A sigmoid of 20 is 1 to eight digits: a single output above it that is never negative is a percentage. */
const MOST_LOGIT = 20;

/** Probabilities from logits, without overflow. */
export function softmax(logits: ArrayLike<number>): Float64Array {
  const out = Float64Array.from(logits);
  const top = out.reduce((best, value) => Math.max(best, value), -Infinity);
  let sum = 0;
  for (let k = 0; k < out.length; k++) sum += out[k] = Math.exp(out[k]! - top);
  return out.map((value) => value / sum);
}

const sumOf = (row: ArrayLike<number>): number => {
  let sum = 0;
  for (let k = 0; k < row.length; k++) sum += row[k]!;
  return sum;
};

/** Each value divided by their sum. If the sum is 0, all classes get the same share. */
function shares(row: readonly number[]): Float64Array {
  const sum = sumOf(row);
  return sum === 0 ? new Float64Array(row.length).fill(1 / row.length) : Float64Array.from(row, (value) => value / sum);
}

function scaleOf(rows: readonly (readonly number[])[], columns: number): OutputScale {
  const within = rows.every((row) => row.every((value) => value >= -1e-6 && value <= 1 + 1e-6));
  if (within && (columns === 1 || rows.every((row) => Math.abs(sumOf(row) - 1) <= SUM_TOLERANCE)))
    return 'probabilities';
  if (within) return 'independent';
  const upTo100 = rows.every((row) => row.every((value) => value >= 0 && value <= 100 + 1e-6));
  if (!upTo100) return 'logits';
  return columns === 1
    ? rows.some((row) => row[0]! > MOST_LOGIT)
      ? 'percent'
      : 'logits'
    : rows.every((row) => Math.abs(sumOf(row) - 100) <= percentTolerance(columns))
      ? 'percent'
      : 'logits';
}

const SAID: Record<OutputScale, string | null> = {
  probabilities: null,
  percent: 'The outputs of an image sum to 100. They are read as percentages.',
  independent:
    'The outputs of an image are between 0 and 1 but do not sum to 1, as after a sigmoid layer. Each row is divided by its sum.',
  logits:
    'The outputs are not probabilities (some are below 0 or above 1). They are read as logits, through a softmax.',
};

const SAID_SINGLE: Record<OutputScale, string | null> = {
  ...SAID,
  percent: 'The outputs are between 0 and 100. They are read as percentages.',
  logits:
    'The outputs are not probabilities (some are below 0 or above 1). They are read as logits, through a sigmoid.',
};

/**
 * Converts outputs to probabilities.
 * @param values one row per image, with one number per class, or for two classes with one number (that of the second
 * class)
 */
export function readOutputs(values: readonly (readonly number[])[], classes: number): ReadOutputs {
  const finite = values.filter((row) => row.every(Number.isFinite));
  const columns = values[0]?.length ?? classes;
  const scale = scaleOf(finite, columns);
  const single = columns === 1 && classes === 2;
  const convert = (row: readonly number[]): Float64Array => {
    if (single) {
      const share = scale === 'percent' ? row[0]! / 100 : row[0]!;
      const p = scale === 'logits' ? 1 / (1 + Math.exp(-row[0]!)) : Math.min(1, Math.max(0, share));
      return Float64Array.of(1 - p, p);
    }
    return scale === 'logits' ? softmax(row) : shares(row.map((value) => Math.max(0, value)));
  };
  const said = (single ? SAID_SINGLE : SAID)[scale];
  const order = single
    ? ['The table has one number per image. It is read as the output for the second class in sorted order.']
    : [];
  return {
    scale,
    rows: values.map((row) => (row.every(Number.isFinite) ? convert(row) : null)),
    notFinite: values.length - finite.length,
    notes: said === null ? order : [said, ...order],
  };
}
