import type { Check } from './check';
import { withoutRows } from './partials';
import { binned, classTable, edgesOf, finding, thresholdFact } from './finding';
import { knownImages } from './group-members';
import { ofSelection, selectionOf } from './selection';
import { WRONG_FROM } from '../labels/verdicts';
import { ERRORS_MAY_BE_MORE } from '../text/error-count';
import { counted, integer, percent } from '../text/numbers';
import { named, quoted } from '../text/names';

/** The most pairs that a title names, and how many times the median pair a named pair must reach. */
const NAMED_PAIRS = 3;
const LEADS = 2;
/**
 * From this share of flagged labels on, the finding is an error, unless the count of wrong labels may be zero and the
 * probe is not confident of the flagged ones.
 */
const SEVERE_SHARE = 0.02;
/** Mean probability of being wrong from which the probe is confident of the flagged labels. */
const CONFIDENT = 0.8;

const EDGES = edgesOf(0, 1, 40, false);

interface Pair {
  readonly given: string;
  readonly suggested: string;
  readonly n: number;
}

/**
 * @param worst most frequent first. If there are only a few pairs, all are named. If there are more, a pair is named
 * only if it clearly leads and is not tied with one that is left out.
 */
function whichPairs(worst: readonly Pair[]): string {
  const median = worst[Math.floor(worst.length / 2)]?.n ?? 0;
  const lead = (most: number): number => {
    const [last, next] = [worst[most - 1]?.n ?? 0, worst[most]?.n ?? 0];
    return most === 0 || (last > next && last >= LEADS * median) ? most : lead(most - 1);
  };
  const leading = worst.length <= NAMED_PAIRS ? worst.length : lead(NAMED_PAIRS);
  if (leading === 0) return `, spread over ${counted(worst.length, 'pair')} of classes`;
  const how = leading === worst.length ? ': ' : ', most often ';
  return `${how}${named(worst.slice(0, leading).map((pair) => `${quoted(pair.given)} that ${pair.n === 1 ? 'looks' : 'look'} like ${quoted(pair.suggested)}`))}`;
}

export const labelError: Check<null> = {
  id: 'label-error',
  title: 'Suspicious labels',
  why: 'If similar pictures have different labels, a CNN learns neither label well. With enough wrong labels it always predicts the most frequent class.',
  how: 'Bayes’ rule with the label noise T, estimated from the labels: P(true = k | image, given = y) ∝ P(k | image) · T[y, k]. The probabilities come from a probe that was not trained on the image. Your own out-of-sample probabilities can take its place: they are calibrated first; what they contradict with certainty in both directions of a pair of classes counts as their own error, and so does everything beyond the errors that a trained probe finds if they match few labels or are as wrong where they are surest as elsewhere; and they are refused if they seem to come from a model that was trained on the same images. With your own embedding, the instant probe uses it in place of the pretrained network, and uses it alone if the leave-one-out error is then clearly lower. T has one rate for all pairs of classes; a pair gets a rate of its own only if the images given one class contain clearly more images of the other than the probe’s own confusion explains. Confusion is the same in both directions: if two classes exchange a fifth of their labels or more, this looks like two similar classes, and few of these labels are flagged. In half a per cent of right labels, the picture is expected to look like another class. Flagged: 1 − P(true = given) above the threshold. Nothing is flagged if the probe has not learned, and no class is flagged that the probe cannot recognise. The number of wrong labels is estimated from mixtures: how many labels look as wrong as images of other classes would under this label. The 95 % interval holds for errors that are spread at random, evenly or over pairs of classes (in 53 of 53 runs with changed labels of digits, textures and clothes, 0–40 % of them wrong); errors on pictures that look like their wrong class cannot be counted.',
  basis: 'probe',
  drop: 'images',
  undecided: {
    one: 'undecided suspicious label is',
    many: 'undecided suspicious labels are',
    severity: 'warning',
  },
  checklist: ['data'],
  thresholds: {
    'label-error.wrong': {
      default: WRONG_FROM,
      min: 0.01,
      max: 1,
      unit: 'probability that the label is wrong',
      reason:
        'The probabilities are cautious: in sets with known errors, at least about half of the labels just above 0.4 are wrong.',
    },
  },
  version: 5,
  ...withoutRows((global) => {
    const { labels } = global;
    if (!labels?.estimate) return [];
    const threshold = global.thresholds('label-error.wrong');
    const flagged = labels.verdicts
      .filter((verdict) => verdict.wrong > threshold && verdict.suggested !== verdict.given)
      .sort((a, b) => b.wrong - a.wrong || a.image - b.image);
    if (flagged.length === 0) return [];
    const concerned = selectionOf(knownImages(global, flagged));
    const pairs = new Map<string, Pair>();
    for (const { given, suggested } of flagged) {
      const key = JSON.stringify([given, suggested]);
      const pair = pairs.get(key) ?? { given, suggested, n: 0 };
      pairs.set(key, { ...pair, n: pair.n + 1 });
    }
    const worst = [...pairs.values()].sort((a, b) => b.n - a.n);
    const share = flagged.length / labels.verdicts.length;
    const { expected, low, high } = labels.estimate;
    const confidence = flagged.reduce((sum, verdict) => sum + verdict.wrong, 0) / flagged.length;
    return [
      finding({
        check: 'label-error',
        severity: share >= SEVERE_SHARE && (low > 0 || confidence >= CONFIDENT) ? 'error' : 'warning',
        scope: 'image',
        title: `${counted(flagged.length, 'label')} of ${integer(labels.verdicts.length)} ${flagged.length === 1 ? 'looks' : 'look'} wrong (${percent(share)})${whichPairs(worst)}.`,
        remedy:
          'Review them, worst first. The probe judged each image without knowing its label. After twenty decisions the review tells how many of the flags are correct.',
        score: Math.sqrt(share),
        value: flagged[0]?.wrong ?? 0,
        threshold,
        thresholdId: 'label-error.wrong',
        ...ofSelection(global, concerned),
        images: flagged.map((verdict) => ({ id: verdict.image, value: verdict.wrong })),
        evidence: {
          facts: [
            { name: 'flagged', value: flagged.length },
            { name: 'expected wrong labels in total', value: Math.round(expected) },
            { name: '95 % interval', value: `${integer(low)}–${integer(high)}` },
            { name: 'limit of the estimate', value: ERRORS_MAY_BE_MORE },
            thresholdFact(global, 'label-error.wrong'),
          ],
          tables: [
            {
              title: 'Pairs, most frequent first',
              columns: ['given', 'suggested', 'images'],
              rows: worst.map((pair) => [pair.given, pair.suggested, pair.n]),
            },
            classTable(concerned.classes, global.totals.imagesOf, 'By given class'),
          ],
          histogram: {
            id: 'label-error',
            title: 'Probability that the label is wrong',
            unit: '',
            edges: EDGES,
            counts: binned(
              labels.verdicts.map((verdict) => verdict.wrong),
              EDGES,
            ),
            log: false,
            threshold,
            thresholdId: 'label-error.wrong',
            side: 'above',
          },
        },
      }),
    ];
  }),
};
