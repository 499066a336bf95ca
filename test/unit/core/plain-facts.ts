import type { ImageFacts } from '../../../src/contract/model/image';

/** What the index measures in an ordinary colour JPEG: no check finds anything. */
export const plainFacts: ImageFacts = {
  format: 'jpeg',
  width: 256,
  height: 256,
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
  mean: [120, 120, 120],
  std: [50, 50, 50],
  border: [120, 120, 120],
  luminance: [10, 20, 120, 220, 240],
  entropy: 7,
  laplacianVariance: 2000,
  edgeShare: 0.2,
  colourfulness: 10,
  pHash: '0123456789abcdef',
  dHash: 'fedcba9876543210',
  pixelHash: '',
};
