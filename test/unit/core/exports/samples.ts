/** Rows of images as the index produces them, for tests that need no pixels. */
import type { ImageFacts, ImageRecord } from '../../../../src/contract/model/image';
import type { ExportOptions } from '../../../../src/contract/model/export';

export const plainFacts: ImageFacts = {
  format: 'jpeg',
  width: 64,
  height: 48,
  channels: 3,
  depth: 8,
  pages: 1,
  orientation: 1,
  colourSpace: 'srgb',
  hasAlpha: false,
  hasIcc: false,
  values: null,
  pngFault: null,
  camera: null,
  mean: [100, 110, 120],
  std: [10, 20, 30],
  border: [0, 0, 0],
  luminance: [0, 1, 2, 3, 4],
  entropy: 5,
  laplacianVariance: 6,
  edgeShare: 0.1,
  colourfulness: 7,
  pHash: '0'.repeat(16),
  dHash: '0'.repeat(16),
  pixelHash: '0'.repeat(64),
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
    facts: plainFacts,
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
