import type { Check, Tally } from './check';
import { withoutRows } from './partials';
import { finding } from './finding';
import { about, type GroupView, isExact, type Member, groupViews } from './group-members';
import { counted, percent } from '../text/numbers';
import { foldsOfSplits } from '../text/folds';
import { named, countedParts } from '../text/names';

/** Whether a copy of an image of one split in another one is a leak. */
type Leaks = (one: string | null, other: string | null) => boolean;

/** Folds that contain splits of their own have the same images, so that only the splits of one fold must be apart. */
function leaksAmong(splits: readonly string[]): Leaks {
  const folds = foldsOfSplits(splits);
  const foldOf = (split: string | null): string => (split === null ? '' : (folds.get(split) ?? ''));
  return (one, other) => one !== other && foldOf(one) === foldOf(other);
}

const leaksIn = (members: readonly Member[], leaks: Leaks): boolean =>
  members.some((one) => members.some((other) => leaks(one.image.split, other.image.split)));

/**
 * For each ordered pair of splits: how many images of the first have an exact copy in the second, and how many have a
 * near duplicate only.
 */
function leakTable(
  concerned: readonly GroupView[],
  splits: readonly string[],
  sizes: Tally,
  leaks: Leaks,
): { rows: [string, string, number, number, string][]; worst: number } {
  const rows: [string, string, number, number, string][] = [];
  let worst = 0;
  for (const from of splits) {
    for (const to of splits) {
      if (!leaks(from, to)) continue;
      let exact = 0;
      let all = 0;
      for (const { members } of concerned) {
        const there = members.filter(({ image }) => image.split === to);
        if (there.length === 0) continue;
        for (const member of members.filter(({ image }) => image.split === from)) {
          all++;
          if (there.some((other) => sameContent(member, other))) exact++;
        }
      }
      if (all === 0) continue;
      const share = all / (sizes.get(from) ?? all);
      worst = Math.max(worst, share);
      rows.push([from, to, exact, all - exact, percent(share)]);
    }
  }
  return { rows: rows.sort((a, b) => b[2] + b[3] - a[2] - a[3]), worst };
}

function sameContent(a: Member, b: Member): boolean {
  return a.image.facts !== null && a.image.facts.pixelHash === b.image.facts?.pixelHash;
}

/** Whether a picture is in two splits without any change. */
function leaksExactly(members: readonly Member[], leaks: Leaks): boolean {
  return members.some((member, i) =>
    members.slice(i + 1).some((other) => leaks(member.image.split, other.image.split) && sameContent(member, other)),
  );
}

export const splitLeak: Check<null> = {
  id: 'split-leak',
  title: 'Leaks between splits',
  why: 'The model is tested on pictures that it was trained on. The score is too good because the model remembers them, and its failure shows only in use.',
  how: 'A group of exact or near duplicates with members in more than one split. Where folds contain splits of their own, in more than one split of the same fold.',
  basis: 'splits',
  groupsCopies: true,
  checklist: ['validation'],
  thresholds: {},
  version: 3,
  ...withoutRows((global) => {
    const leaks = leaksAmong(global.splits);
    const concerned = groupViews(global, global.nearGroups)
      .filter(({ members }) => leaksIn(members, leaks))
      .sort(
        (a, b) =>
          b.members.filter(isExact).length - a.members.filter(isExact).length || b.members.length - a.members.length,
      );
    if (concerned.length === 0) return [];
    const exact = concerned.filter(({ members }) => leaksExactly(members, leaks)).length;
    const table = leakTable(concerned, global.splits, global.totals.imagesIn, leaks);
    const turned = groupViews(global, global.turnedGroups ?? []).filter(({ members }) =>
      leaksIn(members, leaks),
    ).length;
    const involved = global.splits.filter((split) =>
      concerned.some(({ members }) => members.some(({ image }) => image.split === split)),
    );
    return [
      finding({
        check: 'split-leak',
        severity: 'error',
        scope: 'group',
        title: `${counted(concerned.length, 'picture is', 'pictures are')} in more than one split (${named(involved)}): ${countedParts(
          [
            [exact, 'as exact copies'],
            [concerned.length - exact, 'as near duplicates'],
          ],
        )}.`,
        remedy:
          'Move each group into one split before you trust any score. The export does this and leaves the rest of your splits unchanged. Then evaluate again and expect a lower, more realistic score.',
        score: Math.max(0.3, Math.sqrt(table.worst)),
        value: concerned.length,
        ...about(global, concerned),
        evidence: {
          facts: [
            { name: 'groups in several splits', value: concerned.length },
            { name: 'with exact copies', value: exact },
            { name: 'with near duplicates only', value: concerned.length - exact },
            ...(turned > 0 ? [{ name: 'rotated copies in several splits', value: turned }] : []),
          ],
          tables: [
            {
              title: 'Images with a copy in another split',
              columns: ['images of', 'with a copy in', 'exact', 'near', 'share of the split'],
              rows: table.rows,
            },
          ],
        },
      }),
    ];
  }),
};
