/** How the rows of a table were matched with the images of a data set. */

/** What a row needed to get its image beyond its exact path. One row can have one of the first two and one other. */
export type MatchRule = 'end' | 'name' | 'unicode' | 'case' | 'no-ending' | 'ending' | 'upload';
/** `taken`: another row names the same image by a better rule, or by a different path with the same rule. */
export type Unmatched = 'missing' | 'ambiguous' | 'taken';

/** The number of rows by what they needed, and by why they have no image. */
export type MatchCounts = Readonly<Record<MatchRule | Unmatched, number>>;
