/** What the checks dark, bright, blurry and low-information share: one measure, one threshold, worst first. */
import type { CheckId, Severity } from '../../contract/model/finding';
import type { Check, MeasuredFacts, Thresholds } from './check';
import { binned, classTable, finding, ofAll, type Readable, readable, thresholdFact } from './finding';
import { binsAdded, fields } from './partials';
import { ofSelection, type SelectedImages, selectionOf, selectionsMerged } from './selection';

/** Grows by 12 bytes for each image beyond the threshold. */
export interface Measured {
  readonly beyond: SelectedImages;
  /** Of all measured images. */
  readonly histogram: readonly number[];
}

export interface QualityMeasure<S> {
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
  readonly predicate: string | ((thresholds: Thresholds, surveyed: S) => string);
  readonly remedy: string;
  /** Where it is null, the histogram leaves the picture out too. */
  readonly measure: (thresholds: Thresholds, surveyed: S) => (facts: MeasuredFacts) => number | null;
  /** The severity for this share of the images. */
  severity?(share: number): Severity;
}

/** @returns the three functions of a check that compares one measure of each picture with one threshold */
export function byMeasure<S>(quality: QualityMeasure<S>): Pick<Check<Measured, S>, 'partial' | 'merge' | 'conclude'> {
  const below = quality.side === 'below';
  return {
    partial({ images }, { thresholds }, surveyed) {
      const threshold = thresholds(quality.thresholdId);
      const measure = quality.measure(thresholds, surveyed);
      const measured: number[] = [];
      const beyond: { image: Readable; value: number }[] = [];
      for (const image of readable(images)) {
        const value = measure(image.facts);
        if (value === null) continue;
        measured.push(value);
        if (below ? value < threshold : value > threshold) beyond.push({ image, value });
      }
      return {
        beyond: selectionOf(
          beyond.map(({ image }) => image),
          beyond.map(({ value }) => value),
        ),
        histogram: binned(measured, quality.histogram.edges),
      };
    },
    merge: fields<Measured>({ beyond: selectionsMerged, histogram: binsAdded }),
    conclude({ beyond, histogram: counts }, global, surveyed) {
      const { images, ...where } = ofSelection(global, beyond);
      const flagged = images
        .map(({ id, value }) => ({ id, value: value ?? 0 }))
        .sort((a, b) => (below ? a.value - b.value : b.value - a.value));
      const worst = flagged[0];
      if (!worst) return [];
      const { totals, thresholds } = global;
      const { check, thresholdId, predicate, remedy, side } = quality;
      const threshold = thresholds(thresholdId);
      const share = flagged.length / totals.readable;
      const told = typeof predicate === 'string' ? predicate : predicate(thresholds, surveyed);
      return [
        finding({
          check,
          severity: quality.severity?.(share) ?? 'warning',
          scope: 'image',
          title: `${ofAll(flagged.length, totals.readable, told)}.`,
          remedy,
          score: Math.sqrt(share),
          value: worst.value,
          threshold,
          thresholdId,
          ...where,
          images: flagged,
          evidence: {
            facts: [
              { name: 'images', value: flagged.length },
              { name: 'share', value: share, unit: 'share' },
              { name: 'worst value', value: worst.value, unit: quality.histogram.unit },
              thresholdFact(global, thresholdId),
            ],
            tables: [classTable(beyond.classes, totals.readableOf, 'By class')],
            histogram: {
              id: check,
              ...quality.histogram,
              edges: [...quality.histogram.edges],
              counts: [...counts],
              threshold,
              thresholdId,
              side,
            },
          },
        }),
      ];
    },
  };
}
