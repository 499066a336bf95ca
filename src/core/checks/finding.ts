/** Builders for findings, shared by all checks. */
import type { CheckId, Evidence, Finding, Severity } from '../../contract/model/finding';
import type { ImageFacts, ImageRecord } from '../../contract/model/image';
import type { CheckContext, CheckFinding, Group, Tally } from './check';
import { counted, integer, percent } from '../text/numbers';

type Table = NonNullable<Evidence['tables']>[number];

/**
 * The most rows of a table that are stored. The window and the report show how many more rows there are, so those rows
 * have to exist.
 */
export const MOST_ROWS = 5000;

export interface FindingParts {
  readonly check: CheckId;
  /** What the finding is about, where a check makes several findings. Part of the key. */
  readonly about?: string;
  readonly severity: Severity;
  readonly scope: Finding['scope'];
  readonly title: string;
  readonly remedy: string;
  readonly score: number;
  readonly value?: number;
  readonly thresholdId?: string;
  readonly threshold?: number;
  readonly classes?: readonly string[];
  readonly splits?: readonly string[];
  readonly images?: readonly { id: number; value: number | null }[];
  readonly groups?: readonly Group[];
  readonly evidence?: Omit<Partial<Evidence>, 'tables'> & {
    /** `of`: the number of all rows, if the table has only the first `MOST_ROWS` of them. */
    readonly tables?: readonly (Table & { readonly of?: number })[];
  };
}

/** A table with too many rows is cut, and its title then says so. */
function kept({ title, columns, rows, of = rows.length }: Table & { readonly of?: number }): Table {
  return of > MOST_ROWS
    ? {
        title: `${title}, the first ${integer(MOST_ROWS)} of ${integer(of)}`,
        columns,
        rows: rows.slice(0, MOST_ROWS),
      }
    : { title, columns, rows };
}

export function finding(parts: FindingParts): CheckFinding {
  const { tables, ...rest } = parts.evidence ?? {};
  return {
    key: parts.about === undefined ? parts.check : `${parts.check}:${parts.about}`,
    check: parts.check,
    severity: parts.severity,
    scope: parts.scope,
    title: parts.title,
    remedy: parts.remedy,
    classes: [...(parts.classes ?? [])],
    splits: [...(parts.splits ?? [])],
    score: Math.min(1, Math.max(0, parts.score)),
    value: parts.value ?? null,
    threshold: parts.threshold ?? null,
    thresholdId: parts.thresholdId ?? null,
    images: parts.images ?? [],
    groups: parts.groups ?? [],
    evidence: { facts: [], ...rest, ...(tables && { tables: tables.map(kept) }) },
  };
}

export type Readable = ImageRecord & { readonly facts: ImageFacts };

export function readable(images: readonly ImageRecord[]): Readable[] {
  return images.filter((image): image is Readable => image.facts !== null);
}

/** Names that occur, in the order of `order`. */
export function present(names: Iterable<string | null>, order: readonly string[]): string[] {
  const seen = new Set(names);
  return order.filter((name) => seen.has(name));
}

/**
 * How many of the images concerned each class has, most concerned first. One bad class needs another remedy than a few
 * bad images in every class.
 */
export function classTable(concerned: Tally, all: Tally, title: string): Table {
  const rows = [...concerned]
    .map(([name, n]) => [name, n, all.get(name) ?? n, percent(n / (all.get(name) ?? n))])
    .sort((a, b) => Number(b[1]) - Number(a[1]));
  return { title, columns: ['class', 'concerned', 'images', 'share'], rows };
}

/** n + 1 edges from low to high, evenly spaced, or by equal factors if `log`. */
export function edgesOf(low: number, high: number, bins: number, log: boolean): number[] {
  return Array.from({ length: bins + 1 }, (_, i) =>
    log ? Math.exp(Math.log(low) + ((Math.log(high) - Math.log(low)) * i) / bins) : low + ((high - low) * i) / bins,
  );
}

/** Counts per bin. Values outside the edges count in the first or the last bin. */
export function binned(values: Iterable<number>, edges: readonly number[]): number[] {
  const counts = new Array<number>(edges.length - 1).fill(0);
  for (const value of values) {
    let low = 0;
    let high = counts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (value >= (edges[middle] ?? Infinity)) low = middle;
      else high = middle - 1;
    }
    counts[low] = (counts[low] ?? 0) + 1;
  }
  return counts;
}

/** A threshold as evidence, with its unit. */
export function thresholdFact(
  { thresholds }: Pick<CheckContext, 'thresholds'>,
  id: string,
): { name: string; value: number; unit: string } {
  return { name: 'threshold', value: thresholds(id), unit: thresholds.unit(id) };
}

const OF_ONE: Readonly<Record<string, string>> = { are: 'is', have: 'has' };

/**
 * "12 of 600 images (2 %) are dark", or "Most images (480 of 600) are dark". A fault is reported however common it is.
 * @param predicate begins with "are" or "have"
 */
export function ofAll(part: number, all: number, predicate: string): string {
  const subject =
    part * 2 > all && all > 1
      ? `Most images (${integer(part)} of ${integer(all)})`
      : `${integer(part)} of ${counted(all, 'image')} (${percent(part / all)})`;
  return `${subject} ${part === 1 ? predicate.replace(/^\w+/, (verb) => OF_ONE[verb] ?? verb) : predicate}`;
}
