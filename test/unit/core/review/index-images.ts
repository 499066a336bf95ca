import { addToIndex, emptyIndex, type ReviewImage, type ReviewIndex } from '../../../../src/core/review/binding';

export function indexImages(images: readonly ReviewImage[]): ReviewIndex {
  const index = emptyIndex();
  for (const image of images) addToIndex(index, image);
  return index;
}
