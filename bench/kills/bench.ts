/** What all parts of this bench share. */
import type { ExportOptions } from '../../src/contract/model/export.ts';

export interface Bench {
  /** Removed when the bench ends. */
  readonly scratch: string;
  /** The folder of images. */
  readonly source: string;
  readonly random: () => number;
  /** One sentence for each thing that was lost, changed or left behind. */
  readonly faults: string[];
}

/** Duration and result of one work without a kill. */
export interface Undisturbed {
  readonly seconds: number;
  readonly result: string;
}

export const EXPORT_OPTIONS: ExportOptions = {
  split: {
    kind: 'new',
    shares: [
      { name: 'train', share: 80 },
      { name: 'val', share: 20 },
    ],
    seed: '1',
  },
  mode: 'copy',
  drop: [],
  convert: false,
  huggingFace: false,
};

/** A call to the engine, over any connection. */
export type Call = <T>(name: string, params: unknown) => Promise<T>;

const OF_THE_RUN = new Set(['id', 'indexedAt', 'revision', 'at', 'seconds']);

/** Everything that the engine reports about the data set, except ids and times. */
export async function told(call: Call, dataset: string, probed: boolean): Promise<string> {
  const without = (value: unknown) =>
    JSON.stringify(value, (key, inner: unknown) => (OF_THE_RUN.has(key) ? undefined : inner));
  const list = await call('images.list', {
    dataset,
    filter: {},
    sort: { by: 'path', descending: false },
    offset: 0,
    limit: 500,
  });
  const parts = [list, await call('findings.list', { dataset }), await call('dataset.summary', { dataset })];
  if (probed) parts.push(await call('labels.list', { dataset, filter: { threshold: 0 }, offset: 0, limit: 500 }));
  return parts.map(without).join('\n');
}
