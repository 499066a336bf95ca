import type { Check, CheckFinding, CheckInput } from './check';
import { finding } from './finding';
import { about, distinct, type GroupView, isExact, type Member, groupViews } from './group-members';
import { exposure } from './measures';
import { counted } from '../text/numbers';
import { quoted } from '../text/names';

/**
 * So many mirrored pairs must there be, and more than this share of them differ in label, for the mirror itself to be
 * the suspect.
 */
const MIRRORED_PAIRS = 5;
const MOSTLY = 0.5;

const labels = (members: readonly Member[]): number => distinct(members.map(({ image }) => image.className));

/**
 * Where mirroring changes the label more often than not, left and right are what the classes are about: that is no
 * error.
 */
function mirrorIsLabel(all: readonly GroupView[]): boolean {
  const pairs = all.flatMap(({ members }) =>
    members
      .slice(1)
      .filter(({ relation }) => relation === 'mirrored')
      .map(({ image }) => image.className !== members[0]?.image.className),
  );
  return pairs.length >= MIRRORED_PAIRS && pairs.filter(Boolean).length > MOSTLY * pairs.length;
}

function conflicts(input: CheckInput, concerned: readonly GroupView[]): CheckFinding[] {
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
        'At least one label of each group is wrong: decide for one and change the others, or leave the picture out if it belongs to both. No model can be right on both.',
      score: Math.sqrt(sorted.length / Math.max(1, input.images.length)),
      value: sorted.length,
      ...about(input, sorted),
      evidence: {
        facts: [
          { name: 'groups', value: sorted.length },
          { name: 'of exact copies', value: exact },
          { name: 'images in them', value: sorted.reduce((sum, { members }) => sum + members.length, 0) },
        ],
        tables: [{ title: 'Which labels', columns: ['labels', 'groups'], rows: worst }],
      },
    }),
  ];
}

export const conflictingDuplicate: Check = {
  id: 'conflicting-duplicate',
  title: 'One picture, two labels',
  why: 'The surest label error there is: whatever the model answers for this picture, one of its copies counts it as wrong.',
  how: 'A group of exact or near duplicates with more than one label. Mirrored copies do not count where mirroring changes the label in most groups.',
  basis: 'images',
  groupsCopies: true,
  drop: 'conflicting-groups',
  undecided: {
    one: 'undecided picture with more than one label goes',
    many: 'undecided pictures with more than one label go',
    severity: 'warning',
  },
  checklist: ['data'],
  thresholds: {},
  alsoReads: ['low-information.contrast', 'dark.white-level', 'bright.black-level'],
  version: 2,
  run(input) {
    // Two blank files are alike without being a picture of anything: they are reported as blank.
    const all = groupViews(input, input.nearGroups).filter(
      ({ members }) => members[0]?.image.facts && exposure(members[0].image.facts, input.thresholds) !== 'blank',
    );
    const mirrored = mirrorIsLabel(all);
    const differing = all.filter(({ members }) => labels(members) > 1);
    const unmirrored = ({ members }: GroupView): boolean =>
      labels(members.filter(({ relation }) => relation !== 'mirrored')) > 1;
    const errors = mirrored ? differing.filter(unmirrored) : differing;
    const doubtful = mirrored ? differing.filter((view) => !unmirrored(view)) : [];
    return [
      ...(errors.length > 0 ? conflicts(input, errors) : []),
      ...(doubtful.length > 0
        ? [
            finding({
              check: 'conflicting-duplicate',
              about: 'mirrored',
              severity: 'warning',
              scope: 'group',
              title: `${counted(doubtful.length, 'picture changes', 'pictures change')} the label when mirrored: left and right seem to be what the classes are about.`,
              remedy:
                'If so, never mirror images in augmentation: horizontal flips would teach the wrong label. If not, these labels are wrong.',
              score: Math.sqrt(doubtful.length / input.images.length),
              value: doubtful.length,
              ...about(input, doubtful),
              evidence: { facts: [{ name: 'groups', value: doubtful.length }] },
            }),
          ]
        : []),
    ];
  },
};
