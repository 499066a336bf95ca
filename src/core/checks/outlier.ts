import { quantileOf } from '../statistics/quantiles';
import type { Check } from './check';
import { withoutRows } from './partials';
import { binned, classTable, edgesOf, finding, ofAll, thresholdFact } from './finding';
import { knownImages } from './group-members';
import { ofSelection, selectionOf } from './selection';
import { short } from '../text/numbers';

/** With fewer distances, quartiles mean little. */
const LEAST_IMAGES = 20;

export const outlier: Check<null> = {
  id: 'outlier',
  title: 'Outliers',
  why: 'A picture unlike all others often does not belong to the data set: a logo, a screenshot, a test card.',
  how: 'Mean distance to the nearest neighbours in the probe’s embedding, on a logarithmic scale: (ln d − q₃) / (q₃ − q₁) above the threshold.',
  basis: 'probe',
  drop: 'images',
  checklist: ['data'],
  thresholds: {
    'outlier.fence': {
      default: 3,
      min: 0.5,
      max: 20,
      unit: 'interquartile ranges above the third quartile',
      reason:
        'Tukey’s far-out fence on the logarithm of the distance to the nearest neighbours: in a normal distribution, one in 400,000 is beyond it.',
    },
  },
  version: 1,
  ...withoutRows((global) => {
    const distances = (global.labels?.distances ?? []).filter(({ value }) => value > 0);
    if (distances.length < LEAST_IMAGES) return [];
    const fence = global.thresholds('outlier.fence');
    const logs = Float64Array.from(distances, ({ value }) => Math.log(value)).sort();
    const [q1, q3] = [quantileOf(logs, 0.25), quantileOf(logs, 0.75)];
    if (q3 <= q1) return [];
    const measured = distances.map(({ value }) => (Math.log(value) - q3) / (q3 - q1));
    const flagged = distances
      .flatMap(({ image }, at) => (measured[at]! > fence ? [{ image, value: measured[at]! }] : []))
      .sort((a, b) => b.value - a.value);
    if (flagged.length === 0) return [];
    const concerned = selectionOf(knownImages(global, flagged));
    const edges = edgesOf(-6, Math.max(fence * 1.2, flagged[0]!.value), 48, false);
    return [
      finding({
        check: 'outlier',
        severity: 'info',
        scope: 'image',
        title: `${ofAll(flagged.length, distances.length, 'are unlike every other picture here')}.`,
        remedy:
          'Look at them. Leave out images that do not belong to the data set. Keep images that are rare but right, and collect more like them.',
        score: Math.min(1, flagged.length / distances.length + 0.1),
        value: flagged[0]?.value ?? 0,
        threshold: fence,
        thresholdId: 'outlier.fence',
        ...ofSelection(global, concerned),
        images: flagged.map(({ image, value }) => ({ id: image, value })),
        evidence: {
          facts: [
            { name: 'images', value: flagged.length },
            { name: 'farthest', value: Number(short(flagged[0]?.value ?? 0)), unit: 'interquartile ranges' },
            thresholdFact(global, 'outlier.fence'),
          ],
          tables: [classTable(concerned.classes, global.totals.imagesOf, 'By class')],
          histogram: {
            id: 'outlier',
            title: 'Distance to the nearest neighbours',
            unit: 'interquartile ranges',
            edges,
            counts: binned(measured, edges),
            log: false,
            threshold: fence,
            thresholdId: 'outlier.fence',
            side: 'above',
          },
        },
      }),
    ];
  }),
};
