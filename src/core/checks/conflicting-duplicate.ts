import type { Check, CheckFinding, CheckGlobal } from './check';
import { withoutRows } from './partials';
import { finding } from './finding';
import { about, distinct, type GroupView, isExact, type Member, groupViews } from './group-members';
import { exposure } from './measures';
import { counted } from '../text/numbers';
import { quoted } from '../text/names';

/**
 * The fewest mirrored pairs, and the share of them with different labels, above which mirroring itself is taken as the
 * cause.
 */
const MIRRORED_PAIRS = 5;
const MOSTLY = 0.5;

const labels = (members: readonly Member[]): number => distinct(members.map(({ image }) => image.className));

/** If mirroring changes the label in most pairs, the classes are about left and right. Then it is not a label error. */
function mirrorIsLabel(all: readonly GroupView[]): boolean {
  const pairs = all.flatMap(({ members }) =>
    members
      .slice(1)
      .filter(({ relation }) => relation === 'mirrored')
      .map(({ image }) => image.className !== members[0]?.image.className),
  );
  return pairs.length >= MIRRORED_PAIRS && pairs.filter(Boolean).length > MOSTLY * pairs.length;
}

function conflicts(global: CheckGlobal, concerned: readonly GroupView[]): CheckFinding[] {
  const sorted = [...concerned].sort(
    (a, b) =>
      b.members.filter(isExact).length - a.members.filter(isExact).length || b.members.length - a.members.length,
  );
  const pairs = new Map<string, number>();
  for (const { members } of sorted) {
    const names = [...new Set(members.map(({ image }) => image.className))].sort();
    names.forEach((a, i) =>
      names
        .slice(i + 1)
        .forEach((b) =>
          pairs.set(`${quoted(a)} and ${quoted(b)}`, (pairs.get(`${quoted(a)} and ${quoted(b)}`) ?? 0) + 1),
        ),
    );
  }
  const worst = [...pairs].sort((a, b) => b[1] - a[1]);
  const exact = sorted.filter(
    ({ members }) => labels([...members.slice(0, 1), ...members.slice(1).filter(isExact)]) > 1,
  ).length;
  return [
    finding({
      check: 'conflicting-duplicate',
      severity: 'error',
      scope: 'group',
      title: `${counted(sorted.length, 'picture has', 'pictures have')} more than one label, ${worst.length === 1 ? '' : 'such as '}${worst[0]?.[0] ?? ''}.`,
      remedy:
        'At least one label of each group is wrong. Choose one and change the others, or leave out the picture if it belongs to both classes. No model can be right about both.',
      score: Math.sqrt(sorted.length / Math.max(1, global.totals.images)),
      value: sorted.length,
      ...about(global, sorted),
      evidence: {
        facts: [
          { name: 'groups', value: sorted.length },
          { name: 'groups of exact copies', value: exact },
          { name: 'images in them', value: sorted.reduce((sum, { members }) => sum + members.length, 0) },
        ],
        tables: [{ title: 'Which labels', columns: ['labels', 'groups'], rows: worst }],
      },
    }),
  ];
}

export const conflictingDuplicate: Check<null> = {
  id: 'conflicting-duplicate',
  title: 'One picture, two labels',
  why: 'This is the most certain kind of label error: every possible prediction for this picture is wrong for one of its copies.',
  how: 'A group of exact or near duplicates with more than one label. If mirroring changes the label in most groups, mirrored copies do not count.',
  basis: 'images',
  groupsCopies: true,
  drop: 'conflicting-groups',
  undecided: {
    one: 'undecided picture with more than one label is',
    many: 'undecided pictures with more than one label are',
    severity: 'warning',
  },
  checklist: ['data'],
  thresholds: {},
  alsoReads: ['low-information.contrast', 'dark.white-level', 'bright.black-level'],
  version: 2,
  ...withoutRows((global) => {
    // Two blank files are equal although they show no picture. They are reported as blank images.
    const all = groupViews(global, global.nearGroups).filter(
      ({ members }) => members[0]?.image.facts && exposure(members[0].image.facts, global.thresholds) !== 'blank',
    );
    const mirrored = mirrorIsLabel(all);
    const differing = all.filter(({ members }) => labels(members) > 1);
    const unmirrored = ({ members }: GroupView): boolean =>
      labels(members.filter(({ relation }) => relation !== 'mirrored')) > 1;
    const errors = mirrored ? differing.filter(unmirrored) : differing;
    const doubtful = mirrored ? differing.filter((view) => !unmirrored(view)) : [];
    return [
      ...(errors.length > 0 ? conflicts(global, errors) : []),
      ...(doubtful.length > 0
        ? [
            finding({
              check: 'conflicting-duplicate',
              about: 'mirrored',
              severity: 'warning',
              scope: 'group',
              title: `${counted(doubtful.length, 'picture has', 'pictures have')} another label when mirrored: the classes seem to be about left and right.`,
              remedy:
                'If they are, never use horizontal flips in augmentation: flips would teach the wrong label. If they are not, these labels are wrong.',
              score: Math.sqrt(doubtful.length / global.totals.images),
              value: doubtful.length,
              ...about(global, doubtful),
              evidence: { facts: [{ name: 'groups', value: doubtful.length }] },
            }),
          ]
        : []),
    ];
  }),
};
