/** A training script changed so that its warnings are gone. */
import { z } from 'zod';
import { recipeWarningSchema } from './recipe';

const hunkSchema = z.object({
  /** First line in the code, from 1. */
  line: z.int().positive(),
  lines: z.array(z.object({ kind: z.enum(['same', 'removed', 'added']), text: z.string() })),
  /** Positions in `changes`. */
  changes: z.array(z.int()),
});

export const remedySchema = z.object({
  /** The changed file, whole. The same as the given text if nothing was changed. */
  text: z.string(),
  /** From the given text to the changed one, in the unified format of diff and patch. Empty if nothing was changed. */
  patch: z.string(),
  changes: z.array(
    z.object({
      rule: z.string(),
      /** What the warning says. */
      sentence: z.string(),
      /** What was changed, and why. */
      reason: z.string(),
      /** The first changed line of the code, from 1. */
      line: z.int().positive(),
    }),
  ),
  hunks: z.array(hunkSchema),
  /** Warnings for which no change was found. */
  left: z.array(recipeWarningSchema),
});
export type ScriptRemedy = z.infer<typeof remedySchema>;
