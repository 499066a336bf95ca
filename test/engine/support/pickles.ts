/** Writes pickles of protocol 2, as NumPy under Python 2 does. */

const bytes = (text: string): Buffer => Buffer.from(text, 'latin1');
const short = (text: string): Buffer => Buffer.concat([bytes('U'), Buffer.from([text.length]), bytes(text)]);
const whole = (value: number): Buffer => {
  const four = Buffer.alloc(4);
  four.writeInt32LE(value);
  return Buffer.concat([bytes('J'), four]);
};
const tuple = (...parts: readonly Buffer[]): Buffer => Buffer.concat([bytes('('), ...parts, bytes('t')]);

export const pickledList = (values: readonly (number | string)[]): Buffer =>
  Buffer.concat([bytes(']('), ...values.map((one) => (typeof one === 'number' ? whole(one) : short(one))), bytes('e')]);

/** An array of bytes. */
export function pickledArray(shape: readonly number[], data: Uint8Array): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32LE(data.length);
  const array = Buffer.concat([
    bytes('cnumpy.core.multiarray\n_reconstruct\n'),
    tuple(bytes('cnumpy\nndarray\n'), tuple(whole(0)), short('b')),
    bytes('R'),
  ]);
  const type = Buffer.concat([
    bytes('cnumpy\ndtype\n'),
    tuple(short('u1'), whole(0), whole(1)),
    bytes('R'),
    tuple(whole(3), short('|'), bytes('NNN'), whole(-1), whole(-1), whole(0)),
    bytes('b'),
  ]);
  const state = tuple(
    whole(1),
    tuple(...shape.map(whole)),
    type,
    Buffer.from([0x89]),
    bytes('T'),
    length,
    Buffer.from(data),
  );
  return Buffer.concat([array, state, bytes('b')]);
}

export const pickle = (values: Readonly<Record<string, Buffer>>): Buffer =>
  Buffer.concat([
    Buffer.from([0x80, 2]),
    bytes('}('),
    ...Object.entries(values).flatMap(([name, value]) => [short(name), value]),
    bytes('u.'),
  ]);
