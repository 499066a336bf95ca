/** 64-bit hashes as two 32-bit words, and a search for all that lie within a Hamming distance. */

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
  return bitCount((a[2 * i] as number) ^ (b[2 * j] as number)) + bitCount((a[2 * i + 1] as number) ^ (b[2 * j + 1] as number));
}

/** Entries of one bucket that one lookup reads: beyond it a bucket holds a crowd, in which the clearance rule decides anyway. */
const BUCKET_READ = 64;

interface Table {
  readonly shift: number;
  readonly bits: number;
  /** Items sorted by key; those with key k lie at starts[k] … starts[k + 1]. */
  readonly starts: Uint32Array;
  readonly items: Uint32Array;
}

/**
 * Multi-index hashing (Norouzi, Punjani & Fleet 2012): the hash is cut into m pieces of about log₂ n bits, each piece is a key into its own
 * table, and keys that differ in up to two bits are looked up too. Hashes within 3m − 1 bits of each other (11 at 20,000, 8 at 200,000)
 * share such a piece and are surely found; further ones often. A bucket holds about one entry whatever n is, so that a lookup does not
 * grow with n and n lookups cost about n.
 */
export class HashIndex {
  private readonly tables: readonly Table[];
  private readonly words: HashWords;
  private readonly seen: Uint32Array;
  private round = 0;

  constructor(words: HashWords) {
    const n = words.length / 2;
    const bits = Math.min(21, Math.max(8, Math.ceil(Math.log2(Math.max(2, n)))));
    const pieces = Math.floor(64 / bits);
    this.words = words;
    this.seen = new Uint32Array(n);
    this.tables = Array.from({ length: pieces }, (_, piece) => tableOf(words, piece * bits, bits));
  }

  /** Calls `visit` once for each item within `distance` bits of hash `query` of `queries`; found surely up to 3m − 1 bits. */
  search(queries: HashWords, query: number, distance: number, visit: (item: number, distance: number) => void): void {
    this.round++;
    for (const table of this.tables) {
      const key = piece(queries, query, table.shift, table.bits);
      this.read(table, key, queries, query, distance, visit);
      for (let a = 0; a < table.bits; a++) {
        this.read(table, key ^ (1 << a), queries, query, distance, visit);
        for (let b = a + 1; b < table.bits; b++) {
          this.read(table, key ^ (1 << a) ^ (1 << b), queries, query, distance, visit);
        }
      }
    }
  }

  private read(table: Table, key: number, queries: HashWords, query: number, distance: number, visit: (item: number, distance: number) => void): void {
    const from = table.starts[key] as number;
    const to = table.starts[key + 1] as number;
    for (let at = from; at < to && at < from + BUCKET_READ; at++) {
      const item = table.items[at] as number;
      if (this.seen[item] === this.round) continue;
      this.seen[item] = this.round;
      const bits = hammingDistance(queries, query, this.words, item);
      if (bits <= distance) visit(item, bits);
    }
  }
}

/** `bits` bits of a hash from bit `shift` on, bit 0 being the lowest of the low word. */
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
  const starts = new Uint32Array((1 << bits) + 2);
  for (let i = 0; i < n; i++) starts[piece(words, i, shift, bits) + 2] = (starts[piece(words, i, shift, bits) + 2] as number) + 1;
  for (let key = 2; key < starts.length; key++) starts[key] = (starts[key] as number) + (starts[key - 1] as number);
  const items = new Uint32Array(n);
  for (let i = 0; i < n; i++) {
    const key = piece(words, i, shift, bits) + 1;
    items[starts[key] as number] = i;
    starts[key] = (starts[key] as number) + 1;
  }
  return { shift, bits, starts, items };
}
