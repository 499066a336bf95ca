import type { Check } from './check';
import { withoutRows } from './partials';
import { finding } from './finding';
import { about, groupViews } from './group-members';
import { counted, percent } from '../text/numbers';
import { countedParts } from '../text/names';

export const exactDuplicate: Check<null> = {
  id: 'exact-duplicate',
  title: 'Exact duplicates',
  why: 'A picture that occurs twice counts twice in training. If the copies are in different splits, the score is too good.',
  how: 'The same SHA-256 of the file, or the same hash of the decoded pixels.',
  basis: 'images',
  early: 'measured',
  groupsCopies: true,
  drop: 'all-but-one',
  undecided: {
    one: 'undecided group of exact duplicates is',
    many: 'undecided groups of exact duplicates are',
    severity: 'info',
  },
  checklist: ['data'],
  thresholds: {},
  version: 3,
  ...withoutRows((global) => {
    if (global.exactGroups.length === 0) return [];
    const concerned = groupViews(global, global.exactGroups).sort((a, b) => b.members.length - a.members.length);
    const copies = concerned.flatMap(({ members }) => members.slice(1));
    const bytes = copies.filter(({ relation }) => relation === 'same-bytes').length;
    const share = copies.length / global.totals.readable;
    const largest = concerned[0]?.members.length ?? 0;
    return [
      finding({
        check: 'exact-duplicate',
        severity: 'warning',
        scope: 'group',
        title: `${counted(copies.length, 'image is an exact copy', 'images are exact copies')} of another (${percent(share)}): ${countedParts(
          [
            [bytes, 'byte for byte'],
            [copies.length - bytes, 'with the same pixels in another file'],
          ],
        )}.`,
        remedy:
          'Keep one image of each group. The export can leave out the copies, and it always keeps a group in one split.',
        score: Math.sqrt(share),
        value: copies.length,
        ...about(global, concerned),
        evidence: {
          facts: [
            { name: 'groups', value: concerned.length },
            { name: 'copies, same bytes', value: bytes },
            { name: 'copies, same pixels only', value: copies.length - bytes },
            { name: 'largest group', value: largest, unit: 'images' },
          ],
        },
      }),
    ];
  }),
};
