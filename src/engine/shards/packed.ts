/**
 * How the partials of checks are written: a text (JSON) and after it the bytes of all typed arrays, as they are in
 * memory, so that large columns are neither turned into text nor copied.
 *
 * Bytes 0–3 are “PLP1”, 4–7 the length of the text in bytes (unsigned, little-endian). The text begins at byte 8. Every
 * array begins at a multiple of 8 bytes; the text gives kind, place and length.
 */

const MAGIC = 'PLP1';
const HEAD = 8;

const kinds = { Float64Array, Float32Array, Int32Array, Uint32Array, Uint16Array, Uint8Array } as const;
type Kind = keyof typeof kinds;
type Typed = InstanceType<(typeof kinds)[Kind]>;

/** An array in the text stands for itself; every other value that is not plain JSON is an array with such a mark. */
const LIST = 0;
const MAP = 1;
const TYPED = 2;
const OBJECT = 3;
const NUMBER = 4;

const aligned = (bytes: number): number => Math.ceil(bytes / 8) * 8;

function kindOf(value: object): Kind | undefined {
  return (Object.keys(kinds) as Kind[]).find((kind) => value instanceof kinds[kind]);
}

/**
 * @param value numbers (also infinite ones and NaN), strings, booleans, null, arrays, plain objects, maps with strings as keys, and
 * typed arrays, nested as wanted
 * @throws TypeError for anything else
 */
export function pack(value: unknown): Buffer {
  const pieces: Typed[] = [];
  let end = 0;
  const plain = (part: unknown): unknown => {
    if (part === null || typeof part === 'string' || typeof part === 'boolean') return part;
    if (typeof part === 'number')
      return Number.isFinite(part) && !Object.is(part, -0) ? part : [NUMBER, Object.is(part, -0) ? '-0' : String(part)];
    if (Array.isArray(part)) return [LIST, ...part.map(plain)];
    if (part instanceof Map) return [MAP, [...part.keys()], Array.from(part.values(), plain)];
    if (typeof part === 'object') {
      const kind = kindOf(part);
      if (kind !== undefined) {
        const array = part as Typed;
        const at = end;
        pieces.push(array);
        end = aligned(end + array.byteLength);
        return [TYPED, kind, at, array.length];
      }
      const prototype: unknown = Object.getPrototypeOf(part);
      if (prototype === Object.prototype || prototype === null)
        return [OBJECT, Object.keys(part), Object.values(part).map(plain)];
    }
    throw new TypeError(`A partial cannot have a value of this kind: ${Object.prototype.toString.call(part)}.`);
  };
  const text = Buffer.from(JSON.stringify(plain(value)));
  const start = aligned(HEAD + text.length);
  const bytes = Buffer.alloc(start + end);
  bytes.write(MAGIC, 'latin1');
  bytes.writeUInt32LE(text.length, 4);
  bytes.set(text, HEAD);
  let at = start;
  for (const array of pieces) {
    bytes.set(new Uint8Array(array.buffer, array.byteOffset, array.byteLength), at);
    at += aligned(array.byteLength);
  }
  return bytes;
}

/**
 * The value that was packed. Its typed arrays share no memory with `bytes`.
 * @throws SyntaxError if the bytes were not written by `pack`, or end early
 */
export function unpack(bytes: Uint8Array): unknown {
  const broken = (): SyntaxError => new SyntaxError('These are not the bytes of a partial, or they end early.');
  const whole = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (whole.length < HEAD || whole.toString('latin1', 0, 4) !== MAGIC) throw broken();
  const length = whole.readUInt32LE(4);
  if (HEAD + length > whole.length) throw broken();
  const start = aligned(HEAD + length);
  const made = (part: unknown): unknown => {
    if (!Array.isArray(part)) return part;
    const [mark, first, second, third] = part as [number, ...unknown[]];
    if (mark === LIST) return part.slice(1).map(made);
    if (mark === NUMBER) return Number(first);
    if (mark === TYPED) {
      const kind = kinds[first as Kind];
      const from = start + (second as number);
      const size = (third as number) * kind.BYTES_PER_ELEMENT;
      if (from + size > whole.length) throw broken();
      return new kind(new Uint8Array(whole.subarray(from, from + size)).buffer);
    }
    const names = first as string[];
    const values = second as unknown[];
    const entries = names.map((name, at) => [name, made(values[at])] as const);
    return mark === MAP ? new Map(entries) : Object.fromEntries(entries);
  };
  return made(JSON.parse(whole.toString('utf8', HEAD, HEAD + length)));
}
