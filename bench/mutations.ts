/** Ways in which files get damaged: by a failing disk, by an incomplete copy, or on purpose. */
import { crc32 } from 'node:zlib';
import type { Random } from '../src/core/statistics/random.ts';

type Mutation = (bytes: Buffer, donors: readonly Buffer[], random: Random) => Buffer;

const whole = (random: Random, below: number) => Math.floor(random() * below);

/** Numbers at the limits of arithmetic. */
const ODD = [0, 1, 0x7f, 0x80, 0xff, 0x7fff, 0x8000, 0xffff, 0x7fff_ffff, 0x8000_0000, 0xffff_ffff];

const flipBits: Mutation = (bytes, _, random) => {
  for (let k = 1 + whole(random, 64); k > 0; k -= 1) bytes[whole(random, bytes.length)]! ^= 1 << whole(random, 8);
  return bytes;
};

const overwrite: Mutation = (bytes, _, random) => {
  const start = whole(random, bytes.length);
  for (let at = start; at < Math.min(bytes.length, start + 1 + whole(random, 200)); at += 1)
    bytes[at] = whole(random, 256);
  return bytes;
};

const truncate: Mutation = (bytes, _, random) => bytes.subarray(0, whole(random, bytes.length));

const zeroBlock: Mutation = (bytes, _, random) => {
  const start = whole(random, bytes.length);
  return bytes.fill(0, start, Math.min(bytes.length, start + 16 + whole(random, 512)));
};

/** Replaces a number (a size, a count or an offset). Most of them are near the beginning of a file. */
const oddNumber: Mutation = (bytes, _, random) => {
  const width = [1, 2, 4][whole(random, 3)]!;
  const at = whole(random, Math.max(1, Math.min(bytes.length - width, random() < 0.8 ? 256 : bytes.length)));
  if (at + width > bytes.length) return bytes;
  const value = ODD[whole(random, ODD.length)]! % 256 ** width;
  if (random() < 0.5) bytes.writeUIntLE(value, at, width);
  else bytes.writeUIntBE(value, at, width);
  return bytes;
};

const swapHeader: Mutation = (bytes, donors, random) => {
  const donor = donors[whole(random, donors.length)]!;
  const length = Math.min(4 + whole(random, 60), donor.length);
  return Buffer.concat([donor.subarray(0, length), bytes.subarray(Math.min(length, bytes.length))]);
};

const splice: Mutation = (bytes, donors, random) => {
  const donor = donors[whole(random, donors.length)]!;
  return Buffer.concat([bytes.subarray(0, whole(random, bytes.length)), donor.subarray(whole(random, donor.length))]);
};

const repeat: Mutation = (bytes, _, random) => {
  const start = whole(random, bytes.length);
  const end = Math.min(bytes.length, start + 1 + whole(random, 1000));
  return Buffer.concat([
    bytes.subarray(0, end),
    ...Array.from({ length: 1 + whole(random, 20) }, () => bytes.subarray(start, end)),
    bytes.subarray(end),
  ]);
};

const mutations = [
  flipBits,
  flipBits,
  overwrite,
  truncate,
  zeroBlock,
  oddNumber,
  oddNumber,
  oddNumber,
  swapHeader,
  splice,
  repeat,
];

/** Corrects the checksums of a damaged PNG, because its decoder stops at the first wrong one. */
function mendChecksums(png: Buffer): Buffer {
  for (let at = 8; at + 12 <= png.length;) {
    const end = at + 8 + png.readUInt32BE(at);
    if (end + 4 > png.length) break;
    png.writeUInt32BE(crc32(png.subarray(at + 4, end)), end);
    at = end + 4;
  }
  return png;
}

/** Applies one to three mutations to a copy of a file. @param donors files from which parts are taken */
export function mutate(original: Buffer, donors: readonly Buffer[], random: Random): Buffer {
  let bytes: Buffer = Buffer.from(original);
  for (let k = 1 + whole(random, 3); k > 0 && bytes.length > 0; k -= 1)
    bytes = mutations[whole(random, mutations.length)]!(bytes, donors, random);
  return bytes.length > 8 && bytes[0] === 0x89 && random() < 0.7 ? mendChecksums(Buffer.from(bytes)) : bytes;
}
