import { quantileOf } from '../statistics/quantiles';
import type { Check } from './check';
import { classTable, edgesOf, finding, histogram, inOrder, ofAll, thresholdFact } from './finding';
import { short } from '../text/numbers';

/** With fewer distances, quartiles mean little. */
const LEAST_IMAGES = 20;

export const outlier: Check = {
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
  run: (input) => {
    const distances = (input.labels?.distances ?? []).filter(({ value }) => value > 0);
    if (distances.length < LEAST_IMAGES) return [];
    const fence = input.thresholds('outlier.fence');
    const logs = Float64Array.from(distances, ({ value }) => Math.log(value)).sort();
    const [q1, q3] = [quantileOf(logs, 0.25), quantileOf(logs, 0.75)];
    if (q3 <= q1) return [];
    const measured = distances.map(({ image, value }) => ({ image, value: (Math.log(value) - q3) / (q3 - q1) }));
    const flagged = measured.filter(({ value }) => value > fence).sort((a, b) => b.value - a.value);
    if (flagged.length === 0) return [];
    const ids = new Set(flagged.map(({ image }) => image));
    const concerned = input.images.filter((image) => ids.has(image.id));
    const most = Math.max(fence * 1.2, flagged[0]!.value);
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
        ...inOrder(input, concerned),
        images: flagged.map(({ image, value }) => ({ id: image, value })),
        evidence: {
          facts: [
            { name: 'images', value: flagged.length },
            { name: 'farthest', value: Number(short(flagged[0]?.value ?? 0)), unit: 'interquartile ranges' },
            thresholdFact(input, 'outlier.fence'),
          ],
          tables: [classTable(concerned, input.images, 'By class')],
          histogram: {
            ...histogram(
              measured.map(({ value }) => value),
              {
                id: 'outlier',
                title: 'Distance to the nearest neighbours',
                unit: 'interquartile ranges',
                edges: edgesOf(-6, most, 48, false),
                log: false,
              },
            ),
            threshold: fence,
            thresholdId: 'outlier.fence',
            side: 'above',
          },
        },
      }),
    ];
  },
};
