/** Samples of more than 8 bits, and TIFF files with bands that no picture has. */
import { describe, expect, it } from 'vitest';
import sharp from 'sharp';
import { decodePicture, encodePicture } from '../../../src/engine/images/pixels';
import { UnreadableImage } from '../../../src/engine/images/refusals';
import { tiff } from '../support/deep-files';

const SIDE = 16;
/** A ramp from `low` to `high`. */
const ramp = (low: number, high: number): number[] =>
  Array.from({ length: SIDE * SIDE }, (_, i) => low + ((high - low) * i) / (SIDE * SIDE - 1));

const png16 = (values: readonly number[]): Promise<Buffer> =>
  sharp(Uint16Array.from(values), { raw: { width: SIDE, height: SIDE, channels: 1 } })
    .toColourspace('grey16')
    .png()
    .toBuffer();

describe('values of more than 8 bits', () => {
  it.each([
    ['8 bits', 255, 255],
    ['10 bits', 1000, 1023],
    ['12 bits', 4080, 4095],
    ['14 bits', 9000, 16_383],
    ['16 bits', 60_000, 65_535],
  ])('%s in a 16-bit PNG are shown on their own scale', async (_, max, high) => {
    const { facts, rgb } = await decodePicture(await png16(ramp(0, max)));
    expect(facts.values).toEqual({ min: 0, max, low: 0, high });
    expect(Math.abs(Math.max(...rgb) - (255 * max) / high)).toBeLessThanOrEqual(1);
    expect(rgb[0]).toBe(0);
  });

  it.each([
    ['0 to 1', 0, 0.9, 0, 1],
    ['−1 to 1', -0.5, 0.9, -1, 1],
    ['0 to 255', 0, 200.5, 0, 255],
    ['any', -1000.5, 3000, -1000.5, 3000],
  ])('floating-point values of %s', async (_, min, max, low, high) => {
    const { facts, rgb } = await decodePicture(tiff(SIDE, SIDE, Float32Array.from(ramp(min, max))));
    expect(facts.values).toMatchObject({ low, high });
    expect(Math.abs(Math.max(...rgb) - (255 * (max - low)) / (high - low))).toBeLessThanOrEqual(1);
    expect(new Set(rgb).size).toBeGreaterThan(50);
  });

  it('a value that is no number is black and does not change the range', async () => {
    const values = Float32Array.from(ramp(0.1, 0.9));
    values[0] = NaN;
    values[1] = Infinity;
    const { facts, rgb } = await decodePicture(tiff(SIDE, SIDE, values));
    expect(facts.values).toMatchObject({ low: 0, high: 1 });
    expect(rgb[0]).toBe(0);
  });

  it('colour of 12 bits and signed values are read, and shown in the detail view as measured', async () => {
    const colour = Uint16Array.from(ramp(0, 4000).flatMap((value) => [value, value / 2, 0]));
    const { facts, rgb } = await decodePicture(tiff(SIDE, SIDE, colour));
    expect(facts).toMatchObject({ channels: 3, values: { high: 4095 } });
    const shown = await sharp(await encodePicture(tiff(SIDE, SIDE, colour))).stats();
    expect(Math.abs(shown.channels[0]!.max - Math.max(...rgb))).toBeLessThan(12);
    const signed = await decodePicture(tiff(SIDE, SIDE, Int16Array.from(ramp(-500, 1500))));
    expect(signed.facts.values).toEqual({ min: -500, max: 1500, low: -500, high: 1500 });
    const wide = await decodePicture(tiff(SIDE, SIDE, Int32Array.from(ramp(0, 70_000))));
    expect(wide.facts.values).toEqual({ min: 0, max: 70_000, low: 0, high: 70_000 });
  });

  it('pictures of 8 bits have no range', async () => {
    const { facts } = await decodePicture(tiff(SIDE, SIDE, Uint8Array.from(ramp(0, 255))));
    expect(facts.values).toBeNull();
  });
});

describe('bands', () => {
  it.each([6, 13])('%i bands are said as such, not as damage', async (bands) => {
    const file = tiff(SIDE, SIDE, new Uint16Array(SIDE * SIDE * bands).fill(900));
    const failure = await decodePicture(file).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(UnreadableImage);
    expect(failure).toMatchObject({ code: 'too-many-bands' });
    expect(String(failure)).toContain(`${bands} bands`);
  });

  it('a fourth band that is not said to be opacity does not hide the picture', async () => {
    const near = Uint16Array.from(ramp(0, 4000).flatMap((value) => [value, value, value, 0]));
    const { facts, rgb } = await decodePicture(tiff(SIDE, SIDE, near));
    expect(facts).toMatchObject({ channels: 4, hasAlpha: false });
    expect(Math.max(...rgb)).toBeGreaterThan(240);
  });

  it('samples of 64 bits are named', async () => {
    const failure = await decodePicture(tiff(SIDE, SIDE, Float64Array.from(ramp(0, 1)))).catch(
      (error: unknown) => error,
    );
    expect(failure).toMatchObject({ code: 'unsupported-format' });
    expect(String(failure)).toContain('64 bits (floating point)');
  });
});
