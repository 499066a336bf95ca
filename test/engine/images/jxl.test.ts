/** JPEG XL is measured like any other format. The files are made by the encoder of the same package. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { beforeAll, describe, expect, it } from 'vitest';
import { decodeApart } from '../../../src/engine/images/decode-threads';
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

  it('many at a time are decoded each as itself, damaged ones between them, and the caller goes on meanwhile', async () => {
    const widths = Array.from({ length: 12 }, (_, i) => 20 + i);
    let turns = 0;
    let ended = false;
    const count = (): void => {
      turns += 1;
      if (!ended) setImmediate(count);
    };
    const whole = jxl(600, 600, true);
    await decodeApart({ decoder: 'jxl', bytes: whole });
    setImmediate(count);
    const picture = decodeApart({ decoder: 'jxl', bytes: whole });
    await picture;
    // Without a thread, nothing else would have had a turn between the call and its answer.
    expect(turns).toBeGreaterThan(0);
    ended = true;
    const answers = await Promise.allSettled(
      widths.map((width, i) => {
        const bytes = jxl(width, 16, true);
        return decodePicture(i % 3 === 2 ? bytes.subarray(0, bytes.length / 2) : bytes);
      }),
    );
    expect(answers.map((answer) => (answer.status === 'fulfilled' ? answer.value.facts.width : null))).toEqual(
      widths.map((width, i) => (i % 3 === 2 ? null : width)),
    );
  });
});
