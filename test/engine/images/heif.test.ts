/** HEIC is measured like any other format. No encoder is in a JavaScript package, so the file was made by pillow-heif. */
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { decodePicture, encodePlain } from '../../../src/engine/images/pixels';

/** 64 × 48: red is 4x, green is 5y, blue is 128 in the left half and 20 in the right half. */
const HEIC = Buffer.from(
  'AAAAHGZ0eXBoZWljAAAAAG1pZjFoZWljbWlhZgAAAX1tZXRhAAAAAAAAACFoZGxyAAAAAAAAAABwaWN0AAAAAAAAAAAAAAAAAAAAACJpbG9jAAAAAERAAAEAAQAAAAABoQABAAAAAAAAAUUAAAAjaWluZgAAAAAAAQAAABVpbmZlAgAAAAABAABodmMxAAAAAA5waXRtAAAAAAABAAAA/WlwcnAAAADdaXBjbwAAAHZodmNDAQNwAAAAkAAAAAAAHvAA/P34+AAADwNgAAEAGEABDAH//wNwAAADAJAAAAMAAAMAHroCQGEAAQAqQgEBA3AAAAMAkAAAAwAAAwAeoCCBBZbq5Ka5uAhoMCAAAAMDIAAAAwAhYgABAAZEAcFzwIkAAAATY29scm5jbHgAAQANAAaAAAAAFGlzcGUAAAAAAAAAQAAAAEAAAAAoY2xhcAAAAEAAAAABAAAAMAAAAAEAAAAAAAAAAv////AAAAACAAAAEHBpeGkAAAAAAwgICAAAABhpcG1hAAAAAAAAAAEAAQWBAgMFhAAAAU1tZGF0AAABQSgBrwT4mwiu6Pd0Xndobt+iMht4Z3F1efyReIw1v6diz94+T/kb+rV9AGxR0h924y1O7mUf6BNnxuUV/Z1awzVM3hiJX7c7EiFWq14nrE9AozUomtTTUdWScOt7Dh0Kw8d5NQJU8MUL/yTYDOKopLKd1rJAszpXXKs/s02SJPTpI9Gs+toLXWhulogHnSLyu4IeBsPm/uf/hWEFOBRHim7cW18R4UcCYkt1Hn+8ycSInwCcMsG65p1uaNyXK1oR6ZPJdUFKhMCdcRW/gM6xUoAP/M0GzgdliHLf3nnwE9JYULqFMjyozmuej+ya30tFejxJWBG5oDMjsYa8YVhFSCViz1nPgN4YOQOQ7EQl/Wknry9jY4GJP0+5mWjiy9Q1mAU8sHweVZnrRiZTl/ZQlDBvbwgKqUqMIgIwGEoqNOu3GA==',
  'base64',
);

/** 64 × 48 with 10 bits: grey, from black at the left to white at the right. */
const DEEP = Buffer.from(
  'AAAAHGZ0eXBoZWl4AAAAAG1pZjFoZWl4bWlhZgAAAXxtZXRhAAAAAAAAACFoZGxyAAAAAAAAAABwaWN0AAAAAAAAAAAAAAAAAAAAACJpbG9jAAAAAERAAAEAAQAAAAABoAABAAAAAAAAAHoAAAAjaWluZgAAAAAAAQAAABVpbmZlAgAAAAABAABodmMxAAAAAA5waXRtAAAAAAABAAAA/GlwcnAAAADcaXBjbwAAAHVodmNDAQQIAAAAnbgAAAAAHvAA/P36+gAADwNgAAEAF0ABDAH//wQIAAADAJ24AAADAAAeugJAYQABACpCAQEECAAAAwCduAAAAwAAHqAggQTZbq5Ka5uAhoMCAAADADIAAAMAAhBiAAEABkQBwXPAiQAAABNjb2xybmNseAABAA0ABoAAAAAUaXNwZQAAAAAAAABAAAAAQAAAAChjbGFwAAAAQAAAAAEAAAAwAAAAAQAAAAAAAAAC////8AAAAAIAAAAQcGl4aQAAAAADCgoKAAAAGGlwbWEAAAAAAAAAAQABBYECAwWEAAAAgm1kYXQAAAB2KAGvBrhkNKJUf1UOtkG+zI/nbDh2b3fk/6U2HOjt4J9HN9rYOHFO2x/gv/vYNgaDSy8wTAPmwuN0COM4J4Eu3cJeOXTfReRD/E19amCNHmvuo176nNtyK2QBtTraIEPP1V5M2a8yJ00TVB1/zNdkKwbTfUAvwA==',
  'base64',
);

/** The file with a further property of its picture, such as a rotation. Sizes and places of the boxes are adapted. */
function withProperty(file: Buffer, type: string, value: number): Buffer {
  const box = (name: string): number => file.indexOf(name, 0, 'latin1') - 4;
  const property = Buffer.concat([Buffer.from([0, 0, 0, 9]), Buffer.from(type, 'latin1'), Buffer.from([value])]);
  const grown = Buffer.from(file);
  const grow = (name: string, by: number): void => {
    grown.writeUInt32BE(file.readUInt32BE(box(name)) + by, box(name));
  };
  const [inside, links] = [box('ipco'), box('ipma')];
  const [insideEnd, linksEnd] = [inside + file.readUInt32BE(inside), links + file.readUInt32BE(links)];
  for (const name of ['meta', 'iprp']) grow(name, property.length + 1);
  grow('ipco', property.length);
  grow('ipma', 1);
  // Behind the header of the box: the number of pictures, then the id and the number of properties of the first one.
  grown[links + 18] = file[links + 18]! + 1;
  const data = box('iloc') + 20;
  grown.writeUInt32BE(file.readUInt32BE(data) + property.length + 1, data);
  // The sixth property, and it must be applied.
  const link = Buffer.from([0x80 | 6]);
  return Buffer.concat([
    grown.subarray(0, insideEnd),
    property,
    grown.subarray(insideEnd, linksEnd),
    link,
    grown.subarray(linksEnd),
  ]);
}

describe('HEIC that is turned or mirrored by a property of the file', () => {
  // Rotations are against the clock, in quarters; a mirror with the axis 0 exchanges left and right in libheif.
  const CASES = [
    ['irot', 1, 48, 64, (x: number, y: number) => [63 - y, x]],
    ['irot', 2, 64, 48, (x: number, y: number) => [63 - x, 47 - y]],
    ['irot', 3, 48, 64, (x: number, y: number) => [y, 47 - x]],
    ['imir', 1, 64, 48, (x: number, y: number) => [63 - x, y]],
  ] as const;

  it.each(CASES)('%s %i is upright', async (type, value, width, height, from) => {
    const { facts, rgb } = await decodePicture(withProperty(HEIC, type, value));
    // The orientation is applied already, and must not be applied a second time.
    expect(facts).toMatchObject({ width, height, orientation: 1 });
    for (const [x, y] of [
      [8, 10],
      [40, 12],
      [30, 40],
    ] as const) {
      const at = (y * width + x) * 3;
      const [sx, sy] = from(x, y);
      const [r, g, b] = [sx! * 4, sy! * 5, sx! < 32 ? 128 : 20];
      expect(Math.abs(rgb[at]! - r) + Math.abs(rgb[at + 1]! - g) + Math.abs(rgb[at + 2]! - b)).toBeLessThan(40);
    }
  });
});

describe('HEIC', () => {
  it('of 10 bits is decoded, and its depth is told', async () => {
    const { facts, rgb, width } = await decodePicture(DEEP);
    expect(facts).toMatchObject({ format: 'heif', width: 64, height: 48, channels: 3, depth: 10 });
    const row = 20 * width * 3;
    expect([2, 32, 61].map((x) => Math.round(rgb[row + 3 * x]! / 30))).toEqual([0, 4, 8]);
  });

  it('is decoded', async () => {
    const { facts, rgb, width } = await decodePicture(HEIC);
    expect(facts).toMatchObject({ format: 'heif', width: 64, height: 48, channels: 3, depth: 8, hasAlpha: false });
    for (const [x, y] of [
      [10, 10],
      [50, 40],
    ] as const) {
      const at = (y * width + x) * 3;
      const [r, g, b] = [x * 4, y * 5, x < 32 ? 128 : 20];
      expect(Math.abs(rgb[at]! - r) + Math.abs(rgb[at + 1]! - g) + Math.abs(rgb[at + 2]! - b)).toBeLessThan(30);
    }
    expect(await sharp(await encodePlain(HEIC, 'png')).metadata()).toMatchObject({ width: 64, height: 48 });
  });

  it('a damaged file is named, and the next one is read', async () => {
    await expect(decodePicture(HEIC.subarray(0, 500))).rejects.toMatchObject({ code: 'truncated' });
    await expect(decodePicture(HEIC.subarray(0, 50))).rejects.toMatchObject({ code: 'truncated' });
    expect((await decodePicture(HEIC)).facts.height).toBe(48);
  });
});
