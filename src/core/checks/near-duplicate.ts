import type { Relation } from '../../contract/model/finding';
import { RELATIONS } from '../text/labels';
import type { Check, CheckFinding, CheckGlobal } from './check';
import { withoutRows } from './partials';
import { finding, thresholdFact } from './finding';
import { about, distinct, type GroupView, isExact, groupViews } from './group-members';
import { wilson } from '../statistics/tests';
import { counted, percent } from '../text/numbers';

/**
 * Pairs with different classes tell how many pairs are false. A pair made by chance has different classes with
 * probability 1 − Σ p², so about (share of pairs with different classes) / (1 − Σ p²) are false: fewer if some labels are
 * wrong, more if similar pictures tend to have the same class. The pairs of a group are not independent, so a group
 * counts once: n pairs count as (Σ n)² / Σ n² (effective sample size: Kish 1965).
 * @returns the upper end of the 95 % interval (Wilson 1927); null if one class has nearly all images, or if the groups
 * are too few to tell anything
 */
function highestFalseRate(global: CheckGlobal, concerned: readonly GroupView[]): number | null {
  const { images, imagesOf } = global.totals;
  const mixed = 1 - global.classes.reduce((sum, name) => sum + ((imagesOf.get(name) ?? 0) / images) ** 2, 0);
  if (mixed < 0.05) return null;
  let [pairs, differing, squares] = [0, 0, 0];
  for (const { members } of concerned) {
    const near = members.slice(1).filter((member) => !isExact(member));
    pairs += near.length;
    squares += near.length ** 2;
    differing += near.filter(({ image }) => image.className !== members[0]?.image.className).length;
  }
  if (pairs === 0) return null;
  const independent = pairs ** 2 / squares;
  const rate = wilson((differing / pairs) * independent, independent).high / mixed;
  return rate >= 1 && differing === 0 ? null : Math.min(1, rate);
}

function near(global: CheckGlobal): CheckFinding[] {
  const concerned = groupViews(global, global.nearGroups)
    .filter(({ members }) => members.slice(1).some((member) => !isExact(member)))
    .sort((a, b) => b.members.length - a.members.length);
  if (concerned.length === 0) return [];
  const copies = concerned.flatMap(({ members }) => members.slice(1).filter((member) => !isExact(member)));
  const mirrored = copies.filter(({ relation }) => relation === 'mirrored').length;
  const share = copies.length / global.totals.readable;
  const rate = highestFalseRate(global, concerned);
  const threshold = global.thresholds('near-duplicate.similarity');
  return [
    finding({
      check: 'near-duplicate',
      severity: 'warning',
      scope: 'group',
      title: `${counted(copies.length, 'image is', 'images are')} nearly the same as another (${percent(share)}), in ${counted(concerned.length, 'group')}${mirrored > 0 ? `; ${mirrored} of them mirrored` : ''}.`,
      remedy:
        'Look through the groups. If the pictures are copies, keep one of them; if not, choose “not a duplicate”. Until then keep each group in one split, as the export does.',
      score: Math.sqrt(share),
      value: copies.length,
      threshold,
      thresholdId: 'near-duplicate.similarity',
      ...about(global, concerned),
      evidence: {
        facts: [
          { name: 'groups', value: concerned.length },
          { name: 'images besides the first of each group', value: copies.length },
          { name: 'largest group', value: concerned[0]?.members.length ?? 0, unit: 'images' },
          ...(rate === null
            ? []
            : [{ name: 'possible false matches', value: `up to ${percent(rate)} of the pairs (95 %)` }]),
          thresholdFact(global, 'near-duplicate.similarity'),
        ],
        tables: [relationTable(concerned)],
      },
    }),
  ];
}

function relationTable(concerned: readonly GroupView[]): {
  title: string;
  columns: string[];
  rows: [string, number][];
} {
  const counts = new Map<Relation, number>();
  for (const { members } of concerned)
    for (const { relation } of members.slice(1))
      counts.set(relation ?? 'near', (counts.get(relation ?? 'near') ?? 0) + 1);
  return {
    title: 'Relation to the image to keep',
    columns: ['relation', 'images'],
    rows: [...counts].sort((a, b) => b[1] - a[1]).map(([relation, images]) => [RELATIONS[relation], images]),
  };
}

function turned(global: CheckGlobal): CheckFinding[] {
  const concerned = groupViews(global, global.turnedGroups ?? []);
  if (concerned.length === 0) return [];
  const copies = concerned.flatMap(({ members }) => members.slice(1));
  const classes = concerned.filter(({ members }) => distinct(members.map(({ image }) => image.className)) > 1).length;
  const threshold = global.thresholds('near-duplicate.turned');
  return [
    finding({
      check: 'near-duplicate',
      about: 'turned',
      severity: 'info',
      scope: 'group',
      title: `${counted(copies.length, 'image is', 'images are')} a rotated or vertically mirrored copy of another${classes > 0 ? `; ${counted(classes, 'group')} of them with different labels` : ''}.`,
      remedy:
        'If up and down have no meaning (tiles, cells, aerial pictures), these are copies: keep one and let augmentation rotate it. If they have a meaning (arrows, 6 and 9), these may be different pictures.',
      score: copies.length / global.totals.images,
      value: copies.length,
      threshold,
      thresholdId: 'near-duplicate.turned',
      ...about(global, concerned),
      evidence: {
        facts: [{ name: 'groups', value: concerned.length }, thresholdFact(global, 'near-duplicate.turned')],
        tables: [relationTable(concerned)],
      },
    }),
  ];
}

export const nearDuplicate: Check<null> = {
  id: 'near-duplicate',
  title: 'Near duplicates',
  why: 'Resized, re-encoded, cropped or mirrored copies of one picture add nothing new to learn from, and they can leak test pictures into training.',
  how: 'Candidates: neighbours by 64-bit pHash and dHash (multi-index hashing) and by mean-free grey rasters, upright, mirrored and rotated. Proof: the best normalized correlation of the 64×64 rasters over small crops of either picture, for the whole picture and for fine detail, with limits on the worst patch and on colour. Among many similar pictures, a pair must also be much closer than its neighbours: 1 − s₁ < 0.3 (1 − s₆). If the pretrained network has computed the embedding of at least nine tenths of the images (the instant probe uses it if it helps), the four nearest images by this embedding are candidates too, if they stand out from the neighbourhood. They are compared patch by patch: edges find the place of one picture in the other (crops of up to a quarter of a side), then the fine detail of the patches must agree. Where fine stripes or weaves look different in small rasters, a part of the patches is enough if all the rest agrees everywhere. If the sizes allow that one picture was cut out of the other without scaling, it is searched in thumbnails of 256 pixels too. This finds wide crops, recoloured copies that keep light and dark, and copies with something drawn over them. Drawings are left out of this comparison. Drawn-over copies are left out if many pictures share parts. Groups are connected components. Pairs that may not be copies: two different pictures often have different classes. So the upper end of the 95 % interval of their share, where a group counts once however many pairs it has, divided by the share expected by chance, is an upper limit if similar pictures do not tend to have the same class.',
  basis: 'images',
  groupsCopies: true,
  drop: 'all-but-one',
  undecided: {
    one: 'undecided group of near duplicates is',
    many: 'undecided groups of near duplicates are',
    severity: 'info',
  },
  checklist: ['data'],
  thresholds: {
    'near-duplicate.similarity': {
      default: 0.96,
      min: 0.9,
      max: 1,
      unit: 'correlation',
      reason:
        'Measured on planted copies: re-encoded, resized, cropped and mirrored ones correlate above 0.96 after alignment, different pictures below it.',
    },
    'near-duplicate.detail': {
      default: 0.85,
      min: 0,
      max: 1,
      unit: 'correlation of fine detail',
      reason:
        'Pictures with one large edge or gradient (a door in a wall, the digit 1) correlate although their details differ. In fine detail, 98 of 100 copies are above 0.9, and such pairs are at 0.2–0.8.',
    },
    'near-duplicate.patch': {
      default: 0.5,
      min: 0.02,
      max: 10,
      unit: 'standard deviations, over a patch of 1/8 of the side',
      reason:
        'Copies differ a little everywhere, by at most 0.5 where a crop is hard to align. Two flags or two clocks from one drawing are equal except in one place, where they differ by 0.5–2.',
    },
    'near-duplicate.turned': {
      default: 0.99,
      min: 0.9,
      max: 1,
      unit: 'correlation',
      reason:
        'Mirrored and rotated copies are made without cropping and match almost exactly. Symmetric tiles, signs and letters match their own rotated picture with up to 0.988.',
    },
    'near-duplicate.colour': {
      default: 0.35,
      min: 0.02,
      max: 2,
      unit: 'colour difference / colourfulness',
      reason:
        'Copies stay below 0.2; the same drawing in another colour (a red and a blue heart) is above 0.5 and often another class.',
    },
    'near-duplicate.clearance': {
      default: 0.2,
      min: 0.02,
      max: 1,
      unit: 'share of the distance to the sixth other neighbour',
      reason:
        'If all pictures look alike (digits, icons), two are the same only if they are much closer to each other than to their neighbours.',
    },
  },
  costly: 'always',
  version: 6,
  ...withoutRows((global) => [...near(global), ...turned(global)]),
};
