/** What an error says about a folder whose images have no labels. */
import type { WireError } from '../../contract/errors';

export interface UnlabelledFolder {
  /** Fields of the file names that could be the label. `field`: counted from 1. */
  readonly fields: readonly { readonly field: number; readonly text: string }[];
  /** The tables in the folder. */
  readonly tables: readonly string[];
}

const linesOf = (value: unknown): string[] => (typeof value === 'string' && value !== '' ? value.split('\n') : []);

/** @returns null for another error, and for a folder with nothing to choose from */
export function unlabelledFolder({ code, details }: WireError): UnlabelledFolder | null {
  if (code !== 'layout-impossible') return null;
  const texts = linesOf(details['fieldTexts']);
  const fields = linesOf(details['fields']).map((field, at) => ({ field: Number(field), text: texts[at] ?? '' }));
  const tables = linesOf(details['tables']);
  return fields.length + tables.length === 0 ? null : { fields, tables };
}
