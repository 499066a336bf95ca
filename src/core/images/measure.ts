/** All measures on the pixels of one image, from one buffer of at most 256×256 RGB. */
import type { ImageFacts, UnreadableCode } from '../../contract/model/image';
import { FORMATS } from './formats';
import { dHash, pHash } from './fingerprint';
import { borderMean, fitPicture, padRaster, rasterArea } from './raster';

/** Increased when a measure changes its value: rows stored by an older version are measured again. */
export const MEASURE_VERSION = 4;

/** Grows when a format is added to the table, and when one becomes readable. */
const FORMATS_VERSION = FORMATS.length + FORMATS.filter(({ reader }) => reader.by !== 'none').length;

/** Increased when other files count as damaged. */
const DAMAGE_VERSION = 1;

/**
 * The version to store with an image; a stored row of another version is measured again. Files of no readable format are
 * also measured again when the table of formats has grown, and damaged ones when others count as damaged.
 */
export function measureVersion(unreadable: UnreadableCode | null): number {
  if (unreadable === 'corrupt') return MEASURE_VERSION * 1000 + DAMAGE_VERSION;
  const ofFormat =
    unreadable === 'unsupported-format' || unreadable === 'not-an-image' || unreadable === 'too-many-bands';
  return ofFormat ? MEASURE_VERSION * 1000 + FORMATS_VERSION : MEASURE_VERSION;
}

/** Longer side of the buffer that measures are taken on. */
export const INDEX_SIDE = 256;

/** Gradient (central differences, levels per 2 px) from which a pixel counts as an edge. */
const EDGE = 32;

type Measured =
  | 'mean'
  | 'std'
  | 'border'
  | 'luminance'
  | 'entropy'
  | 'laplacianVariance'
  | 'edgeShare'
  | 'colourfulness'
  | 'pHash'
  | 'dHash';

export interface PixelMeasures extends Pick<ImageFacts, Measured> {
  /** The probe raster, row-major RGB. */
  readonly raster: Uint8Array;
}

/**
 * Buffers for one image at a time. The functions here are synchronous, so that no other call can use them meanwhile.
 */
let grey = new Uint8Array(INDEX_SIDE * INDEX_SIDE);
const histogram = new Int32Array(256);

interface Channels {
  readonly mean: [number, number, number];
  readonly std: [number, number, number];
  readonly colourfulness: number;
}

/** First pass: channel moments, opponent colours, luminance (Rec. 601) and its histogram. */
function measureChannels(rgb: Uint8Array, pixels: number): Channels {
  histogram.fill(0);
  let [r1, g1, b1, r2, g2, b2, rg2, yb2] = [0, 0, 0, 0, 0, 0, 0, 0];
  for (let start = 0; start < pixels;) {
    // 4,096 squares of up to 510² stay below 2³¹: the inner sums are integers, which is twice as fast.
    const end = Math.min(pixels, start + 4096);
    let [sr, sg, sb, qr, qg, qb, qrg, qyb] = [0, 0, 0, 0, 0, 0, 0, 0];
    for (let i = start, at = start * 3; i < end; i += 1, at += 3) {
      const r = rgb[at]!;
      const g = rgb[at + 1]!;
      const b = rgb[at + 2]!;
      const rg = r - g;
      const yb = r + g - 2 * b;
      sr = (sr + r) | 0;
      sg = (sg + g) | 0;
      sb = (sb + b) | 0;
      qr = (qr + r * r) | 0;
      qg = (qg + g * g) | 0;
      qb = (qb + b * b) | 0;
      qrg = (qrg + rg * rg) | 0;
      qyb = (qyb + yb * yb) | 0;
      const y = (r * 77 + g * 150 + b * 29 + 128) >> 8;
      grey[i] = y;
      histogram[y]! += 1;
    }
    r1 += sr;
    g1 += sg;
    b1 += sb;
    r2 += qr;
    g2 += qg;
    b2 += qb;
    rg2 += qrg;
    yb2 += qyb;
    start = end;
  }
  const mean: [number, number, number] = [r1 / pixels, g1 / pixels, b1 / pixels];
  const variance = (squares: number, average: number) => Math.max(0, squares / pixels - average * average);
  const rg = mean[0] - mean[1];
  const yb = (mean[0] + mean[1]) / 2 - mean[2];
  return {
    mean,
    std: [Math.sqrt(variance(r2, mean[0])), Math.sqrt(variance(g2, mean[1])), Math.sqrt(variance(b2, mean[2]))],
    colourfulness: Math.sqrt(variance(rg2, rg) + variance(yb2 / 4, yb)) + 0.3 * Math.hypot(rg, yb),
  };
}

/**
 * Second pass, without the border pixels: variance of the 4-neighbour Laplacian and share of edge pixels. Images
 * smaller than 3 px have neither.
 */
function measureEdges(width: number, height: number): { laplacianVariance: number; edgeShare: number } {
  if (width < 3 || height < 3) return { laplacianVariance: 0, edgeShare: 0 };
  let [sum, squares, edges] = [0, 0, 0];
  for (let y = 1; y < height - 1; y += 1) {
    let [rowSum, rowSquares] = [0, 0];
    const end = (y + 1) * width - 1;
    let left = grey[y * width]!;
    let centre = grey[y * width + 1]!;
    for (let i = y * width + 1; i < end; i += 1) {
      const right = grey[i + 1]!;
      const up = grey[i - width]!;
      const down = grey[i + width]!;
      const laplacian = 4 * centre - left - right - up - down;
      rowSum = (rowSum + laplacian) | 0;
      rowSquares = (rowSquares + laplacian * laplacian) | 0;
      const dx = right - left;
      const dy = down - up;
      edges += (EDGE * EDGE - 1 - dx * dx - dy * dy) >>> 31;
      left = centre;
      centre = right;
    }
    sum += rowSum;
    squares += rowSquares;
  }
  const inside = (width - 2) * (height - 2);
  return { laplacianVariance: Math.max(0, squares / inside - (sum / inside) ** 2), edgeShare: edges / inside };
}

/** Smallest level that at least this share of pixels does not exceed. */
function percentile(pixels: number, share: number): number {
  let seen = 0;
  for (let level = 0; level < 256; level += 1) {
    seen += histogram[level]!;
    if (seen >= share * pixels) return level;
  }
  return 255;
}

function entropyOf(pixels: number): number {
  let bits = 0;
  for (let level = 0; level < 256; level += 1) {
    const share = histogram[level]! / pixels;
    if (share > 0) bits -= share * Math.log2(share);
  }
  return bits;
}

/** @param rgb width × height × 3, row-major, sRGB, upright; @throws RangeError when the buffer does not fit its size */
export function measurePixels(rgb: Uint8Array, width: number, height: number): PixelMeasures {
  const pixels = width * height;
  if (pixels < 1 || rgb.length !== pixels * 3)
    throw new RangeError(`${rgb.length} bytes are not ${width}×${height} RGB`);
  if (grey.length < pixels) grey = new Uint8Array(pixels);
  const channels = measureChannels(rgb, pixels);
  const edges = measureEdges(width, height);
  const area = rasterArea(width, height);
  const picture = fitPicture(rgb, width, height, area);
  const small = new Float64Array(area.width * area.height);
  for (let i = 0; i < small.length; i += 1)
    small[i] = 0.299 * picture[i * 3]! + 0.587 * picture[i * 3 + 1]! + 0.114 * picture[i * 3 + 2]!;
  return {
    ...channels,
    ...edges,
    border: borderMean(picture, area),
    luminance: [
      percentile(pixels, 0.01),
      percentile(pixels, 0.05),
      percentile(pixels, 0.5),
      percentile(pixels, 0.95),
      percentile(pixels, 0.99),
    ],
    entropy: entropyOf(pixels),
    pHash: pHash(small, area.width, area.height),
    dHash: dHash(small, area.width, area.height),
    raster: padRaster(picture, area),
  };
}
