/** 64-bit hashes as two 32-bit words, and all pairs of them within a Hamming distance. */

/** Hash i is words[2i] (high) and words[2i + 1] (low). */
export type HashWords = Uint32Array;

/** @param hex 16 hex digits each */
export function hashWords(hex: readonly string[]): HashWords {
  const words = new Uint32Array(hex.length * 2);
  hex.forEach((digits, i) => {
    words[2 * i] = Number.parseInt(digits.slice(0, 8), 16);
    words[2 * i + 1] = Number.parseInt(digits.slice(8), 16);
  });
  return words;
}

export function bitCount(word: number): number {
  let v = word - ((word >>> 1) & 0x55555555);
  v = (v & 0x33333333) + ((v >>> 2) & 0x33333333);
  return Math.imul((v + (v >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}

export function hammingDistance(a: HashWords, i: number, b: HashWords, j: number): number {
  return (
    bitCount((a[2 * i] as number) ^ (b[2 * j] as number)) +
    bitCount((a[2 * i + 1] as number) ^ (b[2 * j + 1] as number))
  );
}

/**
 * Each entry of a bucket is compared with at most this many of the next entries. In a large bucket of equal hashes,
 * this still connects all of them.
 */
const PARTNERS = 64;

/** Hashes sorted by one part of their bits. The hashes with key k are at starts[k] … starts[k + 1] − 1. */
interface Table {
  readonly starts: Uint32Array;
  readonly items: Uint32Array;
  /** The hashes in the order of `items`. They are read sequentially, because lookups would miss the cache. */
  readonly words: Uint32Array;
}

/**
 * Calls `visit` for the pairs of hashes i of `a` and j of `b` within `distance` bits. A pair can be visited several
 * times. With `b` null, visits the pairs i ≠ j of `a`, each in one order.
 * Multi-index hashing (Norouzi, Punjani & Fleet 2012) as a join: hashes are cut into m pieces of about log₂ n bits, and
 * for each piece all hashes whose keys differ in at most `probed` bits are compared. Pairs within (probed + 1) m − 1
 * bits (for `probed` 2: 11 at 20,000 hashes, 8 at 200,000) share such a piece and are always found; more distant ones
 * often. Buckets hold about one entry for any n and are read in order, so that the cost grows little faster than n.
 */
export function hashPairs(
  a: HashWords,
  b: HashWords | null,
  distance: number,
  probed: 1 | 2,
  visit: (i: number, j: number, bits: number) => void,
): void {
  const n = Math.max(a.length, b?.length ?? 0) / 2;
  const bits = Math.min(21, Math.max(8, Math.ceil(Math.log2(Math.max(2, n)))));
  for (let shift = 0; shift + bits <= 64; shift += bits) {
    const left = tableOf(a, shift, bits);
    const right = b === null ? left : tableOf(b, shift, bits);
    for (const mask of masks(bits, probed)) join(left, right, mask, bits, b === null, distance, visit);
  }
}

/** The masks with no bit, with one bit and, if two bits are probed, with two bits set. */
function masks(bits: number, probed: 1 | 2): number[] {
  const all = [0];
  for (let i = 0; i < bits; i++) {
    all.push(1 << i);
    for (let j = 0; probed === 2 && j < i; j++) all.push((1 << i) | (1 << j));
  }
  return all;
}

function join(
  left: Table,
  right: Table,
  mask: number,
  bits: number,
  same: boolean,
  distance: number,
  visit: (i: number, j: number, bits: number) => void,
): void {
  const keys = 1 << bits;
  for (let key = 0; key < keys; key++) {
    const from = left.starts[key] as number;
    const to = left.starts[key + 1] as number;
    if (from === to) continue;
    const other = key ^ mask;
    // Within one table, each pair of buckets is joined once.
    if (same && other < key) continue;
    const first = right.starts[other] as number;
    const size = (right.starts[other + 1] as number) - first;
    if (size === 0) continue;
    const within = same && mask === 0;
    for (let i = from; i < to; i++) {
      const high = left.words[2 * i] as number;
      const low = left.words[2 * i + 1] as number;
      const rank = i - from;
      const partners = within ? Math.min(PARTNERS, size - rank - 1) : Math.min(PARTNERS, size);
      for (let k = 0; k < partners; k++) {
        const j = first + (within ? rank + 1 + k : size <= PARTNERS ? k : (rank + k) % size);
        const differing =
          bitCount(high ^ (right.words[2 * j] as number)) + bitCount(low ^ (right.words[2 * j + 1] as number));
        if (differing <= distance) visit(left.items[i] as number, right.items[j] as number, differing);
      }
    }
  }
}

/** `bits` bits of a hash starting at bit `shift`; bit 0 is the lowest bit of the low word. */
function piece(words: HashWords, i: number, shift: number, bits: number): number {
  const high = words[2 * i] as number;
  const low = words[2 * i + 1] as number;
  const mask = (1 << bits) - 1;
  if (shift >= 32) return (high >>> (shift - 32)) & mask;
  const fromLow = low >>> shift;
  return (shift + bits <= 32 ? fromLow : fromLow | (high << (32 - shift))) & mask;
}

function tableOf(words: HashWords, shift: number, bits: number): Table {
  const n = words.length / 2;
  const keys = Uint32Array.from({ length: n }, (_, i) => piece(words, i, shift, bits));
  const starts = new Uint32Array((1 << bits) + 1);
  for (let i = 0; i < n; i++) starts[(keys[i] as number) + 1] = (starts[(keys[i] as number) + 1] as number) + 1;
  for (let key = 1; key < starts.length; key++) starts[key] = (starts[key] as number) + (starts[key - 1] as number);
  const next = starts.slice();
  const items = new Uint32Array(n);
  const ordered = new Uint32Array(2 * n);
  for (let i = 0; i < n; i++) {
    const at = next[keys[i] as number] as number;
    next[keys[i] as number] = at + 1;
    items[at] = i;
    ordered[2 * at] = words[2 * i] as number;
    ordered[2 * at + 1] = words[2 * i + 1] as number;
  }
  return { starts, items, words: ordered };
}
