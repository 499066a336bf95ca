/** The label of one sample of a WebDataset archive, from the files beside its image. */
import { labelOfRecord } from '../dataset/record-label';
import { KNOWN_ENDINGS } from '../images/formats';

/** @returns null for a text that is no label */
function labelOfJson(text: string): string | null {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return null;
  }
  if (typeof value !== 'object' || value === null) return null;
  return labelOfRecord(value as Readonly<Record<string, unknown>>);
}

/** Samples share the part of their path before the first dot of the file name. */
export function sampleOf(path: string): { readonly key: string; readonly ending: string } {
  const name = path.lastIndexOf('/') + 1;
  const dot = path.indexOf('.', name);
  return dot < 0 ? { key: path, ending: '' } : { key: path.slice(0, dot), ending: path.slice(dot + 1).toLowerCase() };
}

/** The last part counts, so that `input.jpg` is an image and `output.cls` a label. */
const LABEL_ENDINGS = ['cls', 'class', 'label', 'cls.txt', 'class.txt', 'label.txt', 'json'] as const;

const endsWith = (path: string, ending: string): boolean => `.${sampleOf(path).ending}`.endsWith(`.${ending}`);

export const isSampleImage = (path: string): boolean => KNOWN_ENDINGS.has(sampleOf(path).ending.replace(/^.*\./, ''));

export const isLabelFile = (path: string): boolean => LABEL_ENDINGS.some((ending) => endsWith(path, ending));

/**
 * The label of a sample.
 * @param files of the sample; `text` is null for a file that is too large to be a label
 */
export function labelAmong(
  files: readonly { readonly path: string; readonly text: () => string | null }[],
): string | null {
  for (const ending of LABEL_ENDINGS) {
    const text = files
      .find(({ path }) => endsWith(path, ending))
      ?.text()
      ?.trim();
    if (text === undefined) continue;
    const label = ending === 'json' ? labelOfJson(text) : text;
    if (label !== null && label !== '') return label;
  }
  return null;
}
