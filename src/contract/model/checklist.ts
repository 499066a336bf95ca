/** The six questions that a collapsed CNN raises, answered from everything that was measured. */
import { z } from 'zod';

export const checklistIdSchema = z.enum([
  'data',
  'augmentation',
  'imbalance',
  'architecture',
  'learning-rate',
  'validation',
]);
export type ChecklistId = z.infer<typeof checklistIdSchema>;

export const checklistItemSchema = z.object({
  id: checklistIdSchema,
  title: z.string(),
  verdict: z.enum(['ok', 'problem', 'not-checked']),
  /**
   * One sentence each, the weightiest first, with what shows it: a finding by key, a choice of the lab by id, a rule by
   * id.
   */
  evidence: z.array(
    z.object({
      sentence: z.string(),
      shownBy: z.object({ kind: z.enum(['finding', 'lab', 'rule', 'diagnosis']), key: z.string() }).nullable(),
    }),
  ),
  /** What to do next; null where all is well. */
  next: z.string().nullable(),
});
export type ChecklistItem = z.infer<typeof checklistItemSchema>;
