/** What the audit doubts, nobody has decided about and the export holds all the same. */
import type { ExportPlanSummary } from '../../contract/model/export';
import { counted } from '../text/numbers';
import type { DropFinding, Selected } from './selection';

export type Unreviewed = ExportPlanSummary['unreviewed'][number];

/** Worst first. */
export const DOUBTED: readonly Unreviewed['check'][] = [
  'label-error',
  'conflicting-duplicate',
  'exact-duplicate',
  'near-duplicate',
];

const NOUNS: Record<Unreviewed['check'], readonly [one: string, many: string]> = {
  'label-error': ['undecided suspicious label goes', 'undecided suspicious labels go'],
  'conflicting-duplicate': [
    'undecided picture with more than one label goes',
    'undecided pictures with more than one label go',
  ],
  'exact-duplicate': ['undecided group of exact duplicates goes', 'undecided groups of exact duplicates go'],
  'near-duplicate': ['undecided group of near duplicates goes', 'undecided groups of near duplicates go'],
};

/**
 * Suspicious labels are counted by image, duplicates by group: one counts where two of its members are in the export
 * under one label
 * (of conflicting ones, under two) and not all that are there were reviewed.
 */
export function unreviewedOf(kept: readonly Selected[], findings: readonly DropFinding[]): Unreviewed[] {
  const byId = new Map(kept.map((selected) => [selected.image.id, selected]));
  const isOpen = ({ outcome }: Selected): boolean => outcome.action === 'unchanged';
  return DOUBTED.flatMap((check) => {
    const own = findings.filter((finding) => finding.check === check);
    const images = new Set(
      own.flatMap((finding) => finding.images.flatMap(({ id }) => byId.get(id) ?? [])).filter(isOpen),
    );
    const groups = own
      .flatMap((finding) => finding.groups)
      .filter((group) => {
        const present = group.flatMap((id) => byId.get(id) ?? []);
        const labels = new Set(present.map(({ outcome }) => outcome.label)).size;
        return present.some(isOpen) && (check === 'conflicting-duplicate' ? labels > 1 : labels < present.length);
      });
    const n = check === 'label-error' ? images.size : groups.length;
    return n === 0 ? [] : [{ check, count: n }];
  });
}

/** "12 undecided suspicious labels go in as they are". */
export function unreviewedText({ check, count: n }: Unreviewed): string {
  return `${counted(n, ...NOUNS[check])} in as ${n === 1 ? 'it is' : 'they are'}`;
}
