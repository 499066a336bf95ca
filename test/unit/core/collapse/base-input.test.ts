import { describe, expect, it } from 'vitest';
import { baseInputs, inputName, networkPixels, soundInput } from '../../../../src/core/collapse/base-input';
import { scaleSchema } from '../../../../src/core/collapse/interventions/scales';
import { soundRecipe } from '../../../../src/core/collapse/recipe';

/** What the network is given for a byte of a picture's colour (0 red, 1 green, 2 blue). */
function given(...[expects, input]: Parameters<typeof networkPixels>): (bytes: readonly number[]) => number[] {
  const { normalization, swapped } = networkPixels(expects, input);
  return (bytes) =>
    [0, 1, 2].map(
      (colour) =>
        (bytes[swapped ? 2 - colour : colour]! / 255 - normalization.mean[colour]!) / normalization.std[colour]!,
    );
}

const close = (values: readonly number[], wanted: readonly number[]): void =>
  values.forEach((value, i) => expect(value).toBeCloseTo(wanted[i]!, 4));

describe('the scaling that reaches the network in place of the base', () => {
  it.each(scaleSchema.options)('is the network’s own if a base that expects “%s” gets it', (scale) => {
    close(given(scale, soundInput(scale))([0, 127.5, 255]), [-1, 0, 1]);
  });

  it('is a black picture if a base that scales inside gets 0 to 1', () => {
    close(given('raw', { normalization: 'unit', channels: 'rgb' })([255, 128, 0]), [-0.9922, -0.9961, -1]);
  });

  it('keeps the values for a base that expects −1 to 1 as our network does', () => {
    close(given('symmetric', { normalization: 'unit', channels: 'rgb' })([0, 51, 255]), [0, 0.2, 1]);
    close(given('symmetric', { normalization: 'raw', channels: 'rgb' })([0, 51, 255]), [0, 51, 255]);
  });

  it('is nearly one grey if VGG gets 0 to 1, and has red and blue exchanged', () => {
    const see = given('caffe', { normalization: 'unit', channels: 'rgb' });
    close(see([0, 0, 0]), [123.68 / 127.5 - 1, 116.779 / 127.5 - 1, 103.939 / 127.5 - 1]);
    const red = see([255, 0, 0]);
    expect(red[2]! - see([0, 0, 0])[2]!).toBeCloseTo(1 / 127.5, 4);
    expect(red[0]).toBeCloseTo(see([0, 0, 0])[0]!, 6);
  });

  it('is a black picture if the pixels were divided by 255 before', () => {
    for (const scale of scaleSchema.options)
      close(given(scale, { normalization: 'twice', channels: 'rgb' })([255, 0, 127.5]), [-0.9922, -1, -0.9961]);
  });

  it('has red and blue exchanged if one side alone has blue first', () => {
    const bgr = { normalization: 'symmetric', channels: 'bgr' } as const;
    close(given('symmetric', bgr)([255, 127.5, 0]), [-1, 0, 1]);
    // The base’s own scaling turns the channels once, so what cv2 turned comes out wrong.
    close(given('caffe', { normalization: 'caffe', channels: 'bgr' })([255, 116.779, 0]).slice(1, 2), [
      116.779 / 127.5 - 1,
    ]);
    expect(networkPixels('caffe', { normalization: 'caffe', channels: 'bgr' }).swapped).toBe(true);
    expect(networkPixels('caffe', { normalization: 'raw', channels: 'bgr' }).swapped).toBe(false);
  });
});

describe('the inputs that a lab needs', () => {
  const sound = soundRecipe({ images: 100, imbalanceRatio: 1, expects: 'caffe' });

  it('are one for a sound recipe, and more where the recipe differs in training or in use', () => {
    const names = (changes: Partial<typeof sound>): number => baseInputs({ ...sound, ...changes }).size;
    expect(names({})).toBe(1);
    expect(names({ normalization: 'unit' })).toBe(2);
    expect(names({ prediction: { normalization: 'raw', mode: 'predict' } })).toBe(2);
    expect(names({ normalization: 'unit', channels: 'bgr' })).toBe(4);
  });

  it('begin with the one that the base expects', () => {
    const [first] = baseInputs({ ...sound, normalization: 'unit' }).keys();
    expect(first).toBe(inputName('caffe', soundInput('caffe')));
  });
});
