/** Integral images (Crow 1984): the sum over any box by four reads. */

/**
 * @param stride values in a row of the integral image, one more than the picture has
 * @returns the sum over a box of the picture
 */
export function boxOf(
  integral: Float64Array,
  stride: number,
  left: number,
  top: number,
  across: number,
  down: number,
): number {
  const upper = top * stride + left;
  const lower = upper + down * stride;
  return (
    (integral[lower + across] as number) -
    (integral[lower] as number) -
    (integral[upper + across] as number) +
    (integral[upper] as number)
  );
}
