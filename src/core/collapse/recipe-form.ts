/** A recipe as a form: what can be entered follows from the schema, so that nothing can be entered that it refuses. */
import { recipeSchema, type Recipe, type RecipeField } from '../../contract/model/recipe';
import {
  ACTIVATION_NAMES,
  IMBALANCE_NAMES,
  INIT_NAMES,
  LOSS_NAMES,
  MODE_NAMES,
  NORMALIZATION_NAMES,
  OPTIMIZER_NAMES,
  PREDICTION_NORMALIZATION_NAMES,
  SCHEDULE_NAMES,
  VALIDATION_NAMES,
} from './recipe-words';

/** One value of a recipe: a field, or a part of one as `field.part`. */
type Paths<T> = {
  [K in keyof T & string]: NonNullable<T[K]> extends object ? `${K}.${keyof NonNullable<T[K]> & string}` : K;
}[keyof T & string];
export type RecipePath = Paths<Recipe>;

export interface RecipeInput {
  readonly path: RecipePath;
  /** The field that it belongs to: its source, and what a warning names. */
  readonly field: RecipeField;
  readonly title: string;
  readonly kind: 'choice' | 'switch' | 'number';
  /** `choice` only. */
  readonly options: readonly { readonly value: string; readonly label: string }[];
  /** `number` only; null: no bound. A bound that is `above` is itself refused. */
  readonly least: number | null;
  readonly above: number | null;
  readonly most: number | null;
  readonly whole: boolean;
  /** Whether nothing may be entered (null). */
  readonly optional: boolean;
}

export interface RecipeGroup {
  readonly title: string;
  readonly inputs: readonly RecipeInput[];
}

const TITLES: Record<RecipePath, string> = {
  'architecture.kind': 'Kind of net',
  'architecture.layers': 'Convolutions or hidden layers',
  'architecture.width': 'Channels or units of the first layer',
  activation: 'Hidden activation',
  batchNorm: 'Batch norm',
  batchNormMomentum: 'Batch norm: share of old statistics kept',
  init: 'Initialization',
  'dropout.rate': 'Dropout',
  'dropout.position': 'Dropout stands',
  'output.activation': 'Last activation',
  'output.loss': 'Loss',
  'optimizer.kind': 'Optimizer',
  'optimizer.momentum': 'Momentum (SGD)',
  learningRate: 'Learning rate',
  schedule: 'Learning-rate schedule',
  weightDecay: 'Weight decay',
  gradientClip: 'Gradient norm at most',
  epochs: 'Epochs',
  batchSize: 'Batch size',
  stepsPerEpoch: 'Batches an epoch, if not all',
  shuffle: 'Shuffle',
  'validation.share': 'Held back for validation, share',
  'validation.from': 'Held back are',
  normalization: 'Input normalization',
  'augmentation.horizontalFlip': 'Horizontal flips',
  'augmentation.verticalFlip': 'Vertical flips',
  'augmentation.rotation': 'Rotation up to, degrees',
  'augmentation.shift': 'Shift up to, share of the side',
  'augmentation.zoom': 'Zoom up to, share',
  'augmentation.brightness': 'Brightness change up to, share',
  'augmentation.noise': 'Noise, deviation as a share',
  imbalance: 'Against class imbalance',
  'prediction.normalization': 'Normalization when predicting',
  'prediction.mode': 'Mode when predicting',
};

/** Values that are not plain words by themselves. */
const WORDS: Partial<Record<RecipePath, Readonly<Record<string, string>>>> = {
  'architecture.kind': { linear: 'linear, one layer', dense: 'dense', conv: 'convolutional' },
  activation: ACTIVATION_NAMES,
  init: INIT_NAMES,
  'dropout.position': { 'before-output': 'before the last layer', 'after-output': 'after the last activation' },
  'output.loss': LOSS_NAMES,
  'optimizer.kind': OPTIMIZER_NAMES,
  schedule: SCHEDULE_NAMES,
  'validation.from': VALIDATION_NAMES,
  normalization: NORMALIZATION_NAMES,
  imbalance: IMBALANCE_NAMES,
  'prediction.normalization': PREDICTION_NORMALIZATION_NAMES,
  'prediction.mode': MODE_NAMES,
};

const GROUPS: readonly { readonly title: string; readonly fields: readonly RecipeField[] }[] = [
  { title: 'Net', fields: ['architecture', 'activation', 'init'] },
  { title: 'Last layer and loss', fields: ['output'] },
  { title: 'Optimization', fields: ['optimizer', 'learningRate', 'schedule', 'gradientClip'] },
  {
    title: 'Data feeding',
    fields: ['epochs', 'batchSize', 'stepsPerEpoch', 'shuffle', 'validation', 'normalization', 'imbalance'],
  },
  { title: 'Augmentation', fields: ['augmentation'] },
  { title: 'Regularization', fields: ['batchNorm', 'batchNormMomentum', 'dropout', 'weightDecay'] },
  { title: 'Use', fields: ['prediction'] },
];

/** What is used of JSON Schema. */
interface Node {
  readonly type?: string;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly anyOf?: readonly Node[];
  readonly properties?: Readonly<Record<string, Node>>;
  readonly minimum?: number;
  readonly exclusiveMinimum?: number;
  readonly maximum?: number;
}

const isPath = (path: string): path is RecipePath => Object.hasOwn(TITLES, path);

function inputOf(path: RecipePath, field: RecipeField, node: Node): RecipeInput {
  const parts = node.anyOf ?? [node];
  const values = parts.flatMap((part) => part.enum ?? (part.const === undefined ? [] : [part.const])).map(String);
  const number = parts.find((part) => part.type === 'number' || part.type === 'integer');
  return {
    path,
    field,
    title: TITLES[path],
    kind: values.length > 0 ? 'choice' : number ? 'number' : 'switch',
    options: values.map((value) => ({ value, label: WORDS[path]?.[value] ?? value.replaceAll('-', ' ') })),
    least: number?.minimum ?? null,
    above: number?.exclusiveMinimum ?? null,
    most: number?.maximum ?? null,
    whole: number?.type === 'integer',
    optional: parts.some((part) => part.type === 'null'),
  };
}

function inputsOf(field: RecipeField): RecipeInput[] {
  const node = recipeSchema.shape[field].toJSONSchema() as Node;
  if (isPath(field)) return [inputOf(field, field, node)];
  return Object.entries(node.properties ?? {}).flatMap(([part, inner]) => {
    const path = `${field}.${part}`;
    return isPath(path) ? [inputOf(path, field, inner)] : [];
  });
}

/** The whole form, group by group, in the order that it is filled in. */
export const recipeForm = (): RecipeGroup[] =>
  GROUPS.map(({ title, fields }) => ({ title, inputs: fields.flatMap(inputsOf) }));

/** The value at a path. */
export function recipeValue(recipe: Recipe, path: RecipePath): string | number | boolean | null {
  const [field, part] = path.split('.') as [RecipeField, string | undefined];
  const value: unknown = recipe[field];
  return (part === undefined ? value : (value as Record<string, unknown>)[part]) as string | number | boolean | null;
}

/** The recipe with another value at a path; null where the schema refuses it. */
export function withRecipeValue(recipe: Recipe, path: RecipePath, value: unknown): Recipe | null {
  const [field, part] = path.split('.') as [RecipeField, string | undefined];
  const entered = part === undefined ? value : { ...(recipe[field] as object), [part]: value };
  const parsed = recipeSchema.safeParse({ ...recipe, [field]: entered });
  return parsed.success ? parsed.data : null;
}
