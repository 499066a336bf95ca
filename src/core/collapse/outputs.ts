/** What a model's raw outputs are: told from their values, so that logits are not taken for probabilities. */

export type OutputScale = 'probabilities' | 'percent' | 'independent' | 'logits';

export interface ReadOutputs {
  readonly scale: OutputScale;
  /** Probabilities per row, summing to 1; null where a row was not finite. */
  readonly rows: readonly (Float64Array | null)[];
  readonly notFinite: number;
  readonly notes: readonly string[];
}

/** Rounded to two or three digits, ten classes sum to 1 within this. */
const SUM_TOLERANCE = 0.02;

/** Probabilities of logits, safe against overflow. */
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

/** A sum of 0 says nothing of any class: every class alike. */
function shares(row: readonly number[]): Float64Array {
  const sum = sumOf(row);
  return sum === 0 ? new Float64Array(row.length).fill(1 / row.length) : Float64Array.from(row, (value) => value / sum);
}

function scaleOf(rows: readonly (readonly number[])[], columns: number): OutputScale {
  const within = rows.every((row) => row.every((value) => value >= -1e-6 && value <= 1 + 1e-6));
  if (within && (columns === 1 || rows.every((row) => Math.abs(sumOf(row) - 1) <= SUM_TOLERANCE)))
    return 'probabilities';
  if (within) return 'independent';
  const positive = rows.every((row) => row.every((value) => value >= 0));
  if (positive && columns > 1 && rows.every((row) => Math.abs(sumOf(row) - 100) <= 100 * SUM_TOLERANCE))
    return 'percent';
  return 'logits';
}

const SAID: Record<OutputScale, string | null> = {
  probabilities: null,
  percent: 'The outputs of an image sum to 100: read as percentages.',
  independent:
    'The outputs of an image lie between 0 and 1 but do not sum to 1, as those of a sigmoid layer: each row is divided by its sum.',
  logits: 'The outputs are no probabilities (below 0 or above 1): read as logits, through a softmax.',
};

/**
 * Turns one row of outputs per image into probabilities.
 * @param values one row per image with `classes` numbers, or with one number where there are two classes (that of the
 *   second class)
 */
export function readOutputs(values: readonly (readonly number[])[], classes: number): ReadOutputs {
  const finite = values.filter((row) => row.every(Number.isFinite));
  const columns = values[0]?.length ?? classes;
  const scale = scaleOf(finite, columns);
  const single = columns === 1 && classes === 2;
  const convert = (row: readonly number[]): Float64Array => {
    if (single) {
      const p = scale === 'logits' ? 1 / (1 + Math.exp(-row[0]!)) : Math.min(1, Math.max(0, row[0]!));
      return Float64Array.of(1 - p, p);
    }
    return scale === 'logits' ? softmax(row) : shares(row.map((value) => Math.max(0, value)));
  };
  const said =
    single && scale === 'logits'
      ? 'The outputs are no probabilities (below 0 or above 1): read as logits, through a sigmoid.'
      : SAID[scale];
  const order = single
    ? ['The table has one number per image: read as that of the second class, counted by sorted name.']
    : [];
  return {
    scale,
    rows: values.map((row) => (row.every(Number.isFinite) ? convert(row) : null)),
    notFinite: values.length - finite.length,
    notes: said === null ? order : [said, ...order],
  };
}
