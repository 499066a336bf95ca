import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  BACKBONE_FILES,
  BACKBONE_FOLDER,
  BACKBONE_OUTPUTS,
  installedBackbone,
  type Backbone,
} from '../../../src/engine/process/backbone';

describe('the place of the backbone', () => {
  let root: string;
  beforeAll(async () => {
    root = await realpath(await mkdtemp(join(tmpdir(), 'plumbline-backbone-')));
  });
  afterAll(() => rm(root, { recursive: true, force: true }));

  it('is found from a folder below, once graph and weights are there; the graph gives the key', async () => {
    const from = join(root, 'out', 'engine');
    const folder = join(root, BACKBONE_FOLDER);
    await mkdir(from, { recursive: true });
    await mkdir(folder, { recursive: true });
    expect(installedBackbone(from)).toBeNull();
    await writeFile(join(folder, BACKBONE_FILES.graph), 'a graph');
    expect(installedBackbone(from)).toBeNull();
    await writeFile(join(folder, BACKBONE_FILES.weights), 'its weights');
    const hash = createHash('sha256').update('a graph').digest('hex');
    expect(installedBackbone(from)).toEqual({
      path: join(folder, BACKBONE_FILES.graph),
      key: `efficientnet-lite0-${hash.slice(0, 8)}`,
      input: 'images',
      outputs: BACKBONE_OUTPUTS,
    });
  });
});

const backbone = installedBackbone();

const SIDE = 90;

/** Two colourful patterns, as float32 images × 3 × side × side. */
function madeUpPictures(): Float32Array {
  const values: number[] = [];
  for (const image of [0, 1])
    for (const channel of [0, 1, 2])
      for (let y = 0; y < SIDE; y++)
        for (let x = 0; x < SIDE; x++) {
          const byte = (x * 7 + y * 3 + ((x * y) % 61) + channel * 90 + image * 50) % 256;
          values.push((byte - 127.5) / 127.5);
        }
  return Float32Array.from(values);
}

interface Golden {
  /** The first four numbers of each image. */
  readonly first: readonly (readonly number[])[];
  readonly sum: readonly number[];
  readonly norm: readonly number[];
}

/** Computed with PyTorch 2.15 in 64 bits, by a forward pass of its own over the same checkpoint. */
const GOLDEN: Readonly<Record<string, Golden>> = {
  final: {
    first: [
      [0, 0, 0.413, 0],
      [0, 0, 0.3095, 0],
    ],
    sum: [673.036, 680.481],
    norm: [45.8075, 46.7861],
  },
  stage4: {
    first: [
      [-3.4337, 3.3319, -10.7539, -3.4617],
      [-2.5844, 1.6958, -12.0734, -3.2036],
    ],
    sum: [-17.861, -28.96],
    norm: [55.7358, 55.6764],
  },
  stage5: {
    first: [
      [5.2582, 8.9422, 2.9767, 4.7954],
      [5.5036, 8.664, 3.6697, 4.2704],
    ],
    sum: [76.972, 73.306],
    norm: [44.4762, 45.427],
  },
  stage6: {
    first: [
      [-4.8397, -2.6732, 1.2527, -9.5481],
      [-3.0892, -2.2729, 2.0623, -11.8682],
    ],
    sum: [113.472, 73.747],
    norm: [90.6182, 91.2926],
  },
};

if (backbone === null)
  it('is not installed: set-up could not fetch it, so its numbers are not tested', () => {
    expect(existsSync(join(BACKBONE_FOLDER, BACKBONE_FILES.graph))).toBe(false);
  });
else describeInstalled(backbone);

function describeInstalled({ path, input, outputs }: Backbone): void {
  describe('the installed backbone', () => {
    let session: InferenceSession;
    beforeAll(async () => {
      session = await InferenceSession.create(path);
    });
    afterAll(() => session.release());

    it('lies with its weights, which are unchanged, and their licence', async () => {
      const folder = dirname(path);
      const weights = await readFile(join(folder, BACKBONE_FILES.weights));
      expect(createHash('sha256').update(weights).digest('hex')).toMatch(/^579344248a93e230/);
      expect(await readFile(join(folder, BACKBONE_FILES.licence), 'utf8')).toContain('Apache License');
    });

    it('gives the numbers of the same network in PyTorch', async () => {
      const results = await session.run({
        [input]: new Tensor('float32', madeUpPictures(), [2, 3, SIDE, SIDE]),
      });
      expect(Object.keys(results).sort()).toEqual(Object.keys(GOLDEN).sort());
      for (const { name, width } of outputs) {
        expect(results[name]?.dims).toEqual([2, width]);
        const data = results[name]!.data as Float32Array;
        for (const image of [0, 1]) {
          const row = [...data.subarray(image * width, (image + 1) * width)];
          const golden = GOLDEN[name]!;
          for (const [index, value] of golden.first[image]!.entries()) expect(row[index]).toBeCloseTo(value, 3);
          expect(row.reduce((sum, value) => sum + value, 0)).toBeCloseTo(golden.sum[image]!, 1);
          expect(Math.hypot(...row)).toBeCloseTo(golden.norm[image]!, 2);
        }
      }
    });
  });
}
