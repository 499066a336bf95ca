import { PlumblineError } from '../../contract/errors';
import { importPredictions, type Imported } from '../../core/collapse/imported';
import type { NamedImage } from '../../core/collapse/path-match';
import { parseTable } from './tables';

/**
 * Reads a CSV or TSV of predictions for the images of a data set.
 * @param name file name; its extension determines the delimiter
 * @throws PlumblineError `bad-predictions`, one sentence
 */
export function readPredictions(
  name: string,
  text: string,
  images: readonly NamedImage[],
  classes: readonly string[],
): Imported {
  let table: ReturnType<typeof parseTable>;
  try {
    table = parseTable(name, text);
  } catch (cause) {
    throw new PlumblineError(
      'bad-predictions',
      `The table of predictions cannot be read: ${cause instanceof Error ? cause.message : String(cause)}.`,
      { cause },
    );
  }
  return importPredictions([table.columns, ...table.rows], images, classes);
}
