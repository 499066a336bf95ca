/** Which images are landmarks: all are compared with these, instead of with each other. */

/**
 * Up to this number, every image is a landmark and the kernel is exact. AP with 2,644 landmarks and with all on 3,781
 * photographs: .9586 and .9636.
 */
export const EXACT_MOST = 4000;
/** Landmarks for large sets. More gain very little: on 10,000 digits AP .9986 with 1,200, .9988 with 1,500. */
const LANDMARKS = 1200;
/**
 * Upper bound of images × landmarks for sets of medium size, where many small classes gain from more landmarks: AP .940
 * with 1,500 and .957 with all on 3,778 images of 29 classes.
 */
const LANDMARK_PRODUCTS = 1e7;
/** Number of landmarks of a set that is not solved exactly. */
export const sampledLandmarks = (images: number): number =>
  Math.min(images, Math.max(LANDMARKS, Math.min(EXACT_MOST, Math.floor(LANDMARK_PRODUCTS / images))));

/** Number of landmarks in one process; that of the images if the kernel is exact. */
export const landmarkCount = (images: number): number => (images <= EXACT_MOST ? images : sampledLandmarks(images));

/** Evenly spaced in the order of the images, and therefore over classes if the images are ordered by class. */
export function landmarkIndices(images: number, count: number): Int32Array {
  return Int32Array.from({ length: count }, (_, i) => Math.floor((i * images) / count));
}
