/** How the rows of a table were matched with the images of a data set. */
import { z } from 'zod';

/** What a row needed to get its image beyond its exact path. One row can have one of the first two and one other. */
const matchRuleSchema = z.enum(['end', 'name', 'unicode', 'case', 'no-ending', 'ending', 'number', 'upload']);
export type MatchRule = z.infer<typeof matchRuleSchema>;

/** `taken`: another row names the same image by a better rule, or by a different path with the same rule. */
const unmatchedSchema = z.enum(['missing', 'ambiguous', 'taken']);
export type Unmatched = z.infer<typeof unmatchedSchema>;

export const matchCodeSchema = z.enum([...matchRuleSchema.options, ...unmatchedSchema.options]);

/** The number of rows by what they needed, and by why they have no image. */
export type MatchCounts = Readonly<Record<z.infer<typeof matchCodeSchema>, number>>;
