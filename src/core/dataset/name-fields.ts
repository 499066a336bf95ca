/** File names of several fields: `20_0_1_2017.jpg` of UTKFace, `KA.AN1.39.png` of JAFFE. */
import { named } from '../text/names';

const SEPARATORS = ['_', '-', '.'] as const;
/** Least share of the names that have the same number of fields. */
const ALMOST_ALL = 0.95;
const FEWEST_IMAGES = 20;
/** Fewer fields are a word and a number, unless the first is a number too: `0_123.jpg`. */
const FEWEST_FIELDS = 3;
/** A field with more values for its number of images is a number of the image. */
const MOST_VALUES = 0.25;
const MOST_CLASSES = 200;

export interface NameFields {
  readonly separator: string;
  /** Number of fields in almost every name. */
  readonly length: number;
  /** Fields with few values. `field`: counted from 1. `values`: all of them, sorted. */
  readonly fields: readonly { readonly field: number; readonly values: readonly string[] }[];
}

/** The name without its folders and its last ending; for other separators than the dot, without all endings. */
function partsOf(path: string, separator: string): string[] {
  const base = path.slice(path.lastIndexOf('/') + 1);
  const stem = separator === '.' ? base.replace(/\.[^.]*$/, '') : base.replace(/(?<=.)\..*$/, '');
  return stem.split(separator);
}

/** The number of fields that almost every name has with this separator; null if the names differ. */
function usualLength(images: readonly string[], separator: string): number | null {
  const lengths = images.map((path) => partsOf(path, separator).length);
  const length = [...lengths].sort((a, b) => a - b)[Math.floor(lengths.length / 2)] ?? 0;
  return lengths.filter((one) => one === length).length >= lengths.length * ALMOST_ALL ? length : null;
}

/** The fields of the names that have few values; null if the names have no common form. */
export function nameFields(images: readonly string[]): NameFields | null {
  if (images.length < FEWEST_IMAGES) return null;
  for (const separator of SEPARATORS) {
    const length = usualLength(images, separator);
    if (length === null || length < 2) continue;
    const usual = images.map((path) => partsOf(path, separator)).filter((parts) => parts.length === length);
    if (length < FEWEST_FIELDS && !usual.every(([one]) => /^\d{1,3}$/.test(one!))) continue;
    const fields = Array.from({ length }, (_, at) => ({
      field: at + 1,
      values: [...new Set(usual.map((parts) => parts[at]!))].sort(),
    })).filter(
      ({ values }) => values.length > 1 && values.length <= Math.min(MOST_CLASSES, images.length * MOST_VALUES),
    );
    if (fields.length > 0) return { separator, length, fields };
  }
  return null;
}

/**
 * The value of one field by image. Images whose names have another number of fields than almost all are absent: their
 * fields may have moved.
 * @param field counted from 1
 * @returns null if almost all names have the same number of fields with no separator, or fewer fields than this
 */
export function fieldOfNames(
  images: readonly string[],
  field: number,
): { readonly separator: string; readonly labels: ReadonlyMap<string, string> } | null {
  const found = nameFields(images);
  for (const separator of found === null ? SEPARATORS : [found.separator]) {
    const length = found?.length ?? usualLength(images, separator);
    if (length === null || length < 2 || field > length) continue;
    const labels = images.flatMap((path): [string, string][] => {
      const parts = partsOf(path, separator);
      const value = parts[field - 1]?.trim() ?? '';
      return parts.length === length && value !== '' ? [[path, value]] : [];
    });
    return { separator, labels: new Map(labels) };
  }
  return null;
}

/** For example “field 2 has the values 0 and 1; field 3 has 5 values, such as 0, 1 and 2”. */
export const fieldsText = (found: NameFields): string => fieldTexts(found).join('; ');

/** The same, one text for each field. */
export const fieldTexts = ({ fields }: NameFields): string[] =>
  fields.map(({ field, values }) =>
    values.length <= 4
      ? `field ${field} has the values ${named(values, 4)}`
      : `field ${field} has ${values.length} values, such as ${named(values.slice(0, 3))}`,
  );
