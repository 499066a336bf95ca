import type { ExportOptions } from '../../../src/contract/model/export';

/** Copies, in new splits of 80/10/10, with nothing left out. */
export const options: ExportOptions = {
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
