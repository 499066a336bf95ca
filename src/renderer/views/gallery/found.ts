/** The findings about one image, each as a link. */
import { labelError } from '../../../core/checks/label-error';
import type { Finding, ImageFinding } from '../../../contract/model/finding';
import { className } from '../../../core/text/names';
import { counted } from '../../../core/text/numbers';

export interface FoundLine {
  readonly finding: Finding;
  readonly group: ImageFinding['group'];
  /** The suggested class, or the number of copies; empty if the name of the check says enough. */
  readonly about: string;
}

function aboutOf({ check }: Finding, { group }: ImageFinding, suggested: string | null): string {
  if (check === labelError.id && suggested !== null) return `→ ${className(suggested)}`;
  return group === null ? '' : counted(group.images - 1, 'copy', 'copies');
}

/** @param findings the current findings; muted ones and those of an older audit are ignored */
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
