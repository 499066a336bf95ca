/** Ridge penalties, and the search for the best one. */

/** Half a decade apart. */
export const PENALTIES = Array.from({ length: 12 }, (_, i) => 10 ** (-3 + i / 2));
/** Index of the penalty at which searches start: the most frequent best one on real sets. */
export const USUAL_PENALTY = 5;
/** Number of adjacent penalties whose scores are averaged, starting at the best one. */
const AVERAGED = 3;

/**
 * Indices of the penalties whose scores are averaged: the best one and the two above it, each half a decade larger. The
 * mean has a lower error than any single one, and averages out noise.
 */
export function averagedPenalties(best: number): number[] {
  return Array.from({ length: Math.min(AVERAGED, PENALTIES.length - best) }, (_, i) => best + i);
}

/** Mean of the scores of several penalties, in the order of the list. */
export function averagedScores(all: readonly Float32Array[]): Float32Array {
  return all[0]!.map((_, i) => all.reduce((sum, scores) => sum + scores[i]!, 0) / all.length);
}

/**
 * Index of the penalty with the lowest error, found by descending from `start`: the error has a single minimum in
 * practice. `errorAt` is called at most once for each index.
 */
export async function bestPenalty(start: number, errorAt: (index: number) => Promise<number>): Promise<number> {
  // The error is not a number if the kernel could not be factored, which happens with small penalties.
  const comparable = async (index: number): Promise<number> => {
    const error = await errorAt(index);
    return Number.isNaN(error) ? Infinity : error;
  };
  let at = start;
  let least = await comparable(at);
  for (const direction of [-1, 1]) {
    while (PENALTIES[at + direction] !== undefined) {
      const error = await comparable(at + direction);
      if (error >= least) break;
      at += direction;
      least = error;
    }
    if (at < start) break;
  }
  return at;
}

/**
 * Indices of the penalties whose scores are averaged.
 * @param errors for each of PENALTIES
 * @param start where the search starts: USUAL_PENALTY, or the best one of the round before
 */
export async function chosenPenalties(errors: Float64Array, start: number): Promise<number[]> {
  return averagedPenalties(await bestPenalty(start, (index) => Promise.resolve(errors[index]!)));
}
