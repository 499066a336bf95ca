/** Codes of an export as words. */
import { checkIdSchema } from '../../../contract/model/finding';
import type { ExportMode } from '../../../contract/model/export';
import { checkTitle } from '../findings/check-words';

export const MODE_DONE: Record<ExportMode, string> = { copy: 'copied', hardlink: 'hard-linked', symlink: 'linked' };

/** A reason of the plan: a check's id becomes its title, other reasons are words already. */
export function dropReason(reason: string): string {
  const check = checkIdSchema.safeParse(reason);
  return check.success ? checkTitle(check.data) : reason;
}
