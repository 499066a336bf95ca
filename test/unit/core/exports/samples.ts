/** Rows of images as the index produces them, for tests that need no pixels. */
import type { ImageFacts, ImageRecord } from '../../../../src/contract/model/image';
import type { ExportOptions } from '../../../../src/contract/model/export';
import { plainFacts } from '../plain-facts';

/** Of a small picture, so that the sizes and means that tests expect are short. */
export const sampleFacts: ImageFacts = {
  ...plainFacts,
  width: 64,
  height: 48,
  mean: [100, 110, 120],
  std: [10, 20, 30],
};

export function image(id: number, path: string, className: string, rest: Partial<ImageRecord> = {}): ImageRecord {
  return {
    id,
    path,
    className,
    ownClass: className,
    split: null,
    bytes: 1000,
    modified: 0,
    extension: path.slice(path.lastIndexOf('.') + 1),
    sha256: id.toString(16).padStart(64, '0'),
    facts: sampleFacts,
    unreadable: null,
    ...rest,
  };
}

export const newSplit: ExportOptions = {
  split: {
    kind: 'new',
    shares: [
      { name: 'train', share: 80 },
      { name: 'val', share: 10 },
      { name: 'test', share: 10 },
    ],
    seed: '1',
  },
  mode: 'copy',
  drop: [],
  convert: false,
  huggingFace: false,
};
