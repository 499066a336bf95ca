/** What the audit found about one image, as lines that lead to the findings. */
import { labelError } from '../../../core/checks/label-error';
import type { Finding, ImageFinding } from '../../../contract/model/finding';
import { className } from '../../../core/text/names';
import { counted } from '../../../core/text/numbers';

export interface FoundLine {
  readonly finding: Finding;
  readonly group: ImageFinding['group'];
  /** The class that it should be, or how often the picture is there besides; empty where the check's name says all. */
  readonly about: string;
}

function aboutOf({ check }: Finding, { group }: ImageFinding, suggested: string | null): string {
  if (check === labelError.id && suggested !== null) return `→ ${className(suggested)}`;
  return group === null ? '' : counted(group.images - 1, 'copy', 'copies');
}

/** @param findings those that count; what is said of others (muted, or of an older audit) is left out */
export function foundLines(
  found: readonly ImageFinding[],
  suggested: string | null,
  findings: readonly Finding[],
): FoundLine[] {
  return found.flatMap((one) => {
    const finding = findings.find(({ key }) => key === one.key);
    return finding === undefined ? [] : [{ finding, group: one.group, about: aboutOf(finding, one, suggested) }];
  });
}
