import type { Check } from './check';
import { withoutRows } from './partials';
import { finding, thresholdFact } from './finding';
import { counted, percent } from '../text/numbers';
import { quoted } from '../text/names';

/**
 * Share of the overlap that must be flagged labels to speak of wrong labels. With fewer, the probe confuses the classes:
 * because they look alike, or because it learned from labels that were exchanged in both directions. In a simulation with
 * a fifth of the labels of two classes exchanged, a probe flags 1–40 % of the exchanged labels.
 */
const MIXED_SHARE = 0.5;

export const classOverlap: Check<null> = {
  id: 'class-overlap',
  title: 'Overlapping classes',
  why: 'If the pictures of two classes look the same, no model can be accurate on them. A CNN then stops predicting the smaller class.',
  how: 'The off-diagonal cells of the calibrated confident joint for a pair of classes, in both directions, divided by the images of the smaller class, above the threshold. If half of that number are suspicious labels, labels were mixed up; if fewer are, either the classes look alike and most labels are right, or many labels were exchanged in both directions. The predictions are the same for both.',
  basis: 'probe',
  checklist: ['data'],
  thresholds: {
    'class-overlap.share': {
      default: 0.1,
      min: 0.01,
      max: 1,
      unit: 'share of the smaller class',
      reason:
        'If a tenth of a class is confidently predicted as the other class, either labels of the two were mixed up or their pictures look the same.',
    },
  },
  version: 7,
  ...withoutRows((global) => {
    const { labels } = global;
    if (!labels?.estimate) return [];
    const threshold = global.thresholds('class-overlap.share');
    const sizes = new Map<string, number>();
    for (const { given } of labels.verdicts) sizes.set(given, (sizes.get(given) ?? 0) + 1);
    const both = new Map<string, { first: string; second: string; count: number }>();
    for (const { given, truth, count } of labels.joint) {
      const [first, second] = given < truth ? [given, truth] : [truth, given];
      const key = JSON.stringify([first, second]);
      both.set(key, { first, second, count: (both.get(key)?.count ?? 0) + count });
    }
    const overlaps = [...both.values()].flatMap(({ first, second, count }) => {
      const smaller = Math.min(sizes.get(first) ?? 0, sizes.get(second) ?? 0);
      const share = smaller > 0 ? Math.min(1, count / smaller) : 0;
      return share > threshold ? [{ first, second, count, share }] : [];
    });
    return overlaps
      .sort((a, b) => b.share - a.share)
      .map(({ first, second, count, share }) => {
        const between = (taken: 'suggested' | 'predicted') =>
          labels.verdicts.filter(
            (verdict) =>
              (verdict.given === first && verdict[taken] === second) ||
              (verdict.given === second && verdict[taken] === first),
          );
        const suspicious = between('suggested');
        const images = [...new Set([...suspicious, ...between('predicted')])].sort((a, b) => b.wrong - a.wrong);
        const mixed = suspicious.length >= MIXED_SHARE * count;
        const taken = (given: string) => images.filter((verdict) => verdict.given === given).length;
        const extent = `${counted(count, 'image')} (${percent(share)} of the smaller class)`;
        return finding({
          check: 'class-overlap',
          about: JSON.stringify([first, second]),
          severity: mixed ? 'warning' : 'info',
          scope: 'class',
          title: mixed
            ? `Labels of ${quoted(first)} and ${quoted(second)} seem mixed up: an estimated ${extent}.`
            : `The probe confuses ${quoted(first)} and ${quoted(second)}: an estimated ${extent}.`,
          remedy: `${mixed ? 'First look whether these pictures are similar or mislabelled: the probe makes mistakes too.' : 'First look at these pictures: either the two classes look alike, or labels were exchanged in both directions. The probe cannot tell which.'} Merge the classes if they mean the same. If not, write down how they differ and relabel the images that are wrong.`,
          score: share,
          value: share,
          threshold,
          thresholdId: 'class-overlap.share',
          classes: [first, second],
          images: images.map((verdict) => ({ id: verdict.image, value: verdict.wrong })),
          evidence: {
            facts: [
              { name: 'images in the overlap, estimated', value: count },
              { name: 'predicted as the other class', value: images.length },
              { name: 'of these, suspicious labels', value: suspicious.length },
              { name: 'share of the smaller class', value: share, unit: 'share' },
              thresholdFact(global, 'class-overlap.share'),
            ],
            tables: [
              {
                title: 'Which way',
                columns: ['given', 'predicted', 'images', 'of'],
                rows: [
                  [first, second, taken(first), sizes.get(first) ?? 0],
                  [second, first, taken(second), sizes.get(second) ?? 0],
                ],
              },
            ],
          },
        });
      });
  }),
};
