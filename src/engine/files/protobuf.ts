/** Reads messages of Protocol Buffers from a file, without loading what is not asked for. */
import { fstatSync, readSync } from 'node:fs';

const PAGE = 65_536;
/** No name or path is longer. */
const MOST_TEXT = 4096;

/** The bytes are no message. */
export class NoMessage extends Error {}

/** Reads parts of a file, page by page. */
export class Bytes {
  readonly #file: number;
  readonly size: number;
  readonly #page = Buffer.alloc(PAGE);
  #from = 0;
  #length = 0;

  constructor(file: number) {
    this.#file = file;
    this.size = fstatSync(file).size;
  }

  at(position: number): number {
    if (position >= this.size) throw new NoMessage();
    if (position < this.#from || position >= this.#from + this.#length) {
      this.#from = position;
      this.#length = readSync(this.#file, this.#page, 0, PAGE, position);
    }
    return this.#page[position - this.#from]!;
  }

  text(from: number, to: number): string {
    const bytes = Buffer.alloc(Math.min(MOST_TEXT, to - from));
    readSync(this.#file, bytes, 0, bytes.length, from);
    return bytes.toString('utf8');
  }
}

export interface MessageField {
  readonly number: number;
  /** Of its content, for a field with a length; otherwise empty. */
  readonly from: number;
  readonly to: number;
}

/** Reads a number of variable length. @returns the number and the position after it */
export function varint(bytes: Bytes, position: number): [value: number, next: number] {
  let value = 0;
  for (let digit = 0; digit < 10; digit++) {
    const byte = bytes.at(position + digit);
    value += (byte & 127) * 2 ** (7 * digit);
    if (byte < 128) return [value, position + digit + 1];
  }
  throw new NoMessage();
}

/** The fields of the message between two positions. @throws NoMessage */
export function* fieldsOf(bytes: Bytes, from: number, to: number): Generator<MessageField> {
  let position = from;
  while (position < to) {
    const [tag, start] = varint(bytes, position);
    const number = Math.floor(tag / 8);
    if (number === 0) throw new NoMessage();
    const content = contentOf(bytes, tag % 8, start);
    if (content.to > to) throw new NoMessage();
    yield { number, ...content };
    position = content.to;
  }
}

/** Where the content of a field is, by the kind of its encoding. @throws NoMessage */
function contentOf(bytes: Bytes, kind: number, start: number): Pick<MessageField, 'from' | 'to'> {
  const empty = (end: number) => ({ from: end, to: end });
  switch (kind) {
    case 0:
      return empty(varint(bytes, start)[1]);
    case 1:
      return empty(start + 8);
    case 2: {
      const [length, from] = varint(bytes, start);
      return { from, to: from + length };
    }
    case 5:
      return empty(start + 4);
    default:
      throw new NoMessage();
  }
}
