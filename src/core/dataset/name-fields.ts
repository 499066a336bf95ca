/** Fields in the names of images that could be labels: `25_1_2_2017….jpg` of UTKFace, `KA.AN1.39.png` of JAFFE. */
import { named } from '../text/names';

const SEPARATORS = ['_', '-', '.'] as const;
/** Least share of the names that have the same number of fields. */
const ALMOST_ALL = 0.95;
const FEWEST_IMAGES = 20;
const FEWEST_FIELDS = 3;
/** A field with more values for its number of images is a number of the image. */
const MOST_VALUES = 0.25;
const MOST_CLASSES = 200;

export interface NameFields {
  readonly separator: string;
  /** `field`: counted from 1. `values`: all of them, sorted. */
  readonly fields: readonly { readonly field: number; readonly values: readonly string[] }[];
}

/** The name without its folders and its last ending; for other separators than the dot, without all endings. */
function partsOf(path: string, separator: string): string[] {
  const base = path.slice(path.lastIndexOf('/') + 1);
  const stem = separator === '.' ? base.replace(/\.[^.]*$/, '') : base.replace(/(?<=.)\..*$/, '');
  return stem.split(separator);
}

/** The fields of the names that have few values; null if the names have no common form. */
export function nameFields(images: readonly string[]): NameFields | null {
  if (images.length < FEWEST_IMAGES) return null;
  for (const separator of SEPARATORS) {
    const all = images.map((path) => partsOf(path, separator));
    const length = all[Math.floor(all.length / 2)]!.length;
    const usual = all.filter((parts) => parts.length === length);
    if (length < FEWEST_FIELDS || usual.length < all.length * ALMOST_ALL) continue;
    const fields = Array.from({ length }, (_, at) => ({
      field: at + 1,
      values: [...new Set(usual.map((parts) => parts[at]!))].sort(),
    })).filter(
      ({ values }) => values.length > 1 && values.length <= Math.min(MOST_CLASSES, images.length * MOST_VALUES),
    );
    if (fields.length > 0) return { separator, fields };
  }
  return null;
}

/** For example “field 2 has the values 0 and 1; field 3 has 5 values, such as 0, 1 and 2”. */
export const fieldsText = ({ fields }: NameFields): string =>
  fields
    .map(({ field, values }) =>
      values.length <= 4
        ? `field ${field} has the values ${named(values, 4)}`
        : `field ${field} has ${values.length} values, such as ${named(values.slice(0, 3))}`,
    )
    .join('; ');
