/**
 * Compares two pictures patch by patch, where one lies in the other as a crop says: a copy has the same fine detail in
 * the same place.
 */
import { type Crop, correlation, sameCut, sampleField } from './alignment';
import { highPass } from './high-pass';
import { refined } from './placement';
import { patchDifference } from './proof';
import type { ColourSurface } from './surface';

/** A patch can prove something only if its fine detail has at least this standard deviation, in grey levels. */
const TEXTURED = 1.2;
/** Two patches agree if the correlation of their fine detail is at least this. */
const AGREES = 0.8;
/** Fine detail below this many grey levels counts as none. */
const FLAT = 0.5;

export interface Structure {
  /** Share of the patches that have fine detail in both pictures. */
  readonly textured: number;
  /** Share of these whose fine detail correlates by at least 0.8. */
  readonly agreeing: number;
  /** Median of the correlations of the agreeing patches. */
  readonly middle: number;
  /** Correlation of luma over the agreeing patches, including coarse detail. */
  readonly similarity: number;
  /** Difference of the colours over the agreeing patches, relative to how colourful they are. */
  readonly colour: number;
  /**
   * Share of samples without any detail in the agreeing patches. The picture with the larger share counts. Photographs
   * have grain everywhere; drawings have only edges.
   */
  readonly flat: number;
  /**
   * Largest root mean square difference of a patch, in standard deviations of the picture, after both pictures are
   * smoothed. Fine stripes differ in two small rasters of one picture, but not what is left of them after smoothing.
   */
  readonly patch: number;
  /** Largest share of a side that is cut from either picture. */
  readonly cut: number;
}

type Weights = readonly [number, number, number];
type Planes = readonly [Float64Array, Float64Array, Float64Array];
const LUMA: Weights = [0.299, 0.587, 0.114];

export interface PatchCompared {
  readonly found: Structure;
  readonly crop: Crop;
  /** The weights of the colours of the first picture that give the luma of the second. */
  readonly weights: Weights;
}

/** Compares pictures on side × side samples, in patches that overlap by half. Its buffers are used again. */
export class PatchComparison {
  readonly #side: number;
  readonly #patch: number;
  readonly #patches: number;
  readonly #coloursA: Planes;
  readonly #coloursB: Planes;
  readonly #fineA: Planes;
  readonly #fineB: Planes;
  readonly #oneOf: Float64Array;
  readonly #otherOf: Float64Array;
  readonly #detailA: Float64Array;
  readonly #detailB: Float64Array;
  readonly #expectedA: Float64Array;
  readonly #expectedB: Float64Array;

  constructor(side: number, patch: number) {
    const plane = (): Float64Array => new Float64Array(side * side);
    const planes = (): Planes => [plane(), plane(), plane()];
    this.#side = side;
    this.#patch = patch;
    this.#patches = ((side - patch) / (patch / 2) + 1) ** 2;
    [this.#coloursA, this.#coloursB, this.#fineA, this.#fineB] = [planes(), planes(), planes(), planes()];
    [this.#oneOf, this.#otherOf, this.#detailA, this.#detailB] = [plane(), plane(), plane(), plane()];
    [this.#expectedA, this.#expectedB] = [plane(), plane()];
  }

  /** Moves the sides of the crop in steps, shares of a side, until the fine detail of both pictures fits best. */
  finest(
    a: ColourSurface,
    b: ColourSurface,
    { crop, weights }: Pick<PatchCompared, 'crop' | 'weights'>,
    steps: readonly number[],
  ) {
    const side = this.#side;
    const fieldA = { width: a.width, height: a.height, values: weighted(a.colours, weights) };
    const fieldB = { width: b.width, height: b.height, values: weighted(b.colours, LUMA) };
    let last: Crop | null = null;
    const fit = (tried: Crop): number => {
      if (!last || !sameCut(last, tried, 1)) {
        sampleField(fieldA, tried, 1, side, side, this.#oneOf);
        highPass(this.#oneOf, side, side, this.#detailA);
      }
      if (!last || !sameCut(last, tried, -1)) {
        sampleField(fieldB, tried, -1, side, side, this.#otherOf);
        highPass(this.#otherOf, side, side, this.#detailB);
      }
      last = tried;
      return correlation(this.#detailA, this.#detailB, side * side);
    };
    return refined(crop, fit, steps).crop;
  }

  compared(a: ColourSurface, b: ColourSurface, crop: Crop): PatchCompared {
    const side = this.#side;
    for (const k of [0, 1, 2] as const) {
      const [one, other] = [this.#coloursA[k], this.#coloursB[k]];
      sampleField({ width: a.width, height: a.height, values: a.colours[k] }, crop, 1, side, side, one);
      sampleField({ width: b.width, height: b.height, values: b.colours[k] }, crop, -1, side, side, other);
      highPass(one, side, side, this.#fineA[k]);
      highPass(other, side, side, this.#fineB[k]);
    }
    mix(this.#fineA, LUMA, this.#detailA);
    mix(this.#fineB, LUMA, this.#detailB);
    const weights = colourMap(this.#fineA, this.#detailB);
    mix(this.#fineA, weights, this.#expectedB);
    mix(this.#fineB, colourMap(this.#fineB, this.#detailA), this.#expectedA);
    const kept = new Uint8Array(side * side);
    const { agreed, textured } = this.#agreeing(kept);
    return {
      found: {
        textured: textured / this.#patches,
        agreeing: agreed.length / Math.max(1, textured),
        middle: agreed[agreed.length >> 1] ?? 0,
        similarity: this.#keptCorrelation(kept),
        colour: colourDifference(this.#coloursA, this.#coloursB, kept),
        flat: Math.max(flatShare(this.#detailA, kept), flatShare(this.#detailB, kept)),
        patch: this.#smoothedDifference(),
        cut: Math.max(...crop.map(Math.abs)),
      },
      crop,
      weights,
    };
  }

  /** @param kept gets 1 for samples of patches that agree, 2 or 3 for those that are also in one that does not */
  #agreeing(kept: Uint8Array): { readonly agreed: readonly number[]; readonly textured: number } {
    const [side, patch] = [this.#side, this.#patch];
    const agreed: number[] = [];
    let textured = 0;
    for (let top = 0; top + patch <= side; top += patch / 2) {
      for (let left = 0; left + patch <= side; left += patch / 2) {
        const there = this.#patchCorrelation(this.#expectedB, this.#detailB, this.#detailA, left, top);
        if (there === null) continue;
        const back = this.#patchCorrelation(this.#expectedA, this.#detailA, this.#detailB, left, top);
        if (back === null) continue;
        textured += 1;
        const fit = (there + back) / 2;
        if (fit >= AGREES) agreed.push(fit);
        const mark = fit >= AGREES ? 1 : 2;
        for (let y = top; y < top + patch; y++)
          for (let i = y * side + left; i < y * side + left + patch; i++) kept[i] = (kept[i] as number) | mark;
      }
    }
    agreed.sort((x, y) => x - y);
    return { agreed, textured };
  }

  /** Correlation of the actual and the expected values in a patch; null if either picture has no fine detail there. */
  #patchCorrelation(
    expected: Float64Array,
    seen: Float64Array,
    own: Float64Array,
    left: number,
    top: number,
  ): number | null {
    const [side, patch] = [this.#side, this.#patch];
    const n = patch * patch;
    let [p, q, o, pp, qq, oo, pq] = [0, 0, 0, 0, 0, 0, 0];
    for (let y = top; y < top + patch; y++) {
      for (let i = y * side + left; i < y * side + left + patch; i++) {
        const one = expected[i] as number;
        const two = seen[i] as number;
        const three = own[i] as number;
        p += one;
        q += two;
        o += three;
        pp += one * one;
        qq += two * two;
        oo += three * three;
        pq += one * two;
      }
    }
    const spread = qq - (q * q) / n;
    if (Math.min(spread, oo - (o * o) / n) < n * TEXTURED * TEXTURED) return null;
    const expectedSpread = pp - (p * p) / n;
    return expectedSpread < 1e-9 ? 0 : (pq - (p * q) / n) / Math.sqrt(expectedSpread * spread);
  }

  #keptCorrelation(kept: Uint8Array): number {
    let n = 0;
    for (let i = 0; i < kept.length; i++) {
      if (kept[i] !== 1) continue;
      this.#oneOf[n] = lumaAt(this.#coloursA, LUMA, i);
      this.#otherOf[n++] = lumaAt(this.#coloursB, LUMA, i);
    }
    return n === 0 ? 0 : correlation(this.#oneOf, this.#otherOf, n);
  }

  /** Of what the high-pass filter takes away. */
  #smoothedDifference(): number {
    const [one, other] = [this.#oneOf, this.#otherOf];
    mix(this.#coloursA, LUMA, one);
    mix(this.#coloursB, LUMA, other);
    for (let i = 0; i < one.length; i++) {
      one[i] = (one[i] as number) - (this.#detailA[i] as number);
      other[i] = (other[i] as number) - (this.#detailB[i] as number);
    }
    return patchDifference(one, other, this.#side, this.#patch);
  }
}

function weighted([red, green, blue]: ColourSurface['colours'], [r, g, b]: Weights): Float32Array {
  return red.map((value, i) => r * value + g * (green[i] as number) + b * (blue[i] as number));
}

function mix([red, green, blue]: Planes, [r, g, b]: Weights, out: Float64Array): void {
  for (let i = 0; i < out.length; i++)
    out[i] = r * (red[i] as number) + g * (green[i] as number) + b * (blue[i] as number);
}

function lumaAt(planes: Planes, weights: Weights, i: number): number {
  return (
    weights[0] * (planes[0][i] as number) +
    weights[1] * (planes[1][i] as number) +
    weights[2] * (planes[2][i] as number)
  );
}

/**
 * The weights that turn the colours of `from` into the luma of `to`, by least squares. A small ridge is added, because
 * the three colours of a grey picture are equal.
 */
function colourMap([red, green, blue]: Planes, luma: Float64Array): Weights {
  let [rr, gg, bb, rg, gb, br, rl, gl, bl] = [0, 0, 0, 0, 0, 0, 0, 0, 0];
  for (let i = 0; i < luma.length; i++) {
    const r = red[i] as number;
    const g = green[i] as number;
    const b = blue[i] as number;
    const l = luma[i] as number;
    rr += r * r;
    gg += g * g;
    bb += b * b;
    rg += r * g;
    gb += g * b;
    br += b * r;
    rl += r * l;
    gl += g * l;
    bl += b * l;
  }
  const ridge = (1e-3 * (rr + gg + bb)) / 3 + 1e-9;
  [rr, gg, bb] = [rr + ridge, gg + ridge, bb + ridge];
  // Cramer's rule.
  const [x, y, z] = [gg * bb - gb * gb, gb * br - rg * bb, rg * gb - gg * br];
  const determinant = rr * x + rg * y + br * z;
  return [
    (rl * x + gl * y + bl * z) / determinant,
    (rl * y + gl * (rr * bb - br * br) + bl * (rg * br - rr * gb)) / determinant,
    (rl * z + gl * (rg * br - rr * gb) + bl * (rr * gg - rg * rg)) / determinant,
  ];
}

function flatShare(detail: Float64Array, kept: Uint8Array): number {
  let [n, flat] = [0, 0];
  for (let i = 0; i < kept.length; i++) {
    if (kept[i] !== 1) continue;
    n += 1;
    if (Math.abs(detail[i] as number) < FLAT) flat += 1;
  }
  return n === 0 ? 1 : flat / n;
}

/** Added to the colourfulness, so that noise in grey pictures does not count as colour. */
const COLOUR_FLOOR = 8;

/** Root mean square difference of R − G and (R + G)/2 − B, relative to their root mean square. */
function colourDifference(a: Planes, b: Planes, kept: Uint8Array): number {
  let [n, difference, size] = [0, 0, 0];
  for (let i = 0; i < kept.length; i++) {
    if (kept[i] !== 1) continue;
    n += 1;
    for (const axis of [RED_GREEN, YELLOW_BLUE]) {
      const p = lumaAt(a, axis, i);
      const q = lumaAt(b, axis, i);
      difference += (p - q) ** 2;
      size += (p * p + q * q) / 2;
    }
  }
  return n === 0 ? 1 : Math.sqrt(difference / n) / (Math.sqrt(size / n) + COLOUR_FLOOR);
}

const RED_GREEN: Weights = [1, -1, 0];
const YELLOW_BLUE: Weights = [0.5, 0.5, -1];
