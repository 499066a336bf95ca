/** What the audit flagged, nobody reviewed, and the export still contains. */
import type { ExportPlanSummary } from '../../contract/model/export';
import { checkOf, undecidedChecks } from '../checks/index';
import type { OutcomesById } from '../duplicates/keeper';
import { undecidedIn } from '../review/progress';
import { counted } from '../text/numbers';
import type { DropFinding } from './selection';

export type Unreviewed = ExportPlanSummary['unreviewed'][number];

/**
 * Suspicious labels are counted by image, duplicates by group, as `undecidedIn` counts them.
 * @param kept of the images that are exported
 */
export function unreviewedOf(kept: OutcomesById, findings: readonly DropFinding[]): Unreviewed[] {
  return undecidedChecks.flatMap(({ id: check, drop }) => {
    const own = findings.filter((finding) => finding.check === check);
    const flagged = { images: own.flatMap(({ images }) => images), groups: own.flatMap(({ groups }) => groups) };
    const n = drop === undefined ? 0 : undecidedIn(flagged, drop, (id) => kept.get(id));
    return n === 0 ? [] : [{ check, count: n }];
  });
}

/** "12 undecided suspicious labels are exported unchanged". */
export function unreviewedText({ check, count: n }: Unreviewed): string {
  const { one = `undecided image of ${check} is`, many = `undecided images of ${check} are` } =
    checkOf(check)?.undecided ?? {};
  return `${counted(n, one, many)} exported unchanged`;
}
