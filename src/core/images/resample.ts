/** Area-averaging and bilinear resampling of small interleaved rasters. */

/** For each target cell: the source cells it covers and their weights, which sum to 1. */
interface Taps {
  readonly first: Int32Array;
  readonly count: Int32Array;
  /** `width` weights per target cell. */
  readonly weights: Float64Array;
  readonly width: number;
}

/** Shrinking averages the covered area, fractions included; enlarging interpolates between cell centres. */
function tapsOf(source: number, target: number): Taps {
  const scale = source / target;
  const width = scale > 1 ? Math.ceil(scale) + 1 : 2;
  const taps = {
    first: new Int32Array(target),
    count: new Int32Array(target),
    weights: new Float64Array(target * width),
    width,
  };
  for (let cell = 0; cell < target; cell += 1) {
    if (scale > 1) {
      const from = cell * scale;
      const to = Math.min(source, from + scale);
      const first = Math.floor(from);
      const last = Math.min(source - 1, Math.ceil(to) - 1);
      taps.first[cell] = first;
      taps.count[cell] = last - first + 1;
      for (let k = first; k <= last; k += 1)
        taps.weights[cell * width + k - first] = Math.max(0, Math.min(to, k + 1) - Math.max(from, k)) / (to - from);
    } else {
      const centre = Math.min(source - 1, Math.max(0, (cell + 0.5) * scale - 0.5));
      const first = Math.min(Math.floor(centre), Math.max(0, source - 2));
      taps.first[cell] = first;
      taps.count[cell] = source > 1 ? 2 : 1;
      taps.weights[cell * width] = source > 1 ? 1 - (centre - first) : 1;
      taps.weights[cell * width + 1] = centre - first;
    }
  }
  return taps;
}

/** Sizes repeat from image to image (256 → 64 nearly always), so that the last weight tables are kept. */
const known = new Map<number, Taps>();

function keptTaps(source: number, target: number): Taps {
  const key = source * 65_536 + target;
  const found = known.get(key);
  if (found) return found;
  if (known.size >= 1024) known.clear();
  const taps = tapsOf(source, target);
  known.set(key, taps);
  return taps;
}

/** The rows of one image after the first pass. A new buffer per image would cost as much time as the resampling. */
let kept = new Float64Array(0);

function scratch(length: number): Float64Array {
  if (kept.length < length) kept = new Float64Array(length);
  return kept;
}

function rowsOf(
  source: ArrayLike<number>,
  height: number,
  width: number,
  channels: number,
  across: Taps,
  toWidth: number,
): Float64Array {
  const rows = scratch(toWidth * height * channels);
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < toWidth; x += 1) {
      const first = (y * width + across.first[x]!) * channels;
      for (let c = 0; c < channels; c += 1) {
        let sum = 0;
        for (let k = 0; k < across.count[x]!; k += 1)
          sum += across.weights[x * across.width + k]! * source[first + k * channels + c]!;
        rows[(y * toWidth + x) * channels + c] = sum;
      }
    }
  }
  return rows;
}

/** As `rowsOf`, for three channels, the usual case: each weight is read once for all three. */
function rowsOfColour(
  source: ArrayLike<number>,
  height: number,
  width: number,
  across: Taps,
  toWidth: number,
): Float64Array {
  const rows = scratch(toWidth * height * 3);
  const { first, count, weights } = across;
  let to = 0;
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < toWidth; x += 1) {
      let red = 0;
      let green = 0;
      let blue = 0;
      let at = (y * width + first[x]!) * 3;
      const start = x * across.width;
      const end = start + count[x]!;
      for (let k = start; k < end; k += 1, at += 3) {
        const weight = weights[k]!;
        red += weight * source[at]!;
        green += weight * source[at + 1]!;
        blue += weight * source[at + 2]!;
      }
      rows[to] = red;
      rows[to + 1] = green;
      rows[to + 2] = blue;
      to += 3;
    }
  }
  return rows;
}

/**
 * Resamples `source` (width × height × channels, interleaved, row-major) to toWidth × toHeight. An axis that shrinks is
 * averaged by area; an axis that grows is interpolated linearly.
 */
export function resample(
  source: ArrayLike<number>,
  width: number,
  height: number,
  channels: number,
  toWidth: number,
  toHeight: number,
): Float64Array {
  const across = keptTaps(width, toWidth);
  const down = keptTaps(height, toHeight);
  const rows =
    channels === 3
      ? rowsOfColour(source, height, width, across, toWidth)
      : rowsOf(source, height, width, channels, across, toWidth);
  const stride = toWidth * channels;
  const result = new Float64Array(stride * toHeight);
  for (let y = 0; y < toHeight; y += 1) {
    const to = y * stride;
    for (let k = 0; k < down.count[y]!; k += 1) {
      const weight = down.weights[y * down.width + k]!;
      const from = (down.first[y]! + k) * stride;
      for (let i = 0; i < stride; i += 1) result[to + i]! += weight * rows[from + i]!;
    }
  }
  return result;
}
