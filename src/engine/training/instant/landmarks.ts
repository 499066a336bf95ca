/** Which images are landmarks: all are compared with these, instead of with each other. */
import { areGrey, mayBePhotographs } from '../../../core/images/photographs';
import { longerSides } from '../../../core/images/sides';

/**
 * Up to this number, every image is a landmark and the kernel is exact. AP with 2,644 landmarks and with all on 3,781
 * photographs: .9586 and .9636.
 */
export const EXACT_MOST = 4000;
/** Landmarks for large sets. More gain very little: on 10,000 digits AP .9986 with 1,200, .9988 with 1,500. */
const LANDMARKS = 1200;
/**
 * Landmarks for photographs, which differ more. On 10,000 of 32 px with people's errors AP .799 with 1,200 (33 s), .816
 * with 2,000 (41 s), .821 with 3,000 (53 s).
 */
const PHOTOGRAPH_LANDMARKS = 2000;
/** Upper bound of images × landmarks for these, because of the memory. */
const PHOTOGRAPH_PRODUCTS = 1e8;
/**
 * Upper bound of images × landmarks for sets of medium size, where many small classes gain from more landmarks: AP .940
 * with 1,500 and .957 with all on 3,778 images of 29 classes.
 */
const LANDMARK_PRODUCTS = 1e7;

const within = (images: number, products: number, most: number): number =>
  Math.min(most, Math.floor(products / images));

/**
 * Number of landmarks of a set that is not solved exactly.
 * @param photographs whether the images may be photographs
 */
export const sampledLandmarks = (images: number, photographs: boolean): number =>
  Math.min(
    images,
    Math.max(
      LANDMARKS,
      within(images, LANDMARK_PRODUCTS, EXACT_MOST),
      photographs ? within(images, PHOTOGRAPH_PRODUCTS, PHOTOGRAPH_LANDMARKS) : 0,
    ),
  );

/** Evenly spaced in the order of the images, and therefore over classes if the images are ordered by class. */
export function landmarkIndices(images: number, count: number): Int32Array {
  return Int32Array.from({ length: count }, (_, i) => Math.floor((i * images) / count));
}

/**
 * Whether the images of a set may be photographs, by all of them or by as many as there are landmarks at least.
 * @param rasters those of the images at these indices, one after another
 */
export async function showsPhotographs(
  { widths, heights }: { readonly widths: Int32Array; readonly heights: Int32Array },
  rasters: (indices: Int32Array) => Uint8Array | Promise<Uint8Array>,
): Promise<boolean> {
  const images = widths.length;
  const some = landmarkIndices(images, images <= EXACT_MOST ? images : LANDMARKS);
  return mayBePhotographs(longerSides(widths, heights), areGrey(await rasters(some)));
}
