/** The label of one image in a JSON record about it, under one of the usual names. */

const KEYS = ['label', 'class', 'cls', 'class_name', 'label_name', 'category', 'target'] as const;

/** @returns null for a record without a label */
export function labelOfRecord(record: Readonly<Record<string, unknown>>): string | null {
  const label = KEYS.map((key) => record[key]).find((one) => typeof one === 'string' || typeof one === 'number');
  return label === undefined ? null : String(label).trim();
}
