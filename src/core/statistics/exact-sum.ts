/**
 * Sums of fractions that do not depend on the order of their terms: the exact sum, as few floating-point numbers that
 * do not overlap (Shewchuk 1997, "Adaptive precision floating-point arithmetic"; as Python's `math.fsum`).
 */

/** Smallest part first. Their exact sum is the sum of all terms; about 40 parts at most. */
export type ExactSum = readonly number[];

export function exactSum(terms: Iterable<number>): ExactSum {
  const parts: number[] = [];
  for (const term of terms) add(parts, term);
  return parts;
}

export function exactSumsAdded(first: ExactSum, second: ExactSum): ExactSum {
  const parts = [...first];
  for (const part of second) add(parts, part);
  return parts;
}

/** Adds a finite number in place. */
function add(parts: number[], term: number): void {
  let rest = term;
  let kept = 0;
  for (const part of parts) {
    const [large, small] = Math.abs(rest) < Math.abs(part) ? [part, rest] : [rest, part];
    const sum = large + small;
    const error = small - (sum - large);
    if (error !== 0) parts[kept++] = error;
    rest = sum;
  }
  parts.length = kept;
  parts.push(rest);
}

/** The exact sum, rounded once to the nearest number. */
export function roundedSum(parts: ExactSum): number {
  let at = parts.length - 1;
  let sum = parts[at] ?? 0;
  let error = 0;
  while (at > 0 && error === 0) {
    const part = parts[--at]!;
    const before = sum;
    sum = before + part;
    error = part - (sum - before);
  }
  // Half-way cases: the next part decides in which direction the exact sum lies.
  const next = parts[at - 1] ?? 0;
  if (at > 0 && error !== 0 && Math.sign(error) === Math.sign(next)) {
    const doubled = error * 2;
    const rounded = sum + doubled;
    if (doubled === rounded - sum) return rounded;
  }
  return sum;
}
