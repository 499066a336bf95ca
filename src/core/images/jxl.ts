/** Reads the header of JPEG XL files (ISO/IEC 18181-1 and -2). */
import { latin } from './formats';
import { BadPicture, type RawHeader } from './raw-picture';

/** Bits from the lowest of each byte on. */
class BitReader {
  readonly #bytes: Uint8Array;
  #at: number;

  /** @param start in bytes */
  constructor(bytes: Uint8Array, start: number) {
    this.#bytes = bytes;
    this.#at = start * 8;
  }

  bits(count: number): number {
    let value = 0;
    for (let i = 0; i < count; i += 1, this.#at += 1) {
      const byte = this.#bytes[this.#at >> 3];
      if (byte === undefined) throw new BadPicture('the header is incomplete', true);
      value += ((byte >> (this.#at & 7)) & 1) * 2 ** i;
    }
    return value;
  }

  flag(): boolean {
    return this.bits(1) === 1;
  }

  /** Two bits choose one of four forms: a constant, or an offset and a number of bits. */
  choice(...forms: readonly [Form, Form, Form, Form]): number {
    const [offset, count] = forms[this.bits(2)]!;
    return offset + this.bits(count);
  }
}

type Form = readonly [offset: number, bits: number];

const RATIOS = [
  [1, 1],
  [12, 10],
  [4, 3],
  [3, 2],
  [16, 9],
  [5, 4],
  [2, 1],
] as const;

function readSize(reader: BitReader): { width: number; height: number } {
  const small = reader.flag();
  const side = (): number => (small ? (reader.bits(5) + 1) * 8 : reader.choice([1, 9], [1, 13], [1, 18], [1, 30]));
  const height = side();
  const ratio = reader.bits(3);
  if (ratio === 0) return { width: side(), height };
  const [over, under] = RATIOS[ratio - 1]!;
  return { width: Math.floor((height * over) / under), height };
}

interface Metadata {
  readonly turned: boolean;
  readonly depth: number;
  readonly channels: 1 | 3 | 4;
}

const USUAL: Metadata = { turned: false, depth: 8, channels: 3 };

function readColours(reader: BitReader): 1 | 3 {
  reader.flag();
  if (reader.flag()) return 3;
  const hasProfile = reader.flag();
  const space = reader.choice([0, 0], [1, 0], [2, 4], [18, 6]);
  return !hasProfile && space === 1 ? 1 : 3;
}

function readMetadata(reader: BitReader): Metadata {
  if (reader.flag()) return USUAL;
  let turned = false;
  if (reader.flag()) {
    turned = reader.bits(3) >= 4;
    if (reader.flag()) readSize(reader);
    // A preview or an animation is described before the depth.
    if (reader.flag() || reader.flag()) return { ...USUAL, turned };
  }
  const float = reader.flag();
  const depth = float
    ? reader.choice([32, 0], [16, 0], [24, 0], [1, 6])
    : reader.choice([8, 0], [10, 0], [12, 0], [1, 6]);
  if (float) reader.bits(4);
  reader.flag();
  const extra = reader.choice([0, 0], [1, 0], [2, 4], [1, 12]);
  return { turned, depth, channels: extra > 0 ? 4 : readColours(reader) };
}

/** Where the code stream begins: at once, or inside of the first box of it. */
function codeStream(bytes: Uint8Array): number {
  if (bytes[0] === 0xff) return 0;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = 0; at + 16 <= bytes.length;) {
    const type = latin(bytes, at + 4, at + 8);
    const size = view.getUint32(at);
    const head = size === 1 ? 16 : 8;
    if (type === 'jxlc') return at + head;
    if (type === 'jxlp') return at + head + 4;
    const length = size === 1 ? Number(view.getBigUint64(at + 8)) : size;
    if (length < head) break;
    at += length;
  }
  throw new BadPicture('it contains no picture', true);
}

/**
 * The picture as it is shown: upright. The depth is that of the file, the decoder gives 8 bits.
 * @throws BadPicture
 */
export function readJxlHeader(bytes: Uint8Array): RawHeader {
  const start = codeStream(bytes);
  if (bytes[start] !== 0xff || bytes[start + 1] !== 0x0a) throw new BadPicture('it contains no picture', false);
  const reader = new BitReader(bytes, start + 2);
  const { width, height } = readSize(reader);
  const { turned, depth, channels } = readMetadata(reader);
  return turned ? { width: height, height: width, depth, channels } : { width, height, depth, channels };
}
