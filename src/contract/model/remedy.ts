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

/** What can be added to a script besides the changes that remove its warnings. */
export const additionSchema = z.enum(['split', 'normalization', 'early-stopping', 'baseline']);
export type AdditionId = z.infer<typeof additionSchema>;

/** What is added to a script; an addition that does not fit it is left out. */
export const additionsSchema = z.object({ additions: z.array(additionSchema) });

export const remedySchema = z.object({
  /** The changed file, whole. The same as the given text if nothing was changed. */
  text: z.string(),
  /** From the given text to the changed one, in the unified format of diff and patch. Empty if nothing was changed. */
  patch: z.string(),
  changes: z.array(
    z.object({
      /** The rule of the warning, or the id of the addition. */
      rule: z.string(),
      /** What the warning says, or what the addition is for. */
      sentence: z.string(),
      /** What was changed, and why. */
      reason: z.string(),
      /** The first changed line of the code, from 1. */
      line: z.int().positive(),
    }),
  ),
  hunks: z.array(hunkSchema),
  /** What can be added to this script, whether it was or not. */
  additions: z.array(additionSchema),
  /** Warnings for which no change was found. */
  left: z.array(recipeWarningSchema),
});
export type ScriptRemedy = z.infer<typeof remedySchema>;
