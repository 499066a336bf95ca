import { contrast } from '../checks/measures';
import type { SearchedImage } from './contents';

/**
 * Whether hue and contrast allow a copy: copies keep the mean hue and the contrast of a picture, apart from what
 * brightening and cropping change.
 */
export function comparable(a: SearchedImage, b: SearchedImage): boolean {
  const ratio = contrast(a.facts) / Math.max(1e-6, contrast(b.facts));
  if (ratio > 2.5 || ratio < 0.4) return false;
  const [ar, ag, ab] = a.facts.mean;
  const [br, bg, bb] = b.facts.mean;
  const a1 = ar - ag;
  const a2 = (ar + ag) / 2 - ab;
  const b1 = br - bg;
  const b2 = (br + bg) / 2 - bb;
  return Math.hypot(a1 - b1, a2 - b2) <= 8 + 0.5 * Math.max(Math.hypot(a1, a2), Math.hypot(b1, b2));
}
