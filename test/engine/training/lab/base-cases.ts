/** Faults of recipes with a pretrained base, trained on what the built-in network gives for made-up pictures. */
import { baseInputs, networkPixels, type BaseInput } from '../../../../src/core/collapse/base-input';
import type { Recipe } from '../../../../src/core/collapse/interventions/index';
import { soundBeside, soundRecipe } from '../../../../src/core/collapse/recipe';
import { type Backbone, installedBackbone } from '../../../../src/engine/process/backbone';
import { openEncoder } from '../../../../src/engine/training/backbone/encoder';
import type { LabData } from '../../../../src/engine/training/lab/data';
import type { LabCase } from './cases';
import * as worlds from './worlds';

const SIDE = 96;
const AT_ONCE = 16;

const backbone = installedBackbone();

/** The pictures enlarged, in shades of brown. */
function enlarged({ pixels, side, labels }: LabData): Uint8Array {
  const out = new Uint8Array(labels.length * SIDE * SIDE * 3);
  for (let image = 0; image < labels.length; image++)
    for (let y = 0; y < SIDE; y++)
      for (let x = 0; x < SIDE; x++) {
        const from = Math.floor((y * side) / SIDE) * side + Math.floor((x * side) / SIDE);
        const value = pixels[image * side * side + from]!;
        for (const [channel, share] of [1, 0.8, 0.6].entries())
          out[((image * SIDE + y) * SIDE + x) * 3 + channel] = value * share;
      }
  return out;
}

async function featuresOf(
  { path, input, outputs }: Backbone,
  rgb: Uint8Array,
  expects: Recipe['baseScale'],
  given: BaseInput,
): Promise<Float32Array> {
  const encoder = await openEncoder({
    path,
    sha256: null,
    input: { name: input, layout: 'nchw', type: 'float32', batch: null },
    ...networkPixels(expects, given),
    outputs: [{ ...outputs[0]!, pooling: 'row' }],
  });
  try {
    const size = SIDE * SIDE * 3;
    const parts: number[] = [];
    for (let from = 0; from < rgb.length; from += AT_ONCE * size) {
      const some = rgb.subarray(from, from + AT_ONCE * size);
      parts.push(...(await encoder.run(some, some.length / size, SIDE)));
    }
    return Float32Array.from(parts);
  } finally {
    await encoder.dispose();
  }
}

const PICTURES = worlds.textures(worlds.even(4, 40, 30));

type Spec = Omit<LabCase, 'data' | 'recipe' | 'yardstick' | 'soundSteps'> & { readonly recipe: Partial<Recipe> };

export const BASE_SPECS: readonly Spec[] = [
  {
    id: 'v1',
    title: 'a base that scales inside gets 0–1',
    recipe: { base: 'frozen', baseScale: 'raw', normalization: 'unit', schedule: 'constant' },
    outcome: 'cause-found',
    causes: [['normalization']],
    harmless: ['schedule'],
  },
  {
    id: 'v2',
    title: 'pixels scaled twice before a base',
    recipe: { base: 'frozen', baseScale: 'imagenet', normalization: 'twice' },
    outcome: 'cause-found',
    causes: [['normalization']],
  },
  {
    id: 'v3',
    title: 'a base that expects −1 to 1 gets 0–255 only when predicting',
    recipe: { base: 'frozen', baseScale: 'symmetric', prediction: { normalization: 'raw', mode: 'predict' } },
    outcome: 'cause-found',
    causes: [['prediction-normalization']],
  },
  {
    id: 'v4',
    title: 'new layers on a base, learning rate 1e-7',
    recipe: { base: 'frozen', baseScale: 'caffe', learningRate: 1e-7 },
    outcome: 'cause-found',
    causes: [['learning-rate']],
  },
  {
    id: 'v5',
    title: 'a sound recipe with a base, a hidden layer and dropout',
    recipe: {
      base: 'frozen',
      baseScale: 'caffe',
      architecture: { kind: 'dense', layers: 1, width: 64 },
      dropout: { rate: 0.5, position: 'before-output' },
      schedule: 'constant',
      learningRate: 1e-3,
    },
    outcome: 'no-collapse',
    causes: [],
  },
];

async function caseOf(network: Backbone, rgb: Uint8Array, spec: Spec): Promise<LabCase> {
  const sound = soundBeside(soundRecipe({ images: PICTURES.training.length, imbalanceRatio: 1 }), spec.recipe);
  const recipe: Recipe = { ...sound, ...spec.recipe };
  const features = new Map<string, Float32Array>();
  for (const [name, input] of baseInputs(recipe))
    features.set(name, await featuresOf(network, rgb, recipe.baseScale, input));
  const data: LabData = {
    ...PICTURES,
    side: 1,
    channels: network.outputs[0]!.width,
    pixels: new Uint8Array(0),
    features,
  };
  return { ...spec, recipe, data, yardstick: 0.97, soundSteps: 150 };
}

/** The cases, and their features; none where the network is not installed. */
export async function baseCases(): Promise<LabCase[]> {
  if (backbone === null) return [];
  const rgb = enlarged(PICTURES);
  const made: LabCase[] = [];
  for (const spec of BASE_SPECS) made.push(await caseOf(backbone, rgb, spec));
  return made;
}
