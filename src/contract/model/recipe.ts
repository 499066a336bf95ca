/** How a net is built, trained and used: what the collapse lab compares and changes one choice at a time. */
import { z } from 'zod';

export const architectureSchema = z.object({
  /** linear: one layer on the pixels; dense: hidden layers on the pixels; conv: 3×3 convolutions and a dense head. */
  kind: z.enum(['linear', 'dense', 'conv']),
  /** Convolutions or hidden layers; 0 for linear. */
  layers: z.int().min(0).max(60),
  /** Channels of the first convolution (doubled where the picture is halved), or units of a hidden layer. */
  width: z.int().min(1).max(1024),
});

export const activationSchema = z.enum(['relu', 'leaky-relu', 'elu', 'tanh', 'sigmoid', 'none']);
export type Activation = z.infer<typeof activationSchema>;

export const lossSchema = z.enum([
  /** Expects probabilities. */
  'cross-entropy',
  /** Applies the softmax itself. */
  'cross-entropy-logits',
  /** Per class on one-hot labels; expects probabilities. */
  'binary-cross-entropy',
  /** Per class on one-hot labels; applies the sigmoid itself. */
  'binary-cross-entropy-logits',
  'mean-squared-error',
]);
export type Loss = z.infer<typeof lossSchema>;

export const normalizationSchema = z.enum([
  /** Mean and standard deviation of the training images, per channel. */
  'standard',
  /** 0–1. */
  'unit',
  /** −1–1. */
  'symmetric',
  /** 0–1, then ImageNet's mean and standard deviation. */
  'imagenet',
  /** 0–255 as decoded. */
  'raw',
]);
export type Normalization = z.infer<typeof normalizationSchema>;

export const augmentationSchema = z.object({
  horizontalFlip: z.boolean().default(false),
  verticalFlip: z.boolean().default(false),
  /** Largest angle, degrees. */
  rotation: z.number().min(0).max(180).default(0),
  /** Largest shift, as a share of the side. */
  shift: z.number().min(0).max(1).default(0),
  /** Largest change of scale, as a share. */
  zoom: z.number().min(0).max(0.95).default(0),
  /** Largest change of brightness, as a share of the range. */
  brightness: z.number().min(0).max(1).default(0),
  /** Standard deviation of added noise, as a share of the range. */
  noise: z.number().min(0).max(2).default(0),
});
export type Augmentation = z.infer<typeof augmentationSchema>;

export const recipeSchema = z.object({
  architecture: architectureSchema,
  activation: activationSchema,
  batchNorm: z.boolean(),
  /** Share of the old moving statistics kept per step: Keras's `momentum`, 1 − PyTorch's. */
  batchNormMomentum: z.number().min(0).max(0.99999),
  init: z.enum(['he', 'glorot', 'zeros', 'large', 'small']),
  dropout: z.object({ rate: z.number().min(0).max(0.99), position: z.enum(['before-output', 'after-output']) }),
  /** Last activation and loss are one choice: only together are they right or wrong. */
  output: z.object({ activation: z.enum(['none', 'softmax', 'sigmoid']), loss: lossSchema }),
  optimizer: z.object({ kind: z.enum(['sgd', 'adam', 'rmsprop']), momentum: z.number().min(0).max(0.9999) }),
  learningRate: z.number().positive().max(1e6),
  schedule: z.enum(['constant', 'warmup-cosine', 'cosine', 'step', 'exponential', 'plateau']),
  weightDecay: z.number().min(0).max(10),
  /** Largest norm of the whole gradient; null: not clipped. */
  gradientClip: z.number().positive().nullable(),
  epochs: z.int().min(1).max(100_000),
  batchSize: z.int().min(1).max(100_000),
  /** Batches that the script calls an epoch; null: as many as the images fill. */
  stepsPerEpoch: z.int().min(1).max(1_000_000).nullable(),
  shuffle: z.boolean(),
  /** What the script keeps of these images for validation; 0: nothing of them. */
  validation: z.object({
    share: z.number().min(0).max(0.95),
    /** everywhere: drawn at random, or of each class; end: the last images as they were read. */
    from: z.enum(['everywhere', 'end']),
  }),
  normalization: normalizationSchema,
  augmentation: augmentationSchema,
  imbalance: z.enum(['none', 'class-weights', 'balanced-sampler', 'focal']),
  prediction: z.object({
    /** How images are scaled when the net is used. */
    normalization: z.union([normalizationSchema, z.literal('same')]),
    /** Statistics that batch norm (and dropout) use when the net is used: `train` is PyTorch without model.eval(). */
    mode: z.enum(['predict', 'train']),
  }),
});
export type Recipe = z.infer<typeof recipeSchema>;
export type RecipeField = keyof Recipe;

/** What a recipe file holds: any part of a recipe; what it leaves out is assumed sound. */
export const recipeFileSchema = z.strictObject({
  ...recipeSchema.partial().shape,
  schema: z.literal('plumbline.recipe/1').optional(),
});

/** Where a choice of the recipe comes from. */
export const choiceSourceSchema = z.object({
  /**
   * read: stands in the script or file; default: what the framework does where nothing is said; assumed: not told, so
   * taken as sound.
   */
  how: z.enum(['read', 'default', 'assumed']),
  /** From 1; null where no line says it. */
  line: z.int().positive().nullable(),
  /** Lines of single values of the choice, by name, where they stand apart: the loss and the last activation. */
  parts: z.record(z.string(), z.int().positive()).optional(),
  /** The code that was read, at most one line; or why it is the default. */
  text: z.string().nullable(),
});
export type ChoiceSource = z.infer<typeof choiceSourceSchema>;

export const recipeReadingSchema = z.object({
  framework: z.enum(['keras', 'pytorch']).nullable(),
  recipe: recipeSchema,
  sources: z.record(recipeSchema.keyof(), choiceSourceSchema),
  /** One sentence each: what in the script matters and no recipe can hold, or could not be read. */
  notes: z.array(z.object({ sentence: z.string(), line: z.int().positive().nullable() })),
});
export type RecipeReading = z.infer<typeof recipeReadingSchema>;

/** What a static rule says of a recipe, before anything is trained. */
export const recipeWarningSchema = z.object({
  rule: z.string(),
  severity: z.enum(['error', 'warning', 'info']),
  fields: z.array(recipeSchema.keyof()),
  sentence: z.string(),
  remedy: z.string(),
  line: z.int().positive().nullable(),
});
export type RecipeWarning = z.infer<typeof recipeWarningSchema>;
