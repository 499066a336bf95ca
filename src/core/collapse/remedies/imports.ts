/** What a script imports, and what a change of it must add. */
import { insertBefore, type CodeEdit } from './edit';
import { nodesOf, type Ailment } from './remedy';

type Code = Pick<Ailment, 'script' | 'code'>;

const imports = (ailment: Code): string[] =>
  nodesOf(ailment, 'import_statement', 'import_from_statement').map(({ text }) => text);

/** Puts statements before the first import of the script; null if it imports nothing. */
export function importBefore(ailment: Code, text: string): CodeEdit | null {
  const first = nodesOf(ailment, 'import_statement', 'import_from_statement').find(
    (node) => !/__future__/.test(node.text),
  );
  return first ? insertBefore(ailment.code, first, text) : null;
}

/** Imports torch if the script binds no such name. */
export const torchImport = (ailment: Code): (CodeEdit | null)[] =>
  imports(ailment).some((text) => /^import\b.*\btorch(\.\w+)*\s*(,|$)/.test(text))
    ? []
    : [importBefore(ailment, 'import torch')];

/** The name of Keras in the script, with the statement that it lacks. */
export function kerasName(ailment: Code): { name: string; missing: string | null } {
  const all = imports(ailment);
  if (all.some((text) => /^import tensorflow as tf\b/.test(text))) return { name: 'tf.keras', missing: null };
  if (all.some((text) => /^(import keras$|from tensorflow import .*\bkeras\b)/.test(text)))
    return { name: 'keras', missing: null };
  return all.some((text) => /\btensorflow\b/.test(text))
    ? { name: 'tf.keras', missing: 'import tensorflow as tf' }
    : { name: 'keras', missing: 'import keras' };
}

export const importsNumpy = (ailment: Code): boolean => imports(ailment).some((text) => /\bnumpy as np\b/.test(text));
