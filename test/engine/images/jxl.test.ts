/** JPEG XL is measured like any other format. The files are made by the encoder of the same package. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { beforeAll, describe, expect, it } from 'vitest';
import { decodePicture } from '../../../src/engine/images/pixels';

interface Encoder {
  encode(rgba: Uint8Array, width: number, height: number, options: object): Uint8Array | null;
}

let encoder: Encoder;
let usual: object;
beforeAll(async () => {
  const wasmBinary = readFileSync(createRequire(import.meta.url).resolve('@jsquash/jxl/codec/enc/jxl_enc.wasm'));
  const library: unknown = await import('@jsquash/jxl/codec/enc/jxl_enc.js');
  const { default: make } = library as { default: (options: object) => Promise<Encoder> };
  encoder = await make({ wasmBinary });
  usual = (await import('@jsquash/jxl/meta.js')).defaultOptions;
});

function rgbaOf(width: number, height: number): Uint8Array {
  return Uint8Array.from({ length: width * height * 4 }, (_, i) => (i % 4 === 3 ? 255 : (i * 5 + (i >> 6)) % 256));
}

function jxl(width: number, height: number, lossless: boolean): Buffer {
  const made = encoder.encode(rgbaOf(width, height), width, height, {
    ...usual,
    lossless,
    quality: lossless ? 100 : 80,
  });
  return Buffer.from(made!);
}

describe('JPEG XL', () => {
  it.each([
    [64, 48],
    [50, 75],
    [200, 100],
    [129, 7],
  ])('without loss, %d × %d', async (width, height) => {
    const { facts, rgb } = await decodePicture(jxl(width, height, true));
    expect(facts).toMatchObject({ format: 'jxl', width, height, depth: 8 });
    const expected = rgbaOf(width, height).filter((_, i) => i % 4 !== 3);
    expect(Buffer.compare(rgb, expected)).toBe(0);
  });

  it('with loss, one after another', async () => {
    for (const side of [40, 300]) expect((await decodePicture(jxl(side, side, false))).facts.width).toBe(side);
  });

  it('a damaged file is named, and the next one is read', async () => {
    const whole = jxl(64, 48, true);
    await expect(decodePicture(whole.subarray(0, whole.length - 40))).rejects.toMatchObject({ code: 'corrupt' });
    await expect(decodePicture(whole.subarray(0, 4))).rejects.toMatchObject({ code: 'truncated' });
    expect((await decodePicture(whole)).facts.height).toBe(48);
  });
});
