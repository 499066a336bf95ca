/** Text files that the user chooses in a dialog. */
import { readFile, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { PlumblineError, type ErrorCode } from '../contract/errors';
import type { Ask } from './desk';
import { chooseText, type TextKind } from './questions';

/** The engine's size limit for each kind in bytes, with the words and the code for the error about a larger file. */
const LIMITS: Record<TextKind, { bytes: number; words: string; code: ErrorCode }> = {
  predictions: { bytes: 200_000_000, words: 'table of predictions', code: 'bad-predictions' },
  script: { bytes: 1_000_000, words: 'training script', code: 'bad-script' },
  recipe: { bytes: 1_000_000, words: 'recipe', code: 'bad-recipe' },
};

/**
 * Null when the user cancels the dialog.
 * @param beside the folder in which the dialog starts
 * @throws PlumblineError of the kind when the file is too large, no-permission when it cannot be read
 */
export async function readText(
  ask: Ask,
  what: TextKind,
  beside: string,
): Promise<{ path: string; name: string; text: string } | null> {
  const path = await chooseText(ask, what, beside);
  if (path === null) return null;
  const { bytes, words, code } = LIMITS[what];
  const name = basename(path);
  try {
    if ((await stat(path)).size > bytes)
      throw new PlumblineError(code, `“${name}” is larger than ${bytes / 1_000_000} MB, so it is not a ${words}.`);
    const content = await readFile(path);
    // Excel writes UTF-16.
    return {
      path,
      name,
      text: new TextDecoder(content[0] === 0xff && content[1] === 0xfe ? 'utf-16le' : 'utf-8').decode(content),
    };
  } catch (error) {
    if (error instanceof PlumblineError) throw error;
    throw new PlumblineError('no-permission', `“${path}” cannot be read.`, { details: { path }, cause: error });
  }
}
