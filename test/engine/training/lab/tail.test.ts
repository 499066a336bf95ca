/** The part of the pretrained network that the lab trains. */
import './environment';
import { describe, expect, it } from 'vitest';
import { inputName, soundInput } from '../../../../src/core/collapse/base-input';
import type { Configuration, Recipe } from '../../../../src/core/collapse/interventions/index';
import { soundBeside, soundRecipe } from '../../../../src/core/collapse/recipe';
import { gaussian, seededRandom } from '../../../../src/core/statistics/random';
import { BACKBONE_CUT, installedBackbone, type Backbone } from '../../../../src/engine/process/backbone';
import { loadBase } from '../../../../src/engine/training/lab/base';
import type { LabData } from '../../../../src/engine/training/lab/data';
import { readTail, tailFeatures, type TailWeights } from '../../../../src/engine/training/lab/tail';
import { train } from '../../../../src/engine/training/lab/training';
import { openNetwork } from '../../../../src/engine/training/models/onnx';

const { name: cut, channels, stride } = BACKBONE_CUT;
const IMAGES = 24;
const INPUT = inputName('symmetric', soundInput('symmetric'));

/** Images × 3 × side × side: stripes that lie or stand, of any phase, in noise. */
function stripes(images: number, side: number): Float32Array {
  const random = seededRandom(4);
  const phases = Array.from({ length: images }, () => 6 * random());
  return Float32Array.from({ length: images * 3 * side * side }, (_, i) => {
    const image = Math.floor(i / (3 * side * side));
    const along = image % 2 === 0 ? i % side : Math.floor(i / side) % side;
    return 0.6 * Math.sin(along + phases[image]!) + 0.3 * gaussian(random);
  });
}

/** What the network gives for stripes at the cut, as it is and with the channels last, and at its end. */
async function answersFor(
  { path, input }: Backbone,
  images: number,
  side: number,
): Promise<{ raw: Float32Array; maps: Float32Array; final: ArrayLike<number> }> {
  const network = await openNetwork(path, cut);
  try {
    const pixels = stripes(images, side);
    const answers = await network.run(
      { name: input, type: 'float32' },
      pixels,
      [images, 3, side, side],
      [cut, 'final'],
    );
    const [{ values, dims }, final] = [answers.get(cut)!, answers.get('final')!];
    const positions = (side / stride) ** 2;
    expect(dims).toEqual([images, channels, side / stride, side / stride]);
    const maps = Float32Array.from({ length: values.length }, (_, i) => {
      const [image, rest] = [Math.floor(i / (positions * channels)), i % (positions * channels)];
      const at = (rest % channels) * positions + Math.floor(rest / channels);
      return values[image * positions * channels + at]!;
    });
    return { raw: Float32Array.from(values), maps, final: final.values };
  } finally {
    await network.dispose();
  }
}

function dataOf(weights: TailWeights, maps: Float32Array): LabData {
  const all = Array.from({ length: IMAGES }, (_, i) => i);
  return {
    classes: 2,
    side: 1,
    channels: 1280,
    pixels: new Uint8Array(0),
    labels: all.map((i) => i % 2),
    training: all.slice(0, 16),
    validation: all.slice(16),
    leaked: [],
    faulty: {},
    features: new Map([[INPUT, tailFeatures(weights, maps, 1, channels)]]),
    tuning: { weights, maps: new Map([[INPUT, maps]]), side: 1, channels },
  };
}

const backbone = installedBackbone();

if (backbone === null) it('is not tested: the network is not installed', () => expect(backbone).toBeNull());
else describeTail(backbone);

function describeTail(installed: Backbone): void {
  const { path } = installed;
  describe('the last part of the network', () => {
    const weights = readTail(path);

    it('gives what the whole network gives', async () => {
      const { maps, final } = await answersFor(installed, 2, 3 * stride);
      const features = tailFeatures(weights, maps, 3, channels);
      expect(features).toHaveLength(final.length);
      const largest = Math.max(...Array.from(final));
      expect(largest).toBeGreaterThan(0.5);
      features.forEach((value, i) => expect(Math.abs(value - final[i]!)).toBeLessThan(1e-3 * largest));
    });

    it('gets the maps that the engine sends, and computes the features of the frozen network from them', async () => {
      const [images, side] = [3, 2];
      const { raw, maps } = await answersFor(installed, images, side * stride);
      const size = raw.length / images;
      const rows = Array.from({ length: images }, (_, i) => [i, -i, ...raw.subarray(i * size, (i + 1) * size)]);
      const base = (await loadBase(
        {
          labels: new Int32Array(images),
          base: {
            layers: [{ name: 'final', width: 2 }],
            inputs: [INPUT],
            width: 2,
            tuned: { path, channels, side },
          },
        },
        {
          embeddings: (indices) => Promise.resolve(Float32Array.from([...indices].flatMap((i) => rows[i]!))),
          signal: new AbortController().signal,
        },
      ))!;
      expect(base.tuning).toMatchObject({ side, channels });
      expect(base.tuning!.maps.get(INPUT)).toEqual(maps);
      expect(base.features.get(INPUT)).toEqual(tailFeatures(weights, maps, side, channels));
      expect([...base.described(Int32Array.of(2, 1))]).toEqual([2, -2, 1, -1]);
    });

    it('says which weights another file lacks', () => {
      expect(() => readTail(path.replace('efficientnet-lite0.onnx', 'LICENSE'))).toThrow();
    });

    it('learns at a small rate, is destroyed at a huge one, and is left alone where the recipe freezes it', async () => {
      const data = dataOf(weights, (await answersFor(installed, IMAGES, stride)).maps);
      const sound = soundBeside(soundRecipe({ images: 16, imbalanceRatio: 1 }), {
        base: 'frozen',
        baseScale: 'symmetric',
      });
      const lossesOf = async (part: Partial<Recipe>): Promise<number[]> => {
        const recipe: Recipe = { ...sound, schedule: 'constant', batchSize: 16, ...part };
        const configuration: Configuration = { recipe, steps: 6, kept: {} };
        const trained = await train(data, {
          configuration,
          seed: 1,
          images: data.training,
          signal: new AbortController().signal,
        });
        trained.dispose();
        return trained.traces.map(({ loss }) => loss ?? Infinity);
      };
      const tuned = await lossesOf({ base: 'last-blocks', learningRate: 1e-4 });
      const frozen = await lossesOf({ base: 'frozen', learningRate: 1e-4 });
      const wild = await lossesOf({ base: 'whole', learningRate: 1 });
      expect(tuned[0]).toBeCloseTo(frozen[0]!, 3);
      expect(tuned.at(-1)).toBeLessThan(frozen.at(-1)!);
      expect(wild.at(-1)).toBeGreaterThan(2 * wild[0]!);
    });
  });
}
