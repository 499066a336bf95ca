/** What a search for duplicates is given, and the contents of its images. */
import type { ImageFacts, ImageRecord } from '../../contract/model/image';
import type { Thresholds } from '../checks/check';
import { byCodePoint } from '../dataset/order';
import { LargeMap } from '../statistics/large-map';
import type { NeighbourTables } from './candidates';
import type { Embedded, LookAlike } from './lookalikes';
import type { Orientation } from './orientation';
import type { Structure } from './patches';
import type { Proof } from './proof';

/** What a search needs of a readable image. A data set can have millions, so it is no more than that. */
export type SearchedImage = Pick<ImageRecord, 'id' | 'path' | 'className' | 'split' | 'bytes' | 'sha256'> & {
  readonly facts: Pick<ImageFacts, 'width' | 'height' | 'mean' | 'std' | 'pHash' | 'dHash' | 'pixelHash'>;
};

export interface DuplicateSearch {
  /** Readable images in path order. */
  readonly images: readonly SearchedImage[];
  readonly raster: (id: number) => Uint8Array | null;
  readonly thresholds: Thresholds;
  /** Pairs of SHA-256 (first < second, joined by a space) that the user marked as different pictures. */
  readonly notDuplicates: ReadonlySet<string>;
  /** `proofs` of an earlier search. */
  readonly known: ReadonlyMap<string, Proof>;
  /** The values that a pretrained network computed. With them, strongly changed copies are found too. */
  readonly embedded?: Embedded | null;
  /** The result of `lookAlikesOf` for these images, where it was computed before. */
  readonly lookAlikes?: readonly LookAlike[];
  /** `structures` of an earlier search. */
  readonly knownStructures?: Structures;
  /** The sketch of a picture, where it was computed before; otherwise it is computed from the raster. */
  readonly sketch?: (id: number) => Float32Array;
  /** The result of `candidatesOf` for these images, where it was computed before. */
  readonly candidates?: NeighbourTables;
  readonly progress?: (stage: 'sketch' | 'compare' | 'compare-look-alikes', done: number, total: number) => void;
}

export interface SidedStructure {
  readonly mirrored: boolean;
  readonly structure: Structure;
  /** Whether the one picture is a part of the other in larger pictures than rasters (`partStructure`). */
  readonly part: boolean;
}

/** Structural comparisons by pair; null if no placement is likely. */
export type Structures = ReadonlyMap<string, SidedStructure | null>;

/** Identifies a comparison by content, so that it is valid in any data set and after renaming. */
export function proofKey(a: SearchedImage, b: SearchedImage, orientation: Orientation): string {
  return `${a.facts.pixelHash.slice(0, 12)}${b.facts.pixelHash.slice(0, 12)}${String(orientation)}`;
}

export function isExcluded(
  search: Pick<DuplicateSearch, 'notDuplicates'>,
  a: SearchedImage,
  b: SearchedImage,
): boolean {
  if (search.notDuplicates.size === 0 || a.sha256 === null || b.sha256 === null) return false;
  return search.notDuplicates.has(a.sha256 < b.sha256 ? `${a.sha256} ${b.sha256}` : `${b.sha256} ${a.sha256}`);
}

/** Places in `images` by decoded pixels: the same bytes decode to the same pixels. */
export function byContent(images: readonly SearchedImage[]): Map<string, number[]> {
  const places = new LargeMap<string, number[]>();
  images.forEach((image, i) => {
    const list = places.get(image.facts.pixelHash);
    if (list) list.push(i);
    else places.set(image.facts.pixelHash, [i]);
  });
  return places;
}

/** In the order of content. So results that depend on the order, such as the forest, do not change after renaming. */
export function onePerContent(images: readonly SearchedImage[]): number[] {
  return [...byContent(images)].sort(([a], [b]) => byCodePoint(a, b)).map(([, list]) => list[0] as number);
}
