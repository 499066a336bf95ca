/** Rows as the index produces them, for tests of checks: a test gives only the values that it is about. */
import type { ImageFacts, ImageRecord } from '../../../../src/contract/model/image';
import type { Relation } from '../../../../src/contract/model/finding';
import type { Check, CheckFinding, CheckInput, Group } from '../../../../src/core/checks/check';
import { singleShard } from '../../../../src/core/checks/rounds';
import { thresholdsWith } from '../../../../src/core/checks/thresholds';
import { byCodePoint, orderSplits } from '../../../../src/core/dataset/order';
import { plainFacts } from '../plain-facts';

export interface RowParts extends Partial<Omit<ImageRecord, 'facts'>> {
  readonly facts?: Partial<ImageFacts> | null;
}

/** A readable colour JPEG, `<split>/<class>/<id>.jpg`, that resembles no other row. */
export function row(id: number, parts: RowParts = {}): ImageRecord {
  const { facts, ...rest } = parts;
  const className = rest.className ?? 'a';
  const split = rest.split ?? null;
  const content = id.toString(16).padStart(64, '0');
  return {
    id,
    className,
    ownClass: className,
    split,
    path: `${split === null ? '' : `${split}/`}${className}/${String(id).padStart(6, '0')}.${rest.extension ?? 'jpg'}`,
    bytes: 20_000,
    modified: 0,
    extension: 'jpg',
    sha256: content,
    unreadable: null,
    ...rest,
    facts: facts === null ? null : { ...plainFacts, pixelHash: content, ...facts },
  };
}

/** `n` rows for each class, with ids counted from `from`. */
export function classes(
  counts: Readonly<Record<string, number>>,
  from = 0,
  parts: (className: string, id: number) => RowParts = () => ({}),
): ImageRecord[] {
  let id = from;
  return Object.entries(counts).flatMap(([className, n]) =>
    Array.from({ length: n }, () => row(id, { className, ...parts(className, id++) })),
  );
}

export function group(members: readonly number[], relation: Relation = 'near', similarity = 0.99): Group {
  return {
    members,
    relations: members.map((_, i) => (i === 0 ? null : relation)),
    similarities: members.map((_, i) => (i === 0 ? 1 : similarity)),
  };
}

export function input(
  images: readonly ImageRecord[],
  parts: Partial<CheckInput> & { readonly set?: Readonly<Record<string, number>> } = {},
): CheckInput {
  const { set, ...rest } = parts;
  const splits = orderSplits([...new Set(images.flatMap(({ split }) => split ?? []))]);
  const named = new Set([
    ...images.map(({ className }) => className),
    ...(rest.listing?.emptyClasses ?? []).map(({ className }) => className),
  ]);
  return {
    layout: { kind: splits.length > 0 ? 'split-class-folders' : 'class-folders', sentence: '', table: null },
    listing: { otherFiles: [], emptyClasses: [] },
    images: [...images].sort((a, b) => byCodePoint(a.path, b.path)),
    classes: [...named].sort(byCodePoint),
    splits,
    exactGroups: [],
    nearGroups: [],
    raster: () => null,
    thresholds: thresholdsWith(set),
    ...rest,
  };
}

export function run(
  check: Check,
  images: readonly ImageRecord[],
  parts: Parameters<typeof input>[1] = {},
): CheckFinding[] {
  return singleShard(input(images, parts))(check);
}

/** The only finding that a test expects. */
export function only(findings: readonly CheckFinding[]): CheckFinding {
  if (findings.length !== 1 || !findings[0])
    throw new Error(`expected one finding, got ${findings.length}: ${findings.map(({ title }) => title).join(' | ')}`);
  return findings[0];
}

export const ids = (finding: CheckFinding): number[] => finding.images.map(({ id }) => id);
