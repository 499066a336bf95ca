import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import protobuf from 'protobufjs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { backboneModel, storageOrder, type StoredTensor } from '../../scripts/backbone/graph';
import { encodeModel, type Model } from '../../scripts/backbone/onnx';
import { BACKBONE_FILES, BACKBONE_OUTPUTS } from '../../src/engine/process/backbone';

/** Of each block: channels in, inside and out, and the side of its kernel. */
const BLOCKS: readonly (readonly [number, number, number, number])[] = [
  [32, 32, 16, 3],
  [16, 96, 24, 3],
  [24, 144, 24, 3],
  [24, 144, 40, 5],
  [40, 240, 40, 5],
  [40, 240, 80, 3],
  [80, 480, 80, 3],
  [80, 480, 80, 3],
  [80, 480, 112, 5],
  [112, 672, 112, 5],
  [112, 672, 112, 5],
  [112, 672, 192, 5],
  [192, 1152, 192, 5],
  [192, 1152, 192, 5],
  [192, 1152, 192, 5],
  [192, 1152, 320, 3],
];

const START = 128;

/** A checkpoint in which the axes of a convolution are in TensorFlow's order: height, width, then channels. */
class Checkpoint {
  readonly tensors: StoredTensor[] = [];
  readonly values: number[] = [];

  norm(name: string, channels: number): void {
    for (const part of ['weight', 'bias', 'running_mean', 'running_var'])
      this.#add(`${name}.${part}`, [channels], [1], (index) => (part === 'bias' ? biasOf(name, index) : 0));
  }

  convolution(name: string, outputs: number, inputs: number, kernel: number): void {
    const strides = [1, outputs, kernel * inputs * outputs, inputs * outputs];
    this.#add(`${name}.weight`, [outputs, inputs, kernel, kernel], strides, () => 0.01);
  }

  bytes(): Buffer {
    return Buffer.concat([Buffer.alloc(START), Buffer.from(Float32Array.from(this.values).buffer)]);
  }

  #add(name: string, shape: number[], strides: number[], value: (index: number) => number): void {
    this.tensors.push({ name, shape, strides, offset: START + 4 * this.values.length });
    const size = shape.reduce((product, one) => product * one, 1);
    for (let index = 0; index < size; index++) this.values.push(value(index));
  }
}

/** Different for each channel and each layer; the same number in 32 bits. */
function biasOf(layer: string, channel: number): number {
  const block = Number(/_blocks\.(\d+)/.exec(layer)?.[1] ?? 16);
  return block / 4 + (channel % 64) / 16 - 2;
}

function madeUpCheckpoint(): Checkpoint {
  const checkpoint = new Checkpoint();
  checkpoint.convolution('_conv_stem', 32, 3, 3);
  checkpoint.norm('_bn0', 32);
  for (const [block, [inputs, inside, outputs, kernel]] of BLOCKS.entries()) {
    const name = `_blocks.${block}`;
    if (inside !== inputs) {
      checkpoint.convolution(`${name}._expand_conv`, inside, inputs, 1);
      checkpoint.norm(`${name}._bn0`, inside);
    }
    checkpoint.convolution(`${name}._depthwise_conv`, inside, 1, kernel);
    checkpoint.norm(`${name}._bn1`, inside);
    checkpoint.convolution(`${name}._project_conv`, outputs, inside, 1);
    checkpoint.norm(`${name}._bn2`, outputs);
  }
  checkpoint.convolution('_conv_head', 1280, 320, 1);
  checkpoint.norm('_bn1', 1280);
  return checkpoint;
}

const checkpoint = madeUpCheckpoint();
const written = encodeModel(backboneModel(checkpoint.tensors, 'hash of the weights'));

describe('the ONNX file of the backbone, read again', () => {
  const type = protobuf.loadSync('scripts/backbone/onnx.proto').lookupType('onnx.ModelProto');
  const model = type.toObject(type.decode(written), { longs: Number, arrays: true, enums: String }) as Model;

  it('names each tensor that it uses by its place in the checkpoint, and only once', () => {
    const external = model.graph.initializer.filter(({ dataLocation }) => dataLocation === 'EXTERNAL');
    expect(external).toHaveLength(checkpoint.tensors.length);
    for (const { name, shape, offset } of checkpoint.tensors) {
      const [tensor] = external.filter((one) => one.name.replace('/stored', '') === name);
      const size = shape.reduce((product, one) => product * one, 1);
      expect(Object.fromEntries(tensor!.externalData!.map(({ key, value }) => [key, value]))).toEqual({
        location: BACKBONE_FILES.weights,
        offset: String(offset),
        length: String(4 * size),
      });
    }
  });

  it('turns the weights of a convolution into the order of ONNX', () => {
    const stored = model.graph.initializer.find(({ name }) => name === '_conv_stem.weight/stored');
    expect(stored?.dims).toEqual([3, 3, 3, 32]);
    const turn = model.graph.node.find(({ name }) => name === '_conv_stem.weight');
    expect(turn?.opType).toBe('Transpose');
    expect(turn?.attribute[0]?.ints).toEqual([3, 2, 0, 1]);
  });

  it('has one normalization for each convolution, and adds where a block keeps its shape', () => {
    const count = (opType: string): number => model.graph.node.filter((node) => node.opType === opType).length;
    expect(count('Conv')).toBe(49);
    expect(count('BatchNormalization')).toBe(49);
    expect(count('Clip')).toBe(33);
    expect(count('Add')).toBe(9);
  });

  it('says of which weights it is', () => {
    expect(model.metadataProps).toEqual([{ key: 'weights-sha256', value: 'hash of the weights' }]);
  });
});

describe('the backbone with made-up weights', () => {
  let folder: string;
  let session: InferenceSession;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'plumbline-backbone-'));
    const graph = join(folder, BACKBONE_FILES.graph);
    await writeFile(graph, written);
    await writeFile(join(folder, BACKBONE_FILES.weights), checkpoint.bytes());
    session = await InferenceSession.create(graph, { graphOptimizationLevel: 'disabled' });
  });
  afterAll(async () => {
    await session.release();
    await rm(folder, { recursive: true, force: true });
  });

  /** All scales are 0, so each layer returns its biases for every picture. */
  it.each([1, 3])('gives for each of %i images the biases of the layers', async (images) => {
    const results = await session.run({
      images: new Tensor('float32', new Float32Array(images * 3 * 32 * 32), [images, 3, 32, 32]),
    });
    const sumOf = (blocks: readonly number[]) => (channel: number) =>
      blocks.reduce((sum, block) => sum + biasOf(`_blocks.${block}._bn2`, channel), 0);
    const expected: Readonly<Record<string, (channel: number) => number>> = {
      final: (channel) => Math.min(6, Math.max(0, biasOf('_bn1', channel))),
      stage4: sumOf([5, 6, 7]),
      stage5: sumOf([8, 9, 10]),
      stage6: sumOf([11, 12, 13, 14]),
    };
    for (const { name, width } of BACKBONE_OUTPUTS) {
      expect(results[name]?.dims).toEqual([images, width]);
      const one = Array.from({ length: width }, (_, channel) => expected[name]!(channel));
      const all = Array.from({ length: images }, () => one).flat();
      expect([...(results[name]!.data as Float32Array)]).toEqual(all);
    }
  });
});

describe('a checkpoint that does not fit', () => {
  it('is refused if a tensor is missing or has another shape', () => {
    const without = checkpoint.tensors.filter(({ name }) => name !== '_bn1.bias');
    expect(() => backboneModel(without, '')).toThrow('the checkpoint has no _bn1.bias');
    const other = checkpoint.tensors.map((one) => (one.name === '_bn1.bias' ? { ...one, shape: [1281] } : one));
    expect(() => backboneModel(other, '')).toThrow('_bn1.bias has the shape 1281, not 1280');
  });

  it('is refused if a tensor is stored with gaps', () => {
    const tensor = { name: 'a', shape: [2, 3], offset: 0 };
    expect(storageOrder({ ...tensor, strides: [3, 1] })).toEqual([0, 1]);
    expect(storageOrder({ ...tensor, strides: [1, 2] })).toEqual([1, 0]);
    expect(() => storageOrder({ ...tensor, strides: [4, 1] })).toThrow('a is not stored in one piece');
  });
});
