/** The label of one sample of a WebDataset archive, from the files beside its image. */

const KEYS = ['label', 'class', 'cls', 'class_name', 'label_name', 'category', 'target'] as const;

/** @returns null for a text that is no label */
export function labelOfJson(text: string): string | null {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return null;
  }
  if (typeof value !== 'object' || value === null) return null;
  const record = value as Readonly<Record<string, unknown>>;
  const label = KEYS.map((key) => record[key]).find((one) => typeof one === 'string' || typeof one === 'number');
  return label === undefined ? null : String(label).trim();
}

/** Samples share the part of their path before the first dot of the file name. */
export function sampleOf(path: string): { readonly key: string; readonly ending: string } {
  const name = path.lastIndexOf('/') + 1;
  const dot = path.indexOf('.', name);
  return dot < 0 ? { key: path, ending: '' } : { key: path.slice(0, dot), ending: path.slice(dot + 1).toLowerCase() };
}
