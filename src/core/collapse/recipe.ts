import { PlumblineError } from '../../contract/errors';
import {
  recipeFileSchema,
  recipeSchema,
  type ChoiceSource,
  type Recipe,
  type RecipeField,
  type RecipeReading,
} from '../../contract/model/recipe';

/** What of the data decides which recipe is sound for it. */
export interface RecipeSetting {
  /** Training images. */
  readonly images: number;
  /** Largest class over smallest class that has images. */
  readonly imbalanceRatio: number;
  /** Side of the pictures that the net sees, pixels; 32 where it is not known yet. */
  readonly side?: number;
}

/** A net of this kind needs about so many updates before anything can be said of it. */
export const SOUND_STEPS = 400;
const SOUND_BATCH = 32;
/**
 * Small pictures have few places for an edge to be, and few images few batches: half the channels and half the batch
 * learn as well.
 */
const SMALL_SIDE = 20;
const FEW_IMAGES = 500;
/**
 * From here on the sound recipe weights the classes: the threshold of the class-imbalance check for a warning is near.
 */
const WEIGHTED_FROM = 1.5;

export const RECIPE_FIELDS = recipeSchema.keyof().options;

/**
 * Number of weight updates: epochs × batches of the images that are not held back, the last batch of an epoch may be
 * smaller.
 */
export function updateSteps(
  {
    epochs,
    batchSize,
    stepsPerEpoch,
    validation,
  }: Pick<Recipe, 'epochs' | 'batchSize' | 'stepsPerEpoch' | 'validation'>,
  images: number,
): number {
  return (
    epochs * (stepsPerEpoch ?? Math.max(1, Math.ceil((images - Math.floor(images * validation.share)) / batchSize)))
  );
}

/**
 * The recipe that ought to learn whatever can be learned; the lab proves on the data that it does before it blames
 * another.
 */
export function soundRecipe({ images, imbalanceRatio, side = 32 }: RecipeSetting): Recipe {
  const batchSize = images < FEW_IMAGES ? SOUND_BATCH / 2 : SOUND_BATCH;
  return {
    architecture: { kind: 'conv', layers: 3, width: side <= SMALL_SIDE ? 8 : 16 },
    activation: 'relu',
    batchNorm: true,
    batchNormMomentum: 0.9,
    init: 'he',
    dropout: { rate: 0, position: 'before-output' },
    output: { activation: 'none', loss: 'cross-entropy-logits' },
    optimizer: { kind: 'adam', momentum: 0.9 },
    learningRate: 2e-3,
    schedule: 'warmup-cosine',
    weightDecay: 0,
    gradientClip: null,
    epochs: Math.max(1, Math.ceil(SOUND_STEPS / Math.max(1, Math.ceil(images / batchSize)))),
    batchSize,
    stepsPerEpoch: null,
    shuffle: true,
    validation: { share: 0, from: 'everywhere' },
    normalization: 'standard',
    augmentation: {
      horizontalFlip: false,
      verticalFlip: false,
      rotation: 0,
      shift: 0,
      zoom: 0,
      brightness: 0,
      noise: 0,
    },
    imbalance: imbalanceRatio >= WEIGHTED_FROM ? 'class-weights' : 'none',
    prediction: { normalization: 'same', mode: 'predict' },
  };
}

/**
 * The learning rate that an optimizer stands on a small net: the middle of the customary range. With momentum m a plain
 * gradient counts
 * 1/(1 − m) times.
 */
export function customaryRate({ kind, momentum }: Recipe['optimizer']): number {
  if (kind === 'adam') return 2e-3;
  if (kind === 'rmsprop') return 1e-3;
  return 0.1 * (1 - momentum);
}

/** A reading in which each field that was not given is assumed sound. */
export function completeReading(
  given: Partial<Recipe>,
  sources: Partial<Record<RecipeField, ChoiceSource>>,
  sound: Recipe,
  rest: Pick<RecipeReading, 'framework' | 'notes'>,
): RecipeReading {
  const assumed: ChoiceSource = { how: 'assumed', line: null, text: null };
  const all = Object.fromEntries(RECIPE_FIELDS.map((field) => [field, sources[field] ?? assumed]));
  return { ...rest, recipe: { ...sound, ...given }, sources: all as RecipeReading['sources'] };
}

/**
 * Reads a recipe file; what it leaves out is assumed sound.
 * @param json the parsed file
 * @throws PlumblineError `bad-recipe` naming the first field that is wrong
 */
export function readRecipeFile(json: unknown, sound: Recipe): RecipeReading {
  const parsed = recipeFileSchema.safeParse(json);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const where = issue && issue.path.length > 0 ? `“${issue.path.join('.')}” in the recipe` : 'The recipe';
    throw new PlumblineError('bad-recipe', `${where} cannot be read: ${issue?.message ?? 'it is no recipe'}.`);
  }
  const given = Object.fromEntries(
    RECIPE_FIELDS.flatMap((field) => (parsed.data[field] === undefined ? [] : [[field, parsed.data[field]]])),
  );
  const sources = Object.fromEntries(
    Object.entries(given).map(([field, value]) => [
      field,
      { how: 'read' as const, line: null, text: JSON.stringify(value) },
    ]),
  );
  return completeReading(given, sources, sound, { framework: null, notes: [] });
}
