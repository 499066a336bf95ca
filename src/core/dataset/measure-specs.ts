/** The measures of an image that have a histogram, by which images are filtered and sorted. */
import { measureSchema, type Measure } from '../../contract/model/queries';
import type { HistogramSpec } from './histogram';

export interface MeasureSpec extends HistogramSpec {
  readonly id: Measure;
  /** The unit where there is no room to explain it. */
  readonly shortUnit: string;
}

const SPECS: Record<Measure, Omit<MeasureSpec, 'id'>> = {
  size: { title: 'Size', unit: 'px, √(width × height)', shortUnit: 'px', range: 'log' },
  aspect: { title: 'Aspect', unit: 'width / height', shortUnit: '', range: 'log' },
  bytes: { title: 'File size', unit: 'bytes', shortUnit: 'bytes', range: 'log' },
  brightness: {
    title: 'Brightness',
    unit: 'mean luminance, 0–255',
    shortUnit: '',
    range: { from: 0, to: 256, bins: 32 },
  },
  entropy: { title: 'Information', unit: 'bits per pixel', shortUnit: 'bits', range: { from: 0, to: 8, bins: 32 } },
  sharpness: { title: 'Sharpness', unit: 'Laplacian variance', shortUnit: '', range: 'log' },
  edges: { title: 'Edges', unit: 'share of pixels', shortUnit: 'share', range: { from: 0, to: 1, bins: 32 } },
  colourfulness: { title: 'Colourfulness', unit: '', shortUnit: '', range: { from: 0, to: 128, bins: 32 } },
  suspicion: {
    title: 'Suspicion',
    unit: 'probability that the label is wrong',
    shortUnit: 'share',
    range: { from: 0, to: 1, bins: 20 },
  },
};

/** In the order in which they are shown. */
export const measureSpecs: readonly MeasureSpec[] = measureSchema.options.map((id) => ({ id, ...SPECS[id] }));
export const measureSpec = (id: Measure): MeasureSpec => ({ id, ...SPECS[id] });
