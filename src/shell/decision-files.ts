/** Reads decisions from a file that the user chooses in a dialog. */
import { readFile, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { PlumblineError } from '../contract/errors';
import type { DecisionsFormat } from '../contract/model/review';
import type { Ask } from './desk';
import { chooseDecisions } from './questions';

/** Limit of `review.import`; no table of decisions is larger. */
const MOST_BYTES = 200_000_000;

/**
 * Null when the user cancels the dialog.
 * @throws PlumblineError bad-table when the file is too large, no-permission when it cannot be read
 */
export async function readDecisions(ask: Ask): Promise<{ file: string; format: DecisionsFormat; text: string } | null> {
  const path = await chooseDecisions(ask);
  if (path === null) return null;
  const file = basename(path);
  try {
    if ((await stat(path)).size > MOST_BYTES)
      throw new PlumblineError('bad-table', `“${file}” is larger than 200 MB, so it is not a table of decisions.`);
    return { file, format: file.toLowerCase().endsWith('.json') ? 'json' : 'csv', text: await readFile(path, 'utf8') };
  } catch (error) {
    if (error instanceof PlumblineError) throw error;
    throw new PlumblineError('no-permission', `“${path}” cannot be read.`, { details: { path }, cause: error });
  }
}
