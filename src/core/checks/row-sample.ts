/**
 * A sample of the rows, for checks whose result changes little with more of them: the images with the lowest content
 * hashes. Which images these are depends neither on how the rows were cut nor on where an image is stored.
 */
import type { Readable } from './finding';

/** A number from the content of an image, evenly spread over 0 … 2⁵² − 1. Copies have the same. */
export function contentOrder({ facts }: Readable): number {
  return parseInt(facts.pixelHash.slice(0, 13), 16);
}

/**
 * Positions of the items with the lowest orders, in the order of the items. Among equal ones the first are taken.
 * @returns null for all items, if there are not more than `most`
 */
export function lowest(orders: ArrayLike<number>, most: number): number[] | null {
  if (orders.length <= most) return null;
  const last = Float64Array.from(orders).sort()[most - 1]!;
  let equal = most;
  for (let i = 0; i < orders.length; i++) if (orders[i]! < last) equal--;
  const taken: number[] = [];
  for (let i = 0; i < orders.length; i++) {
    if (orders[i]! > last) continue;
    if (orders[i] === last && equal-- <= 0) continue;
    taken.push(i);
  }
  return taken;
}

/** Columns of the sampled rows, in path order. */
export interface RowSample {
  /** The most rows that it may have. */
  readonly most: number;
  readonly orders: Float64Array;
  readonly ids: Int32Array;
  readonly numbers: readonly Float64Array[];
  readonly texts: readonly TextColumn[];
}

/** Text `names[codes[i]]` for row i. Some names may belong to no row. */
interface TextColumn {
  readonly names: readonly string[];
  readonly codes: Int32Array;
}

export interface SampledColumns {
  readonly numbers: readonly ((image: Readable) => number)[];
  readonly texts: readonly ((image: Readable) => string)[];
}

export function rowSample(images: readonly Readable[], most: number, { numbers, texts }: SampledColumns): RowSample {
  const orders = Float64Array.from(images, contentOrder);
  const rows = lowest(orders, most)?.map((at) => images[at]!) ?? images;
  return {
    most,
    orders: rows === images ? orders : Float64Array.from(rows, contentOrder),
    ids: Int32Array.from(rows, ({ id }) => id),
    numbers: numbers.map((of) => Float64Array.from(rows, of)),
    texts: texts.map((of) => coded(rows.map(of))),
  };
}

function coded(values: readonly string[]): TextColumn {
  const codes = new Map<string, number>();
  return {
    codes: Int32Array.from(values, (value) => {
      const known = codes.get(value) ?? codes.size;
      codes.set(value, known);
      return known;
    }),
    names: [...codes.keys()],
  };
}

export function rowSamplesMerged(first: RowSample, second: RowSample): RowSample {
  const { most } = first;
  const taken = lowest([...first.orders, ...second.orders], most);
  const part = <T extends Float64Array | Int32Array>(a: T, b: T, empty: (length: number) => T): T => {
    const both = empty(a.length + b.length);
    both.set(a);
    both.set(b, a.length);
    if (taken === null) return both;
    const kept = empty(taken.length);
    taken.forEach((from, to) => {
      kept[to] = both[from]!;
    });
    return kept;
  };
  const numbers = (a: Float64Array, b: Float64Array): Float64Array => part(a, b, (length) => new Float64Array(length));
  const integers = (a: Int32Array, b: Int32Array): Int32Array => part(a, b, (length) => new Int32Array(length));
  return {
    most,
    orders: numbers(first.orders, second.orders),
    ids: integers(first.ids, second.ids),
    numbers: first.numbers.map((column, at) => numbers(column, second.numbers[at]!)),
    texts: first.texts.map(({ names, codes }, at) => {
      const other = second.texts[at]!;
      const all = [...new Set([...names, ...other.names])];
      const codeOf = new Map(all.map((name, code) => [name, code]));
      return {
        names: all,
        codes: integers(
          codes,
          other.codes.map((code) => codeOf.get(other.names[code]!)!),
        ),
      };
    }),
  };
}
