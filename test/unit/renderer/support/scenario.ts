/** Generated data sets for tests of views and for viewing the window, the same every time. */
import type { DatasetSummary, Recent } from '../../../../src/contract/model/dataset';
import type { Finding, Histogram, Threshold } from '../../../../src/contract/model/finding';
import type { ImageCard, ImageRecord } from '../../../../src/contract/model/image';
import type { ImageFilter } from '../../../../src/contract/model/queries';
import { knownThresholds } from '../../../../src/core/checks/thresholds';
import { wholeGroup, type WholeGroup } from './groups';
import { plainFacts } from '../../core/plain-facts';

export const DATASET = '0123456789abcdef';

export interface ScenarioSpec {
  readonly name: string;
  readonly classes: readonly { readonly name: string; readonly count: number }[];
  readonly splits?: readonly { readonly name: string; readonly share: number }[];
  readonly unreadable?: number;
  readonly findings?: readonly Finding[];
  readonly note?: string;
  readonly root?: string;
}

export interface Scenario {
  readonly summary: DatasetSummary;
  readonly findings: Finding[];
  readonly thresholds: Threshold[];
  readonly recents: Recent[];
  readonly total: number;
  card(index: number): ImageCard;
  record(id: number): ImageRecord;
  list(filter: ImageFilter, offset: number, limit: number): { total: number; items: ImageCard[] };
  readonly groups: readonly WholeGroup[];
}

/** A number in 0–1 that depends only on `n`. */
export function noise(n: number): number {
  const x = Math.sin(n * 12.9898 + 78.233) * 43758.5453;
  return x - Math.floor(x);
}

function bell(
  id: string,
  title: string,
  unit: string,
  low: number,
  high: number,
  total: number,
  log = false,
  bins = 40,
): Histogram {
  const edges = Array.from({ length: bins + 1 }, (_, at) =>
    log ? low * (high / low) ** (at / bins) : low + ((high - low) * at) / bins,
  );
  const weights = Array.from(
    { length: bins },
    (_, at) => Math.exp(-(((at - bins * 0.55) / (bins * 0.16)) ** 2)) * (0.8 + 0.4 * noise(at + title.length)),
  );
  const sum = weights.reduce((a, b) => a + b, 0);
  return { id, title, unit, edges, counts: weights.map((w) => Math.round((w / sum) * total)), log };
}

export function histograms(total: number): Histogram[] {
  if (total === 0) return [];
  return [
    bell('size', 'Size', 'px', 64, 4096, total, true),
    bell('aspect', 'Aspect ratio', '', 0.25, 4, total, true),
    bell('bytes', 'File size', 'bytes', 800, 4_000_000, total, true),
    bell('brightness', 'Brightness', '', 0, 255, total),
    bell('entropy', 'Information', 'bit', 0, 8, total),
  ];
}

function effective(counts: readonly number[], total: number): number {
  return Math.exp(-counts.filter((n) => n > 0).reduce((sum, n) => sum + (n / total) * Math.log(n / total), 0));
}

export function scenario(spec: ScenarioSpec): Scenario {
  const splits = spec.splits ?? [];
  const total = spec.classes.reduce((sum, one) => sum + one.count, 0);
  const unreadable = spec.unreadable ?? 0;
  const starts: number[] = [];
  let start = 0;
  for (const one of spec.classes) {
    starts.push(start);
    start += one.count;
  }
  const counts = spec.classes.map((one) => one.count);
  const full = counts.filter((n) => n > 0);
  const perSplit = (count: number) => {
    let left = count;
    return splits.map((split, at) => {
      const n = at === splits.length - 1 ? left : Math.min(left, Math.round(count * split.share));
      left -= n;
      return n;
    });
  };
  const classes = spec.classes.map((one, at) => ({
    name: one.name,
    count: one.count,
    unreadable: at === 0 ? unreadable : 0,
    perSplit: perSplit(one.count),
  }));
  const summary: DatasetSummary = {
    id: DATASET,
    name: spec.name,
    root: spec.root ?? `/home/you/data/${spec.name}`,
    unpacked: null,
    copiesOfRun: null,
    layout:
      splits.length > 0
        ? {
            kind: 'split-class-folders',
            sentence: `Read as split/class folders: ${splits.map((one) => one.name).join(', ')} × ${classes.length} classes`,
            table: null,
          }
        : { kind: 'class-folders', sentence: `Read as class folders: ${classes.length} classes`, table: null },
    layouts: [],
    chosen: null,
    findingsSoFar: false,
    reading: null,
    images: total,
    unreadable,
    unreadableReasons:
      unreadable === 0
        ? []
        : [
            { code: 'truncated', count: Math.ceil(unreadable / 2) },
            { code: 'empty-file', count: Math.floor(unreadable / 2) },
          ],
    skipped:
      total === 0
        ? [{ reason: 'other-type', name: 'txt', count: 12 }]
        : [
            { reason: 'hidden', name: '', count: 3 },
            { reason: 'other-type', name: 'csv', count: 1 },
          ],
    classes,
    splits: splits.map((split, at) => ({
      name: split.name,
      count: classes.reduce((sum, one) => sum + (one.perSplit[at] ?? 0), 0),
      classes: classes.length,
    })),
    formats:
      total === 0
        ? []
        : [
            { name: 'jpeg', count: total - Math.floor(total / 20) },
            { name: 'png', count: Math.floor(total / 20) },
          ],
    majorityShare: total === 0 ? null : Math.max(...counts) / total,
    imbalanceRatio: full.length === 0 ? null : Math.max(...full) / Math.min(...full),
    effectiveClasses: total === 0 ? null : effective(counts, total),
    histograms: histograms(total),
    bytes: total * 84_213,
    indexedAt: 1_790_000_000_000,
    incomplete: false,
    note: spec.note ?? null,
  };
  summary.layouts.push(
    summary.layout,
    { kind: 'class-folders', sentence: 'Read as class folders: 2 classes', table: null },
    { kind: 'table', sentence: 'Read with the table labels.csv: 10 classes', table: 'labels.csv' },
  );

  function classOf(index: number): number {
    let low = 0;
    let high = starts.length - 1;
    while (low < high) {
      const mid = (low + high + 1) >> 1;
      if (starts[mid]! <= index) low = mid;
      else high = mid - 1;
    }
    return low;
  }

  function card(index: number): ImageCard {
    const at = classOf(index);
    const name = spec.classes[at]?.name ?? '';
    const split =
      splits.length === 0
        ? null
        : (splits[Math.min(splits.length - 1, Math.floor(noise(index) * splits.length))]?.name ?? null);
    const bad = index < unreadable;
    return {
      id: index,
      path: `${split === null ? '' : `${split}/`}${name}/${String(index).padStart(6, '0')}.jpg`,
      className: name,
      split,
      width: bad ? null : 320 + Math.floor(noise(index + 1) * 400),
      height: bad ? null : 240 + Math.floor(noise(index + 2) * 400),
      unreadable: bad
        ? {
            code: 'truncated',
            reason: 'The file ends in the middle of the picture: 12,288 of about 40,000 bytes are there.',
          }
        : null,
      value: Math.round(noise(index + 3) * 1000) / 1000,
    };
  }

  function record(id: number): ImageRecord {
    const one = card(id);
    const hex = (length: number) =>
      Array.from({ length }, (_, at) => Math.floor(noise(id * 64 + at) * 16).toString(16)).join('');
    return {
      id,
      path: one.path,
      className: one.className,
      ownClass: one.className,
      split: one.split,
      bytes: 20_000 + Math.floor(noise(id) * 90_000),
      modified: 1_780_000_000_000,
      extension: 'jpg',
      sha256: hex(64),
      unreadable: one.unreadable,
      facts:
        one.width === null || one.height === null
          ? null
          : {
              ...plainFacts,
              width: one.width,
              height: one.height,
              orientation: id % 7 === 0 ? 6 : 1,
              hasIcc: id % 3 === 0,
              camera: id % 4 === 0 ? 'Canon EOS 80D' : null,
              pHash: hex(16),
              dHash: hex(16),
              pixelHash: hex(64),
            },
    };
  }

  function list(filter: ImageFilter, offset: number, limit: number) {
    const plain =
      filter.classes === undefined &&
      filter.splits === undefined &&
      filter.text === undefined &&
      filter.unreadable === undefined &&
      filter.finding === undefined &&
      filter.ids === undefined;
    if (plain) {
      const items = Array.from({ length: Math.max(0, Math.min(limit, total - offset)) }, (_, at) => card(offset + at));
      return { total, items };
    }
    const found: ImageCard[] = [];
    const finding =
      filter.finding === undefined ? undefined : (spec.findings ?? []).find((one) => one.key === filter.finding);
    for (let index = 0; index < total && (finding === undefined || found.length < finding.images); index += 1) {
      const one = card(finding === undefined ? index : (index * 37) % total);
      if (filter.classes !== undefined && !filter.classes.includes(one.className)) continue;
      if (filter.splits !== undefined && (one.split === null || !filter.splits.includes(one.split))) continue;
      if (filter.unreadable !== undefined && filter.unreadable !== (one.unreadable !== null)) continue;
      if (filter.text !== undefined && !one.path.toLowerCase().includes(filter.text.toLowerCase())) continue;
      found.push(one);
    }
    return { total: found.length, items: found.slice(offset, offset + limit) };
  }

  function makeGroups(): WholeGroup[] {
    return Array.from({ length: Math.min(40, Math.floor(total / 4)) }, (_, id) => {
      const size = id % 5 === 0 ? 4 : 2;
      const relations = ['same-bytes', 'near', 'mirrored', 'rotated-90'] as const;
      const members = Array.from({ length: size }, (_, member) => ({
        card: card((id * 97 + member * 31 + unreadable) % Math.max(1, total)),
        bytes: 21_000 + member * 3_411,
        relation: member === 0 ? null : relations[(id + member) % 4]!,
        similarity: member === 0 ? 1 : 1 - noise(id + member) * 0.04,
      }));
      return wholeGroup(id, members);
    });
  }

  return {
    summary,
    findings: [...(spec.findings ?? [])],
    thresholds: knownThresholds.map((threshold) => ({ ...threshold, value: threshold.default })),
    recents: [],
    total,
    card,
    record,
    list,
    groups: makeGroups(),
  };
}
