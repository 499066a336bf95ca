/** Ridge penalties, and the search for the best one. */

/** Half a decade apart. */
export const PENALTIES = Array.from({ length: 12 }, (_, i) => 10 ** (-3 + i / 2));
/** Index of the penalty at which searches start: the most frequent best one on real sets. */
export const USUAL_PENALTY = 5;

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
