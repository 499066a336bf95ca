/**
 * Finds strongly changed copies among the pictures that look alike to a pretrained network: cropped widely, recoloured,
 * or drawn over in one place.
 */
import {
  type SearchedImage,
  type DuplicateSearch,
  isExcluded,
  onePerContent,
  proofKey,
  type SidedStructure,
} from './contents';
import { type Compared, copiesAmong, looksCropped } from './copies';
import type { Link } from './groups';
import { type LookAlike, lookAlikes } from './lookalikes';
import { isTurned, MIRRORED, type Orientation, UPRIGHT } from './orientation';
import { mayBePart, partStructure } from './part';
import type { Structure } from './patches';
import { structureOf } from './structure';
import { mirroredSurface, type SmallPicture, type Surface, surfaceOf } from './surface';

/** Surfaces kept in memory while pairs are compared: 64 KB each. */
const SURFACES_KEPT = 1000;
const REPORTED = 50;

interface SizedPicture {
  readonly id: number;
  readonly width: number;
  readonly height: number;
}

/** Two pictures to be compared by their structure, as plain data. */
export interface StructureComparison {
  /** Of the result in `Structures`. */
  readonly key: string;
  readonly a: SizedPicture;
  readonly b: SizedPicture;
  /** Whether the one may be a part of the other in its own size, which larger pictures can show. */
  readonly part: boolean;
}

/** What comparisons read. */
interface PictureSource extends Pick<DuplicateSearch, 'raster'> {
  /** A larger picture, if there is one; only the comparisons with `part` ask for it. */
  readonly picture?: (id: number) => SmallPicture | null;
}

export type MadeComparison = readonly [key: string, structure: SidedStructure | null];

const headsOf = ({ images }: DuplicateSearch): SearchedImage[] =>
  onePerContent(images).map((place) => images[place] as SearchedImage);

/**
 * The pairs that look alike: positions among the different contents, as `onePerContent` lists them. None without a
 * pretrained network.
 */
export function lookAlikesOf(search: DuplicateSearch): readonly LookAlike[] {
  if (search.lookAlikes) return search.lookAlikes;
  if (!search.embedded) return [];
  return (
    lookAlikes(
      search.embedded,
      headsOf(search).map(({ id }) => id),
    ) ?? []
  );
}

const sized = ({ id, facts: { width, height } }: SearchedImage): SizedPicture => ({ id, width, height });

const comparisonOf = (a: SearchedImage, b: SearchedImage): StructureComparison => ({
  key: proofKey(a, b, UPRIGHT),
  a: sized(a),
  b: sized(b),
  part: mayBePart(a.facts, b.facts),
});

/** The comparisons that `findDuplicates` needs and does not know yet, so that several threads can share them. */
export function openComparisons(search: DuplicateSearch): StructureComparison[] {
  const images = headsOf(search);
  return lookAlikesOf(search).flatMap(({ a, b }) => {
    const [one, other] = [images[a] as SearchedImage, images[b] as SearchedImage];
    if (isExcluded(search, one, other)) return [];
    const comparison = comparisonOf(one, other);
    return search.knownStructures?.has(comparison.key) === true ? [] : [comparison];
  });
}

type Comparer = (comparison: StructureComparison) => SidedStructure | null;

/** The larger pictures of both, if there are any. */
function partOf({ picture }: PictureSource, { a, b }: StructureComparison): Structure | null {
  const [one, other] = [picture?.(a.id), picture?.(b.id)];
  if (!one || !other) return null;
  const sizedPicture = ({ width, height }: SizedPicture, picture: SmallPicture) => ({ width, height, picture });
  return partStructure(sizedPicture(a, one), sizedPicture(b, other));
}

function comparerOf(source: PictureSource): Comparer {
  const kept = new Map<number, Surface | null>();
  const surface = ({ id, width, height }: SizedPicture): Surface | null => {
    const known = kept.get(id);
    if (known !== undefined) return known;
    const pixels = source.raster(id);
    const made = pixels && surfaceOf(pixels, width, height);
    kept.set(id, made);
    if (kept.size > SURFACES_KEPT) kept.delete(kept.keys().next().value as number);
    return made;
  };
  return (comparison) => {
    const [first, second] = [surface(comparison.a), surface(comparison.b)];
    const best = first && second && structureOf(first, [second, mirroredSurface(second)]);
    const part = comparison.part && !(best && looksCropped(best.found)) ? partOf(source, comparison) : null;
    if (part) return { mirrored: false, structure: part, part: true };
    return best && { mirrored: best.side === 1, structure: best.found, part: false };
  };
}

/** Makes comparisons. @param report gets the number of those that are done, from time to time */
export function madeComparisons(
  comparisons: readonly StructureComparison[],
  source: PictureSource,
  report: (done: number) => void,
): MadeComparison[] {
  const compare = comparerOf(source);
  return comparisons.map((comparison, done) => {
    if (done % REPORTED === 0) report(done);
    return [comparison.key, compare(comparison)];
  });
}

/**
 * Compares the look-alikes.
 * @param heads the first image of each content, as `onePerContent` lists them
 * @param structures gets every comparison that was used
 * @returns those of which the one shows a part of the other, by positions among the contents
 */
export function comparedLookAlikes(
  search: DuplicateSearch,
  heads: readonly number[],
  structures: Map<string, SidedStructure | null>,
): Compared[] {
  const pairs = lookAlikesOf(search);
  const images = heads.map((i) => search.images[i] as SearchedImage);
  const compare = comparerOf(search);
  return pairs.flatMap(({ a, b }, done): Compared[] => {
    if (done % REPORTED === 0) search.progress?.('compare-look-alikes', done, pairs.length);
    const [one, other] = [images[a] as SearchedImage, images[b] as SearchedImage];
    if (isExcluded(search, one, other)) return [];
    const comparison = comparisonOf(one, other);
    const { key } = comparison;
    let sided = structures.get(key) ?? search.knownStructures?.get(key);
    if (sided === undefined) sided = compare(comparison);
    structures.set(key, sided);
    return sided === null ? [] : [{ a, b, ...sided }];
  });
}

/** Finds the pairs of strongly changed copies, in addition to those in `close`. */
export function changedPairs(
  search: DuplicateSearch,
  heads: readonly number[],
  close: readonly Link[],
  compared: readonly Compared[],
): Link[] {
  if (compared.length === 0) return [];
  const places = new Map(heads.map((head, i) => [head, i]));
  const known = close
    .filter(({ orientation }) => !isTurned(orientation))
    .map(({ a, b }) => ({ a: places.get(a) as number, b: places.get(b) as number }));
  const linked = new Set(known.flatMap(({ a, b }) => [a * heads.length + b, b * heads.length + a]));
  const others = compared.filter(({ a, b }) => !linked.has(a * heads.length + b));
  return copiesAmong(others, heads.length, known, search.thresholds).map(({ a, b, mirrored, structure }) => ({
    a: heads[a] as number,
    b: heads[b] as number,
    orientation: orientationOf(mirrored),
    similarity: structure.similarity,
  }));
}

export const orientationOf = (mirrored: boolean): Orientation => (mirrored ? MIRRORED : UPRIGHT);
