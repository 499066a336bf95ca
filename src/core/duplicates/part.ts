/**
 * Finds a picture that was cut out of another without a change of scale. Its size tells how much was cut off, so only
 * the position is searched, and larger pictures than rasters can be compared: fine stripes and weaves, which turn into
 * other patterns in two rasters of one picture, are still there.
 */
import { type Crop, sampleField } from './alignment';
import type { SearchedImage } from './contents';
import { highPass, MOST_SIDE } from './high-pass';
import { boxOf } from './integral';
import { PatchComparison, type Structure } from './patches';
import { coloursOf, lumaOf, type SmallPicture } from './surface';

/** Largest share of a side that may be cut off in all. */
const LARGEST_CUT = 0.27;
/** Largest difference of the mean and of the standard deviation of a colour, in levels. */
const MEAN_APART = 25;
const STD_APART = 25;
/** Samples of the longer side of the part while its position is searched. */
const GRID = 96;
/** Least number of samples of the shorter side. */
const LEAST_GRID = 8;
/** Least correlation of the fine detail at a position, … */
const HOPE = 0.5;
/** … and how far it may be below the best one: a weave fits in many positions, and best where samples meet. */
const FAR_BELOW = 0.25;
/** Most positions that are compared, and the least number of samples between two of them. */
const POSITIONS = 6;
const APART = 2;
/** Pictures of 256 pixels: 112 samples per side, patches of 16. */
const patches = new PatchComparison(112, 16);
/** The position is known to half a sample. */
const STEPS = [1 / 256, 1 / 512, 1 / 1024];

interface Sides {
  readonly width: number;
  readonly height: number;
}

/** Whether a picture of the size of `part` can be cut out of one of the size of `whole`. */
function canBeCut(part: Sides, whole: Sides): boolean {
  const fits = (side: number, of: number): boolean => side <= of && side >= (1 - LARGEST_CUT) * of;
  return (
    fits(part.width, whole.width) &&
    fits(part.height, whole.height) &&
    (part.width < whole.width || part.height < whole.height)
  );
}

type Facts = SearchedImage['facts'];

/** Whether one of two images may be a part of the other, by their sizes and their colours. */
export function mayBePart(a: Facts, b: Facts): boolean {
  const near = (one: Facts['mean'], other: Facts['mean'], most: number): boolean =>
    one.every((value, k) => Math.abs(value - (other[k] as number)) <= most);
  return (canBeCut(a, b) || canBeCut(b, a)) && near(a.mean, b.mean, MEAN_APART) && near(a.std, b.std, STD_APART);
}

/** A picture, and the size in pixels of the file that it was made from. */
export interface Sized extends Sides {
  readonly picture: SmallPicture;
}

const wholeDetail = new Float64Array(MOST_SIDE * MOST_SIDE);
const partDetail = new Float64Array(MOST_SIDE * MOST_SIDE);
const samples = new Float64Array(MOST_SIDE * MOST_SIDE);
const energies = new Float64Array((MOST_SIDE + 1) * (MOST_SIDE + 1));

/** Samples a picture at every `step` pixels of its file. @returns the number of samples across and down */
function detailAt({ width, height, picture }: Sized, step: number, out: Float64Array): readonly [number, number] {
  const [across, down] = [Math.floor(width / step), Math.floor(height / step)];
  const crop: Crop = [0, 0, 1 - (across * step) / width, 1 - (down * step) / height];
  const field = { width: picture.width, height: picture.height, values: lumaOf(picture) };
  sampleField(field, crop, 1, across, down, samples);
  highPass(samples, across, down, out);
  return [across, down];
}

/** The integral image of the squares of the whole's detail. */
function integrate(across: number, down: number): void {
  energies.fill(0, 0, across + 1);
  for (let y = 0; y < down; y++) {
    let row = 0;
    energies[(y + 1) * (across + 1)] = 0;
    for (let x = 0; x < across; x++) {
      row += (wholeDetail[y * across + x] as number) ** 2;
      energies[(y + 1) * (across + 1) + x + 1] = (energies[y * (across + 1) + x + 1] as number) + row;
    }
  }
}

interface Position {
  /** Correlation of fine detail. */
  readonly fit: number;
  readonly left: number;
  readonly top: number;
}

/** The best positions that are apart, the best one first. */
function apart(positions: readonly Position[]): Position[] {
  const kept: Position[] = [];
  for (const one of [...positions].sort((x, y) => y.fit - x.fit)) {
    if (kept.length === POSITIONS || one.fit < (kept[0]?.fit ?? 0) - FAR_BELOW) break;
    const near = ({ left, top }: Position): boolean =>
      Math.max(Math.abs(left - one.left), Math.abs(top - one.top)) < APART;
    if (!kept.some(near)) kept.push(one);
  }
  return kept;
}

/** The sum of products of the part's detail with the whole's at a position. */
function productAt(left: number, top: number, across: number, w: number, h: number): number {
  let product = 0;
  for (let y = 0; y < h; y++) {
    let i = (top + y) * across + left;
    let j = y * w;
    for (const end = j + w; j < end; i++, j++) product += (wholeDetail[i] as number) * (partDetail[j] as number);
  }
  return product;
}

/**
 * The likely positions of the part, as crops of the whole, the best one first (template matching by normalized
 * correlation, Lewis 1995).
 */
function positionsOf(part: Sized, whole: Sized): Crop[] {
  const step = Math.max(part.width, part.height) / GRID;
  const [across, down] = detailAt(whole, step, wholeDetail);
  const [w, h] = detailAt(part, step, partDetail);
  if (Math.min(w, h) < LEAST_GRID) return [];
  integrate(across, down);
  const energy = partDetail.subarray(0, w * h).reduce((sum, value) => sum + value * value, 0);
  const likely: Position[] = [];
  for (let top = 0; top + h <= down; top++) {
    for (let left = 0; left + w <= across; left++) {
      const there = boxOf(energies, across + 1, left, top, w, h);
      const fit = productAt(left, top, across, w, h) / Math.sqrt(Math.max(1e-9, there * energy));
      if (fit >= HOPE) likely.push({ fit, left, top });
    }
  }
  return apart(likely).map((position): Crop => {
    const [left, top] = [(position.left * step) / whole.width, (position.top * step) / whole.height];
    const rest = (from: number, side: number, of: number): number => Math.max(0, 1 - from - side / of);
    return [left, top, rest(left, part.width, whole.width), rest(top, part.height, whole.height)];
  });
}

/**
 * Whether fine detail fits everywhere, and coarse detail too. Two boxes with another text fit nearly as well, but differ
 * in one place.
 */
const fits = ({ textured, agreeing, middle, similarity, patch }: Structure): boolean =>
  agreeing >= 0.9 && middle >= 0.88 && similarity >= 0.97 && patch <= 0.35 && textured >= 0.3;

/** Compares two pictures of which one may be a part of the other by its size; null if it is not. */
export function partStructure(a: Sized, b: Sized): Structure | null {
  const [part, whole] = canBeCut(a, b) ? [a, b] : [b, a];
  const positions = positionsOf(part, whole);
  if (positions.length === 0) return null;
  const [large, small] = [coloursOf(whole.picture), coloursOf(part.picture)];
  for (const crop of positions) {
    const first = patches.compared(large, small, crop);
    const finer = patches.finest(large, small, first, STEPS);
    const { found } = patches.compared(large, small, finer);
    if (fits(found)) return found;
  }
  return null;
}
