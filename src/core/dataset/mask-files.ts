/** Masks that are files beside their images: `benign (1).png` and `benign (1)_mask.png`. */

const MASK = /[-_ .](masks?|segmentation|seg|gt|groundtruth|trimap)([-_ .]?\d+)?$/i;
/** Fewer files may have such names by chance. */
const FEWEST = 5;

const stemOf = (path: string): string => path.replace(/\.[^./]*$/, '');

/** Images named like another image in the same folder plus a word for masks, as in `a_mask.png` for `a.png`. */
export function maskFiles(images: readonly string[]): ReadonlySet<string> {
  const stems = new Set(images.map(stemOf));
  const found = images.filter((path) => {
    const stem = stemOf(path);
    return MASK.test(stem) && stems.has(stem.replace(MASK, ''));
  });
  return new Set(found.length >= FEWEST ? found : []);
}
