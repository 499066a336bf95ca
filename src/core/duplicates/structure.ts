/**
 * Proves that one picture is a copy of another that was cropped widely, recoloured or drawn over. It compares the
 * pictures patch by patch: a copy has the same fine detail in the same place.
 */
import { type Crop, correlation, sameCut, sampleField } from './alignment';
import { type Placement, refined, settled, starts, WHOLE } from './placement';
import { patchDifference } from './proof';
import type { Surface } from './surface';

/** Samples per side. */
const SIDE = 40;
const N = SIDE * SIDE;
/** Side of a patch in samples; patches overlap by half. */
const PATCH = 8;
const PATCHES = ((SIDE - PATCH) / (PATCH / 2) + 1) ** 2;
/** Radius of the square around each sample. Fine detail is what remains after the mean of this square is subtracted. */
const RADIUS = 2;
/** A patch can prove something only if its fine detail has at least this standard deviation, in grey levels. */
const TEXTURED = 1.2;
/** Two patches agree if the correlation of their fine detail is at least this. */
const AGREES = 0.8;
/** Fine detail below this many grey levels counts as none. */
const FLAT = 0.5;
/** Number of placements that are refined, and the least correlation of the edges that a placement needs for this. */
const STARTS = 2;
const SETTLED = 0.4;
/** A placement is compared only if its fit is at most this far below the best one, … */
const FAR_BELOW = 0.1;
/** … and no earlier one has all four sides this close to it. */
const SAME_PLACE = 0.02;
/**
 * If fewer than this share of the patches agree, a finer search cannot help. Of 1,077 planted copies that are proved
 * with a limit of 0.3 and all placements compared, all are proved with these limits.
 */
const WORTH_REFINING = 0.45;

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

/**
 * Compares `a` with `b`.
 * @param sides `b` upright and, if wanted, mirrored left–right
 * @returns the best comparison and the side that it belongs to; null if no placement is likely
 */
export function structureOf(a: Surface, sides: readonly Surface[]): { found: Structure; side: number } | null {
  const tried = sides
    .flatMap((b, side) => starts(a, b).map((placement) => ({ ...placement, side })))
    .sort((x, y) => y.fit - x.fit)
    .slice(0, STARTS);
  const placed = distinct(
    [{ crop: WHOLE, side: 0 }, ...tried].map(({ crop, side }) => ({
      ...settled(a, sides[side] as Surface, crop),
      side,
    })),
  );
  let best: (Compared & { readonly side: number }) | null = null;
  for (const { crop, side } of placed) {
    const here = { ...compared(a, sides[side] as Surface, crop), side };
    if (best === null || strength(here.found) > strength(best.found)) best = here;
  }
  if (best === null) return null;
  const { found, side } = best;
  if (found.agreeing < WORTH_REFINING) return { found, side };
  const b = sides[side] as Surface;
  const finer = compared(a, b, finest(a, b, best.crop, best.weights)).found;
  return { found: strength(finer) > strength(found) ? finer : found, side };
}

type SidedPlacement = Placement & { readonly side: number };

/** The placements that are worth a comparison. */
function distinct(placements: readonly SidedPlacement[]): SidedPlacement[] {
  const least = Math.max(SETTLED, Math.max(...placements.map(({ fit }) => fit)) - FAR_BELOW);
  const kept: SidedPlacement[] = [];
  for (const one of placements.filter(({ fit }) => fit >= least))
    if (!kept.some((other) => other.side === one.side && areClose(other.crop, one.crop))) kept.push(one);
  return kept;
}

const areClose = (a: Crop, b: Crop): boolean => a.every((value, i) => Math.abs(value - (b[i] as number)) < SAME_PLACE);

interface Compared {
  readonly found: Structure;
  readonly crop: Crop;
  readonly weights: Weights;
}

const strength = ({ agreeing, middle, textured }: Structure): number => agreeing * middle * Math.min(1, 2 * textured);

type Weights = readonly [number, number, number];
const LUMA: Weights = [0.299, 0.587, 0.114];

const oneOf = new Float64Array(N);
const otherOf = new Float64Array(N);
const detailA = new Float64Array(N);
const detailB = new Float64Array(N);
const expectedA = new Float64Array(N);
const expectedB = new Float64Array(N);

/** Moves the sides of the crop in small steps until the fine detail of both pictures fits best. */
function finest(a: Surface, b: Surface, crop: Crop, weights: Weights): Crop {
  const fieldA = { width: a.width, height: a.height, values: weighted(a.colours, weights) };
  const fieldB = { width: b.width, height: b.height, values: weighted(b.colours, LUMA) };
  let last: Crop | null = null;
  return refined(
    crop,
    (tried) => {
      if (!last || !sameCut(last, tried, 1)) {
        sampleField(fieldA, tried, 1, SIDE, SIDE, oneOf);
        highPass(oneOf, detailA);
      }
      if (!last || !sameCut(last, tried, -1)) {
        sampleField(fieldB, tried, -1, SIDE, SIDE, otherOf);
        highPass(otherOf, detailB);
      }
      last = tried;
      return correlation(detailA, detailB, N);
    },
    [1 / 64, 1 / 128, 1 / 256],
  ).crop;
}

function weighted([red, green, blue]: Surface['colours'], [r, g, b]: Weights): Float32Array {
  return red.map((value, i) => r * value + g * (green[i] as number) + b * (blue[i] as number));
}

type Planes = readonly [Float64Array, Float64Array, Float64Array];
const emptyPlanes = (): Planes => [new Float64Array(N), new Float64Array(N), new Float64Array(N)];
const coloursA = emptyPlanes();
const coloursB = emptyPlanes();
const finePlanesA = emptyPlanes();
const finePlanesB = emptyPlanes();

function mix([red, green, blue]: Planes, [r, g, b]: Weights, out: Float64Array): void {
  for (let i = 0; i < N; i++) out[i] = r * (red[i] as number) + g * (green[i] as number) + b * (blue[i] as number);
}

function compared(a: Surface, b: Surface, crop: Crop): Compared {
  for (const k of [0, 1, 2] as const) {
    sampleField({ width: a.width, height: a.height, values: a.colours[k] }, crop, 1, SIDE, SIDE, coloursA[k]);
    sampleField({ width: b.width, height: b.height, values: b.colours[k] }, crop, -1, SIDE, SIDE, coloursB[k]);
    highPass(coloursA[k], finePlanesA[k]);
    highPass(coloursB[k], finePlanesB[k]);
  }
  mix(finePlanesA, LUMA, detailA);
  mix(finePlanesB, LUMA, detailB);
  const toB = colourMap(finePlanesA, detailB);
  mix(finePlanesA, toB, expectedB);
  mix(finePlanesB, colourMap(finePlanesB, detailA), expectedA);
  const kept = new Uint8Array(N);
  const agreed: number[] = [];
  let textured = 0;
  for (let top = 0; top + PATCH <= SIDE; top += PATCH / 2) {
    for (let left = 0; left + PATCH <= SIDE; left += PATCH / 2) {
      const there = patchCorrelation(expectedB, detailB, detailA, left, top);
      if (there === null) continue;
      const back = patchCorrelation(expectedA, detailA, detailB, left, top);
      if (back === null) continue;
      textured += 1;
      const fit = (there + back) / 2;
      if (fit >= AGREES) agreed.push(fit);
      const mark = fit >= AGREES ? 1 : 2;
      for (let y = top; y < top + PATCH; y++)
        for (let i = y * SIDE + left; i < y * SIDE + left + PATCH; i++) kept[i] = (kept[i] as number) | mark;
    }
  }
  agreed.sort((x, y) => x - y);
  return {
    found: {
      textured: textured / PATCHES,
      agreeing: agreed.length / Math.max(1, textured),
      middle: agreed[agreed.length >> 1] ?? 0,
      similarity: keptCorrelation(kept),
      colour: colourDifference(kept),
      flat: Math.max(flatShare(detailA, kept), flatShare(detailB, kept)),
      patch: smoothedDifference(),
      cut: Math.max(...crop.map(Math.abs)),
    },
    crop,
    weights: toB,
  };
}

function lumaAt(planes: Planes, weights: Weights, i: number): number {
  return (
    weights[0] * (planes[0][i] as number) +
    weights[1] * (planes[1][i] as number) +
    weights[2] * (planes[2][i] as number)
  );
}

/** Correlation of the actual and the expected values in a patch; null if either picture has no fine detail there. */
function patchCorrelation(
  expected: Float64Array,
  seen: Float64Array,
  own: Float64Array,
  left: number,
  top: number,
): number | null {
  const n = PATCH * PATCH;
  let [p, q, o, pp, qq, oo, pq] = [0, 0, 0, 0, 0, 0, 0];
  for (let y = top; y < top + PATCH; y++) {
    for (let i = y * SIDE + left; i < y * SIDE + left + PATCH; i++) {
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

/**
 * The weights that turn the colours of `from` into the luma of `to`, by least squares. A small ridge is added, because
 * the three colours of a grey picture are equal.
 */
function colourMap([red, green, blue]: Planes, luma: Float64Array): Weights {
  let [rr, gg, bb, rg, gb, br, rl, gl, bl] = [0, 0, 0, 0, 0, 0, 0, 0, 0];
  for (let i = 0; i < N; i++) {
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

function keptCorrelation(kept: Uint8Array): number {
  let n = 0;
  for (let i = 0; i < N; i++) {
    if (kept[i] !== 1) continue;
    oneOf[n] = lumaAt(coloursA, LUMA, i);
    otherOf[n++] = lumaAt(coloursB, LUMA, i);
  }
  return n === 0 ? 0 : correlation(oneOf, otherOf, n);
}

/** Of what the high-pass filter takes away. */
function smoothedDifference(): number {
  mix(coloursA, LUMA, oneOf);
  mix(coloursB, LUMA, otherOf);
  for (let i = 0; i < N; i++) {
    oneOf[i] = (oneOf[i] as number) - (detailA[i] as number);
    otherOf[i] = (otherOf[i] as number) - (detailB[i] as number);
  }
  return patchDifference(oneOf, otherOf, SIDE, PATCH);
}

function flatShare(detail: Float64Array, kept: Uint8Array): number {
  let [n, flat] = [0, 0];
  for (let i = 0; i < N; i++) {
    if (kept[i] !== 1) continue;
    n += 1;
    if (Math.abs(detail[i] as number) < FLAT) flat += 1;
  }
  return n === 0 ? 1 : flat / n;
}

/** Added to the colourfulness, so that noise in grey pictures does not count as colour. */
const COLOUR_FLOOR = 8;

/** Root mean square difference of R − G and (R + G)/2 − B, relative to their root mean square. */
function colourDifference(kept: Uint8Array): number {
  let [n, difference, size] = [0, 0, 0];
  for (let i = 0; i < N; i++) {
    if (kept[i] !== 1) continue;
    n += 1;
    for (const axis of [RED_GREEN, YELLOW_BLUE]) {
      const p = lumaAt(coloursA, axis, i);
      const q = lumaAt(coloursB, axis, i);
      difference += (p - q) ** 2;
      size += (p * p + q * q) / 2;
    }
  }
  return n === 0 ? 1 : Math.sqrt(difference / n) / (Math.sqrt(size / n) + COLOUR_FLOOR);
}

const RED_GREEN: Weights = [1, -1, 0];
const YELLOW_BLUE: Weights = [0.5, 0.5, -1];

const rowMeans = new Float64Array(N);
const columnSums = new Float64Array(SIDE);
/** How many samples the square has in one direction around each position. */
const REACH = Float64Array.from(
  { length: SIDE },
  (_, at) => Math.min(SIDE - 1, at + RADIUS) - Math.max(0, at - RADIUS) + 1,
);

/**
 * Each value minus the mean of the square around it. At the edges, only the part of the square inside the picture
 * counts. The sums move along with the square, because this takes most of the time of a comparison.
 */
function highPass(values: Float64Array, out: Float64Array): void {
  for (let y = 0; y < SIDE; y++) {
    const row = y * SIDE;
    let sum = 0;
    for (let x = 0; x < RADIUS; x++) sum += values[row + x] as number;
    for (let x = 0; x < SIDE; x++) {
      if (x + RADIUS < SIDE) sum += values[row + x + RADIUS] as number;
      if (x > RADIUS) sum -= values[row + x - RADIUS - 1] as number;
      rowMeans[row + x] = sum / (REACH[x] as number);
    }
  }
  columnSums.fill(0);
  for (let i = 0; i < RADIUS * SIDE; i++) columnSums[i % SIDE]! += rowMeans[i] as number;
  for (let y = 0; y < SIDE; y++) {
    const row = y * SIDE;
    const below = y + RADIUS < SIDE ? row + RADIUS * SIDE : -1;
    const above = y > RADIUS ? row - (RADIUS + 1) * SIDE : -1;
    const share = 1 / (REACH[y] as number);
    for (let x = 0; x < SIDE; x++) {
      let sum = columnSums[x] as number;
      if (below >= 0) sum += rowMeans[below + x] as number;
      if (above >= 0) sum -= rowMeans[above + x] as number;
      columnSums[x] = sum;
      out[row + x] = (values[row + x] as number) - sum * share;
    }
  }
}
