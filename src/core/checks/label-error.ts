import type { Check } from './check';
import { classTable, edgesOf, finding, histogram, inOrder, thresholdFact } from './finding';
import { counted, integer, percent } from '../text/numbers';
import { named, quoted } from '../text/names';

/** Pairs that a title names, and how many times the median pair each must have for that. */
const NAMED_PAIRS = 3;
const LEADS = 2;

interface Pair {
  readonly given: string;
  readonly suggested: string;
  readonly n: number;
}

/**
 * @param worst most frequent first. None is named for chance alone: a named pair leads the others and is not tied with
 *   one left out.
 */
function whichPairs(worst: readonly Pair[]): string {
  const median = worst[Math.floor(worst.length / 2)]?.n ?? 0;
  const lead = (most: number): number => {
    const [last, next] = [worst[most - 1]?.n ?? 0, worst[most]?.n ?? 0];
    return most === 0 || (last > next && last >= LEADS * median) ? most : lead(most - 1);
  };
  const leading = worst.length <= NAMED_PAIRS ? worst.length : lead(NAMED_PAIRS);
  if (leading === 0) return `, spread over ${counted(worst.length, 'pair')} of classes`;
  return `, most often ${named(worst.slice(0, leading).map((pair) => `${quoted(pair.given)} that should be ${quoted(pair.suggested)}`))}`;
}

export const labelError: Check = {
  id: 'label-error',
  title: 'Suspicious labels',
  why: 'A CNN that is told two things about the same kind of picture learns neither; with enough wrong labels it falls back on the most frequent class.',
  how: 'By Bayes with the label noise T that the labels themselves show, P(true = k | image, given = y) ∝ P(k | image) · T[y, k], the probabilities being those of a probe that did not see the image; 1 − P(true = given) above the threshold. Nothing is flagged unless the probe has learned, and no class that it cannot tell.',
  basis: 'probe',
  drop: 'images',
  undecided: {
    one: 'undecided suspicious label goes',
    many: 'undecided suspicious labels go',
    severity: 'warning',
  },
  checklist: ['data'],
  thresholds: {
    'label-error.wrong': {
      default: 0.5,
      min: 0.01,
      max: 1,
      unit: 'probability that the label is wrong',
      reason: 'From one half on the label is more likely wrong than right.',
    },
  },
  version: 3,
  run: (input) => {
    const { labels } = input;
    if (!labels?.estimate) return [];
    const threshold = input.thresholds('label-error.wrong');
    const flagged = labels.verdicts
      .filter((verdict) => verdict.wrong > threshold && verdict.suggested !== verdict.given)
      .sort((a, b) => b.wrong - a.wrong || a.image - b.image);
    if (flagged.length === 0) return [];
    const ids = new Set(flagged.map((verdict) => verdict.image));
    const concerned = input.images.filter((image) => ids.has(image.id));
    const pairs = new Map<string, Pair>();
    for (const { given, suggested } of flagged) {
      const key = JSON.stringify([given, suggested]);
      const pair = pairs.get(key) ?? { given, suggested, n: 0 };
      pairs.set(key, { ...pair, n: pair.n + 1 });
    }
    const worst = [...pairs.values()].sort((a, b) => b.n - a.n);
    const share = flagged.length / labels.verdicts.length;
    const { expected, low, high } = labels.estimate;
    return [
      finding({
        check: 'label-error',
        severity: share >= 0.02 ? 'error' : 'warning',
        scope: 'image',
        title: `${counted(flagged.length, 'label')} of ${integer(labels.verdicts.length)} ${flagged.length === 1 ? 'looks' : 'look'} wrong (${percent(share)})${whichPairs(worst)}.`,
        remedy:
          'Review them, worst first: the probe saw each image without its label. After twenty decisions the review tells how many of the flags are true.',
        score: Math.sqrt(share),
        value: flagged[0]?.wrong ?? 0,
        threshold,
        thresholdId: 'label-error.wrong',
        ...inOrder(input, concerned),
        images: flagged.map((verdict) => ({ id: verdict.image, value: verdict.wrong })),
        evidence: {
          facts: [
            { name: 'flagged', value: flagged.length },
            { name: 'expected wrong labels in all', value: Math.round(expected) },
            { name: '95 % interval', value: `${integer(low)}–${integer(high)}` },
            thresholdFact(input, 'label-error.wrong'),
          ],
          tables: [
            {
              title: 'Pairs, most frequent first',
              columns: ['given', 'suggested', 'images'],
              rows: worst.map((pair) => [pair.given, pair.suggested, pair.n]),
            },
            classTable(concerned, input.images, 'By given class'),
          ],
          histogram: {
            ...histogram(
              labels.verdicts.map((verdict) => verdict.wrong),
              {
                id: 'label-error',
                title: 'Probability that the label is wrong',
                unit: '',
                edges: edgesOf(0, 1, 40, false),
                log: false,
              },
            ),
            threshold,
            thresholdId: 'label-error.wrong',
            side: 'above',
          },
        },
      }),
    ];
  },
};
