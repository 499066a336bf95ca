/** TIFF files with samples of any type and any number of bands, which sharp does not write. */

type Samples = Uint8Array | Uint16Array | Int16Array | Int32Array | Float32Array | Float64Array;

/** Uncompressed, little endian, one strip; extra bands are of an unspecified kind. */
export function tiff(width: number, height: number, samples: Samples): Buffer {
  const bands = samples.length / (width * height);
  const bits = samples.BYTES_PER_ELEMENT * 8;
  const format = samples instanceof Int16Array || samples instanceof Int32Array ? 2 : bits > 16 ? 3 : 1;
  const colours = bands >= 3 ? 3 : 1;
  const lists: Buffer[] = [];
  const data = Buffer.from(samples.buffer, samples.byteOffset, samples.byteLength);
  const entries: [tag: number, type: 3 | 4, values: number[]][] = [
    [256, 4, [width]],
    [257, 4, [height]],
    [258, 3, new Array<number>(bands).fill(bits)],
    [259, 3, [1]],
    [262, 3, [colours === 3 ? 2 : 1]],
    [273, 4, [0]],
    [277, 3, [bands]],
    [278, 4, [height]],
    [279, 4, [data.length]],
    [284, 3, [1]],
    ...(bands > colours ? [[338, 3, new Array<number>(bands - colours).fill(0)] as [number, 3, number[]]] : []),
    [339, 3, new Array<number>(bands).fill(format)],
  ];
  const directory = Buffer.alloc(2 + entries.length * 12 + 4);
  directory.writeUInt16LE(entries.length, 0);
  let next = 8 + directory.length;
  const strip = entries.findIndex(([tag]) => tag === 273);
  entries.forEach(([tag, type, values], i) => {
    const at = 2 + i * 12;
    directory.writeUInt16LE(tag, at);
    directory.writeUInt16LE(type, at + 2);
    directory.writeUInt32LE(values.length, at + 4);
    if (type === 4) directory.writeUInt32LE(values[0]!, at + 8);
    else if (values.length <= 2) values.forEach((value, k) => directory.writeUInt16LE(value, at + 8 + k * 2));
    else {
      const list = Buffer.from(Uint16Array.from(values).buffer);
      directory.writeUInt32LE(next, at + 8);
      lists.push(list);
      next += list.length;
    }
  });
  directory.writeUInt32LE(next, 2 + strip * 12 + 8);
  const header = Buffer.from([0x49, 0x49, 0x2a, 0, 8, 0, 0, 0]);
  return Buffer.concat([header, directory, ...lists, data]);
}
