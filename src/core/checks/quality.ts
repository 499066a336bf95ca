/** What the checks dark, bright, blurry and low-information share: one measure, one threshold, worst first. */
import type { CheckId, Severity } from '../../contract/model/finding';
import type { CheckFinding, CheckInput, PictureMeasure } from './check';
import { classTable, finding, histogram, inOrder, ofAll, readable, thresholdFact } from './finding';

export interface QualityMeasure {
  readonly check: CheckId;
  readonly thresholdId: string;
  readonly side: 'below' | 'above';
  readonly histogram: {
    readonly title: string;
    readonly unit: string;
    readonly edges: readonly number[];
    readonly log: boolean;
  };
  /** Ends the sentence "12 of 600 images (2 %) …". */
  readonly predicate: string;
  readonly remedy: string;
  /** Where it is null, the histogram leaves the picture out too. */
  readonly measure: PictureMeasure;
  /** The severity for this share of the images. */
  severity?(share: number): Severity;
}

export function qualityFindings(input: CheckInput, quality: QualityMeasure): CheckFinding[] {
  const threshold = input.thresholds(quality.thresholdId);
  const images = readable(input.images);
  const measure = quality.measure(
    images.map(({ facts }) => facts),
    input.thresholds,
  );
  const measured = images.flatMap((image) => {
    const value = measure(image.facts);
    return value === null ? [] : [{ image, value }];
  });
  const below = quality.side === 'below';
  const flagged = measured
    .filter(({ value }) => (below ? value < threshold : value > threshold))
    .sort((a, b) => (below ? a.value - b.value : b.value - a.value));
  const worst = flagged[0];
  if (!worst) return [];
  const share = flagged.length / images.length;
  const concerned = flagged.map(({ image }) => image);
  const { edges, ...shown } = quality.histogram;
  return [
    finding({
      check: quality.check,
      severity: quality.severity?.(share) ?? 'warning',
      scope: 'image',
      title: `${ofAll(flagged.length, images.length, quality.predicate)}.`,
      remedy: quality.remedy,
      score: Math.sqrt(share),
      value: worst.value,
      threshold,
      thresholdId: quality.thresholdId,
      ...inOrder(input, concerned),
      images: flagged.map(({ image, value }) => ({ id: image.id, value })),
      evidence: {
        facts: [
          { name: 'images', value: flagged.length },
          { name: 'share', value: share, unit: 'share' },
          { name: 'worst value', value: worst.value, unit: quality.histogram.unit },
          thresholdFact(input, quality.thresholdId),
        ],
        tables: [classTable(concerned, images, 'By class')],
        histogram: {
          ...histogram(
            measured.map(({ value }) => value),
            { id: quality.check, ...shown, edges: [...edges] },
          ),
          threshold,
          thresholdId: quality.thresholdId,
          side: quality.side,
        },
      },
    }),
  ];
}
