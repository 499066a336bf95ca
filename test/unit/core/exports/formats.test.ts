import { describe, expect, it } from 'vitest';
import { balancedWeights } from '../../../../src/core/exports/class-weights';
import type { ExportDocument } from '../../../../src/core/exports/format';
import { exportFormats } from '../../../../src/core/exports/index';
import { channelStatistics } from '../../../../src/core/images/channel-statistics';
import { planExport } from '../../../../src/core/exports/plan';
import { atOnce } from '../../../../src/core/slices';
import { image, newSplit, sampleFacts } from './samples';

const options = {
  ...newSplit,
  split: {
    kind: 'new' as const,
    shares: [
      { name: 'train', share: 75 },
      { name: 'val', share: 25 },
    ],
    seed: '1',
  },
  huggingFace: true,
};
const images = [
  ...Array.from({ length: 12 }, (_, index) => image(index, `cat/${index}.jpg`, 'cat')),
  ...Array.from({ length: 4 }, (_, index) =>
    image(20 + index, `dog/=${index}.jpg`, 'dog', { facts: { ...sampleFacts, mean: [200, 200, 200], std: [0, 0, 0] } }),
  ),
  image(30, 'cat/broken.jpg', 'cat', { facts: null, unreadable: { code: 'corrupt', reason: 'bad' } }),
];
const plan = atOnce(planExport({ images, decisions: new Map(), findings: [], groups: [[0, 1]], options }));
const document: ExportDocument = {
  files: plan.files.map((file) => ({ ...file, sha256: 'f'.repeat(64), bytes: 5 })),
  left: plan.left,
  classes: plan.classes,
  splits: plan.splits,
  log: { decisions: [], remarks: [], classNames: new Map() },
  remarks: new Map([[1, { tags: ['blurry', 'night'], note: '=see "ticket" 7' }]]),
  options,
  source: 'pets',
  version: '0',
  plan: 'f00d',
  timeText: (at) => new Date(at).toISOString(),
};
const written = new Map(
  exportFormats.flatMap((format) => [...format.files(document)]).map(([path, chunks]) => [path, [...chunks].join('')]),
);
const parsed = (path: string): unknown => JSON.parse(written.get(path)!);

describe('the formats of an export', () => {
  it('have different ids, and write no metadata.* file into a class tree except in the Hugging Face flavour', () => {
    expect(new Set(exportFormats.map((format) => format.id)).size).toBe(exportFormats.length);
    const plain = exportFormats.flatMap((format) =>
      [...format.files({ ...document, options: { ...options, huggingFace: false } })].map(([path]) => path),
    );
    expect(plain.filter((path) => path.includes('metadata'))).toEqual([]);
    expect(plain).toContain('train_keras.py');
  });

  it('list every file with its source, labels and hash, in CSV and in JSON lines', () => {
    const lines = written.get('manifest.csv')!.trimEnd().split('\r\n');
    expect(lines[0]).toBe(
      'file_name,split,label,label_index,given_label,action,reason,score,duplicate_group,sha256,bytes,source,source_split,source_sha256,converted,tags,note',
    );
    expect(lines).toHaveLength(17);
    const rows = written
      .get('manifest.jsonl')!
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(rows).toHaveLength(16);
    expect(rows.find((row) => row['source'] === 'dog/=0.jpg')).toMatchObject({
      label: 'dog',
      label_index: 1,
      action: 'unchanged',
      bytes: 5,
      duplicate_group: null,
    });
    expect(rows.filter((row) => row['duplicate_group'] === 1).map((row) => row['source'])).toEqual([
      'cat/0.jpg',
      'cat/1.jpg',
    ]);
    expect(written.get('excluded.csv')).toContain('cat/broken.jpg,cat,unreadable: corrupt,');
  });

  it('weight the classes of the training split by n / (K · n_c)', () => {
    expect(balancedWeights([900, 100])).toEqual([1000 / 1800, 5]);
    expect(balancedWeights([5, 0, 5])).toEqual([1, 0, 1]);
    expect(parsed('class_weights.json')).toMatchObject({
      split: 'train',
      classes: ['cat', 'dog'],
      counts: [9, 3],
      weights: [0.66666667, 2],
    });
  });

  it('give mean and standard deviation of the training split over all pixels', () => {
    const { mean, std } = channelStatistics([
      { mean: [0, 100, 255], std: [0, 10, 0] },
      { mean: [255, 100, 255], std: [0, 10, 0] },
    ])!;
    expect(mean).toEqual([0.5, 100 / 255, 1]);
    expect(std.map((value) => Math.round(value * 255 * 1000) / 1000)).toEqual([127.5, 10, 0]);
    expect(parsed('normalization.json')).toMatchObject({
      scale: '0-1',
      split: 'train',
      images: 12,
      mean: [0.490196, 0.519608, 0.54902],
    });
  });

  it('list classes in the order in which loaders number their folders', () => {
    expect(parsed('class_names.json')).toEqual({ classes: ['cat', 'dog'], folders: ['cat', 'dog'] });
  });

  it('give each split its own metadata in the Hugging Face flavour', () => {
    const rows = written
      .get('val/metadata.jsonl')!
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as { file_name: string; label: string });
    expect(rows).toHaveLength(4);
    for (const row of rows) expect(row.file_name.startsWith(`${row.label}/`)).toBe(true);
  });

  it('write the names of splits as Python text, and None for a missing split', () => {
    expect(written.get('train_keras.py')).toContain('TRAIN, VALIDATION, TEST = "train", "val", None\n');
    expect(written.get('train_torch.py')).toContain('default=64)');
  });
});
