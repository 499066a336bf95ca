/** Files that the user picks in a dialog to be read as text. */
import { readFile, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { PlumblineError, type ErrorCode } from '../contract/errors';
import { chooseText, type TextKind } from './dialogs';

/** What the engine takes of each kind, bytes; and what a larger file is not. */
const LIMITS: Record<TextKind, { bytes: number; words: string; code: ErrorCode }> = {
  predictions: { bytes: 200_000_000, words: 'table of predictions', code: 'bad-predictions' },
  script: { bytes: 1_000_000, words: 'training script', code: 'bad-script' },
  recipe: { bytes: 1_000_000, words: 'recipe', code: 'bad-recipe' },
};

/**
 * Null when the dialog was cancelled. @param beside the folder that the dialog opens at
 * @throws PlumblineError of the kind when it is too large, no-permission when it cannot be read
 */
export async function readText(what: TextKind, beside: string): Promise<{ name: string; text: string } | null> {
  const path = await chooseText(what, beside);
  if (path === null) return null;
  const { bytes, words, code } = LIMITS[what];
  const name = basename(path);
  try {
    if ((await stat(path)).size > bytes)
      throw new PlumblineError(code, `“${name}” is larger than ${bytes / 1_000_000} MB: that is no ${words}.`);
    const content = await readFile(path);
    // Excel writes UTF-16.
    return {
      name,
      text: new TextDecoder(content[0] === 0xff && content[1] === 0xfe ? 'utf-16le' : 'utf-8').decode(content),
    };
  } catch (error) {
    if (error instanceof PlumblineError) throw error;
    throw new PlumblineError('no-permission', `“${path}” cannot be read.`, { details: { path }, cause: error });
  }
}
