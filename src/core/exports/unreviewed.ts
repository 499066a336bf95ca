/** What the audit flagged, nobody reviewed, and the export still contains. */
import type { ExportPlanSummary } from '../../contract/model/export';
import { checkOf, undecidedChecks } from '../checks/index';
import { counted } from '../text/numbers';
import type { DropFinding, Selected } from './selection';

export type Unreviewed = ExportPlanSummary['unreviewed'][number];

/**
 * Suspicious labels are counted by image, duplicates by group. A group counts if two of its members are in the export
 * under one label (for conflicting duplicates: under two labels) and at least one of them was not reviewed.
 */
export function unreviewedOf(kept: readonly Selected[], findings: readonly DropFinding[]): Unreviewed[] {
  const byId = new Map(kept.map((selected) => [selected.image.id, selected]));
  const isOpen = ({ outcome }: Selected): boolean => outcome.action === 'unchanged';
  return undecidedChecks.flatMap(({ id: check, drop }) => {
    const own = findings.filter((finding) => finding.check === check);
    const images = new Set(
      own.flatMap((finding) => finding.images.flatMap(({ id }) => byId.get(id) ?? [])).filter(isOpen),
    );
    const groups = own
      .flatMap((finding) => finding.groups)
      .filter((group) => {
        const present = group.flatMap((id) => byId.get(id) ?? []);
        const labels = new Set(present.map(({ outcome }) => outcome.label)).size;
        return present.some(isOpen) && (drop === 'conflicting-groups' ? labels > 1 : labels < present.length);
      });
    const n = drop === 'images' ? images.size : groups.length;
    return n === 0 ? [] : [{ check, count: n }];
  });
}

/** "12 undecided suspicious labels are exported unchanged". */
export function unreviewedText({ check, count: n }: Unreviewed): string {
  const { one = `undecided image of ${check} is`, many = `undecided images of ${check} are` } =
    checkOf(check)?.undecided ?? {};
  return `${counted(n, one, many)} exported unchanged`;
}
