/** A training recipe as it crosses borders, what was read of it, and what the static rules say of it. */
import { z } from 'zod';

const scalarSchema = z.union([z.string(), z.number(), z.boolean(), z.null()]);

/**
 * Values by field. Only the shape is agreed here: the registry of the lab's interventions in core knows the fields and
 * their values, and the engine checks a recipe against it.
 */
export const wireRecipeSchema = z.record(z.string(), z.union([scalarSchema, z.record(z.string(), scalarSchema)]));
export type WireRecipe = z.infer<typeof wireRecipeSchema>;

/** Where a choice of the recipe comes from. */
export const choiceSourceSchema = z.object({
  /**
   * read: stated in the script or file; default: what the framework does if the script does not say; assumed: not known,
   * so taken as sound.
   */
  how: z.enum(['read', 'default', 'assumed']),
  /** From 1; null if no line states it. */
  line: z.int().positive().nullable(),
  /** Lines of the parts of the field, by name, where they have lines of their own: the loss and the last activation. */
  parts: z.record(z.string(), z.int().positive()).optional(),
  /** The code that was read, at most one line; or why it is the default. */
  text: z.string().nullable(),
});
export type ChoiceSource = z.infer<typeof choiceSourceSchema>;

const severitySchema = z.enum(['error', 'warning', 'info']);

/** A fault of a script that no field of the recipe states, or that its line states better. */
export const scriptFaultSchema = z.object({
  rule: z.string(),
  severity: severitySchema,
  remedy: z.string(),
  /** Fields of the recipe that it is about. */
  fields: z.array(z.string()),
  /** Those of them whose value is the fault itself, so that the lab trains it. All of them if it is not given. */
  stated: z.array(z.string()).optional(),
  /** Static rules that would say the same less exactly. */
  replaces: z.array(z.string()),
  /** It is a fault only if the training has at least this many weight updates. */
  fromUpdates: z.number().positive().optional(),
});
export type ScriptFault = z.infer<typeof scriptFaultSchema>;

/** A data set that a script loads by name from its library. Null: its size is not known. */
const ownDataSchema = z.object({
  name: z.string(),
  /** Training images. */
  images: z.int().positive().nullable(),
  classes: z.int().positive().nullable(),
});
export type OwnData = z.infer<typeof ownDataSchema>;

export const wireReadingSchema = z.object({
  /** What the script trains on in place of the folder that is open; absent if it trains on that. */
  ownData: ownDataSchema.optional(),
  framework: z.enum(['keras', 'pytorch']).nullable(),
  recipe: wireRecipeSchema,
  /** By field. */
  sources: z.record(z.string(), choiceSourceSchema),
  /** One sentence each: what matters in the script but fits no recipe, or could not be read. */
  notes: z.array(
    z.object({
      sentence: z.string(),
      line: z.int().positive().nullable(),
      /** Set if the sentence accuses the script. It is then among the warnings. */
      fault: scriptFaultSchema.optional(),
    }),
  ),
});
export type WireReading = z.infer<typeof wireReadingSchema>;

/** What a static rule says of a recipe, before anything is trained. */
export const recipeWarningSchema = z.object({
  rule: z.string(),
  severity: severitySchema,
  fields: z.array(z.string()),
  /** See `ScriptFault.stated`. */
  stated: z.array(z.string()).optional(),
  sentence: z.string(),
  remedy: z.string(),
  line: z.int().positive().nullable(),
});
export type RecipeWarning = z.infer<typeof recipeWarningSchema>;
