/** The six questions about a collapsed CNN, answered from all that was measured. */
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
   * One sentence each, most important first. `shownBy` names the proof: the key of a finding, or the id of a lab choice
   * or of a rule.
   */
  evidence: z.array(
    z.object({
      sentence: z.string(),
      shownBy: z.object({ kind: z.enum(['finding', 'lab', 'rule', 'diagnosis']), key: z.string() }).nullable(),
    }),
  ),
  /** What to do next; null where nothing is wrong. */
  next: z.string().nullable(),
});
export type ChecklistItem = z.infer<typeof checklistItemSchema>;
