import { describe, expect, it } from 'vitest';
import { type NetworkPort, readInput } from '../../../../src/core/backbone/input';
import { isClassifier, pooledRows, usableOutputs } from '../../../../src/core/backbone/output';
import { distinctRows, samplePictures } from '../../../../src/core/backbone/trial';

const images = (dims: NetworkPort['dims'], type = 'float32'): NetworkPort => ({ name: 'pixel_values', type, dims });
const ids: NetworkPort = { name: 'input_ids', type: 'int64', dims: [null, null] };

describe('the input of a network', () => {
  it.each([
    [[null, 3, 224, 224], { layout: 'nchw', batch: null }, 224],
    [[1, 3, null, null], { layout: 'nchw', batch: 1 }, null],
    [[null, 224, 224, 3], { layout: 'nhwc', batch: null }, 224],
    [[null, null, null, null], { layout: 'nchw', batch: null }, null],
    [[null, null, null, 3], { layout: 'nhwc', batch: null }, null],
    [[null, null, 384, 384], { layout: 'nchw', batch: null }, 384],
  ] as const)('of dimensions %o', (dims, input, side) => {
    const found = readInput([images(dims)]);
    expect(found).toMatchObject({ input: { name: 'pixel_values', type: 'float32', ...input }, side });
  });

  it.each([
    [[ids, { ...ids, name: 'attention_mask' }], 'It takes text and no images'],
    [[images([null, 3, 224, 224]), ids], 'It takes text as well as images (input “input_ids”)'],
    [[images([null, 4, 64, 64]), { name: 'timestep', type: 'int64', dims: [1] }], 'does not take colour pictures'],
    [[images([null, 1, 28, 28])], 'does not take colour pictures'],
    [[images([null, 3, 224, 168])], 'It takes pictures of 168 × 224 pixels, and only square ones'],
    [[images([null, 3, 2048, 2048])], 'sides from 8 to 1,024'],
    [[images([null, 3, 224, 224], 'int8')], 'takes int8: export it with'],
    [[{ name: 'x', type: 'float32', dims: [null, 768] }], 'It has no input for images'],
  ] as const)('is refused: %o', (ports, words) => {
    expect(readInput(ports)).toContain(words);
  });
});

describe('the output of a network', () => {
  const best = (answers: readonly (readonly [string, readonly number[]])[], side = 224, names: string[] = []) => {
    const found = usableOutputs(
      answers.map(([name, dims]) => ({ name, dims })),
      [...answers.map(([name]) => name), ...names],
      4,
      side,
    );
    return typeof found === 'string' ? found : found[0];
  };

  it.each([
    [
      [
        ['last_hidden_state', [4, 257, 384]],
        ['pooler_output', [4, 384]],
      ],
      'pooler_output',
      'row',
      384,
    ],
    [
      [
        ['last_hidden_state', [4, 50, 768]],
        ['image_embeds', [4, 512]],
      ],
      'image_embeds',
      'row',
      512,
    ],
    [[['last_hidden_state', [4, 257, 384]]], 'last_hidden_state', 'first-token', 384],
    [[['last_hidden_state', [4, 261, 384]]], 'last_hidden_state', 'first-token', 384],
    [[['last_hidden_state', [4, 196, 768]]], 'last_hidden_state', 'mean-of-tokens', 768],
    [[['1190', [4, 2048, 7, 7]]], '1190', 'mean-of-positions', 2048],
    [[['out', [4, 7, 7, 1280]]], 'out', 'mean-of-positions', 1280],
    [[['out', [4, 1280, 1, 1]]], 'out', 'row', 1280],
    [
      [
        ['logits', [4, 1000]],
        ['hidden', [4, 768]],
      ],
      'hidden',
      'row',
      768,
    ],
  ] as const)('of %o is %s', (answers, name, pooling, width) => {
    expect(best(answers)).toEqual({ name, pooling, width });
  });

  it.each([
    [[['output0', [4, 84, 8400]]], 640, 'It finds objects in pictures (output “output0”)'],
    [[['output0', [4, 22, 1029]]], 224, 'It finds objects'],
    [
      [
        ['logits', [4, 100, 92]],
        ['pred_boxes', [4, 100, 4]],
      ],
      800,
      'It finds objects in pictures (output “pred_boxes”)',
    ],
    [[['predicted_depth', [4, 518, 518]]], 518, 'shape 4 × 518 × 518'],
    [[['image', [4, 3, 448, 448]]], 224, 'shape 4 × 3 × 448 × 448'],
    [[['latent', [4, 4, 28, 28]]], 224, 'shape 4 × 4 × 28 × 28'],
    [[['score', [4, 1]]], 224, 'It puts out a single number'],
    [[['flat', [4, 150_528]]], 224, 'It puts out 150,528 numbers'],
  ] as const)('of %o is refused', (answers, side, words) => {
    expect(best(answers, side)).toContain(words);
  });

  it('is the scores of a classifier by its name or its 1,000 numbers', () => {
    expect(isClassifier({ name: 'output', width: 1000, pooling: 'row' })).toBe(true);
    expect(isClassifier({ name: 'logits', width: 10, pooling: 'row' })).toBe(true);
    expect(isClassifier({ name: 'pooler_output', width: 768, pooling: 'row' })).toBe(false);
  });

  it('is pooled by token, by position and by row', () => {
    const values = Float32Array.from({ length: 2 * 4 * 3 }, (_, i) => i);
    const rows = (
      dims: readonly number[],
      pooling: 'row' | 'first-token' | 'mean-of-tokens' | 'mean-of-positions',
      width: number,
    ) => [...pooledRows(values, dims, { name: 'y', width, pooling }, 2)];
    expect(rows([2, 4, 3], 'first-token', 3)).toEqual([0, 1, 2, 12, 13, 14]);
    expect(rows([2, 4, 3], 'mean-of-tokens', 3)).toEqual([4.5, 5.5, 6.5, 16.5, 17.5, 18.5]);
    expect(rows([2, 3, 2, 2], 'mean-of-positions', 3)).toEqual([1.5, 5.5, 9.5, 13.5, 17.5, 21.5]);
    expect(rows([2, 2, 2, 3], 'mean-of-positions', 3)).toEqual([4.5, 5.5, 6.5, 16.5, 17.5, 18.5]);
    expect(rows([2, 12], 'row', 12)).toEqual([...values]);
  });
});

describe('rows of made-up pictures', () => {
  it('tell them apart, or not', () => {
    const pictures = samplePictures(4, 16);
    expect(distinctRows(Float32Array.from(pictures), 4)).toBeNull();
    expect(distinctRows(new Float32Array(40).fill(3), 4)).toContain('the same numbers for different pictures');
    expect(distinctRows(new Float32Array(40), 4)).toContain('the same numbers');
    expect(distinctRows(Float32Array.of(1, 2, NaN, 4), 4)).toContain('NaN or infinity');
  });
});
