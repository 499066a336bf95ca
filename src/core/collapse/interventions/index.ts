/** The registry of what the lab can change: one line is one choice of the recipe or one remedy of the data. */
import type { ChecklistId } from '../../../contract/model/checklist';
import { activation } from './activation';
import { architecture } from './architecture';
import { base } from './base';
import { baseStatistics } from './base-statistics';
import { batchNorm } from './batch-norm';
import { batchNormMomentum } from './batch-norm-momentum';
import { batchSizeChoice } from './batch-size';
import { brightnessChange } from './brightness';
import { channels } from './channels';
import { dropout } from './dropout';
import { duplicates } from './duplicates';
import { flaggedLabels } from './flagged-labels';
import { gradientClip } from './gradient-clip';
import { horizontalFlip } from './horizontal-flip';
import { imbalance } from './imbalance';
import { init } from './init';
import { learningRate } from './learning-rate';
import { noise } from './noise';
import { inputNormalization } from './normalization';
import { optimizer } from './optimizer';
import { output } from './output';
import { pairing } from './pairing';
import { predictionMode } from './prediction-mode';
import { predictionNormalization } from './prediction-normalization';
import { rotation } from './rotation';
import { schedule } from './schedule';
import { shift } from './shift';
import { shuffle } from './shuffle';
import { steps } from './steps';
import { units } from './units';
import { updates } from './updates';
import { validation } from './validation';
import { verticalFlip } from './vertical-flip';
import { weightDecay } from './weight-decay';
import { zoom } from './zoom';
import { fieldAndPart, type Intervention, type RecipeOf, type RecipeValue, type Setup } from './intervention';

/**
 * In the order of the recipe's fields, which stored recipes and the fingerprints of labs keep. The lab takes choices in
 * this order too: the learning rate is relative to the optimizer, so the optimizer comes first.
 */
const REGISTRY = [
  architecture,
  activation,
  batchNorm,
  batchNormMomentum,
  init,
  dropout,
  output,
  optimizer,
  learningRate,
  schedule,
  weightDecay,
  gradientClip,
  steps,
  batchSizeChoice,
  shuffle,
  validation,
  inputNormalization,
  horizontalFlip,
  verticalFlip,
  rotation,
  shift,
  zoom,
  brightnessChange,
  noise,
  imbalance,
  predictionNormalization,
  predictionMode,
  updates,
  units,
  pairing,
  base,
  baseStatistics,
  channels,
  flaggedLabels,
  duplicates,
] as const;

type Registered = (typeof REGISTRY)[number];
type Intersection<U> = (U extends unknown ? (each: U) => void : never) extends (all: infer A) => void ? A : never;

/** How a net is built, trained and used: what the lab compares and changes one choice at a time. */
export type Recipe = RecipeOf<Intersection<Registered['values']>>;
export type RecipeField = keyof Recipe;
export type Activation = Recipe['activation'];
export type Loss = Recipe['output']['loss'];
export type Normalization = Recipe['normalization'];
export type Augmentation = Recipe['augmentation'];
export type ChoiceId = NonNullable<Registered['id']>;
export type Choice = Intervention<ChoiceId, object, Recipe>;
/** One training run of the lab. */
export type Configuration = Setup<Recipe>;

export const CHOICES: readonly Choice[] = REGISTRY.filter((one) => one.id !== null);

/** The choices that are about the data, with their fault. */
export const FAULTS = CHOICES.flatMap((one) => (one.fault === null ? [] : [{ ...one, fault: one.fault }]));

/** Every value of the recipe, in the order of its fields. */
export const RECIPE_VALUES: readonly (RecipeValue & { readonly path: string; readonly field: RecipeField })[] =
  REGISTRY.flatMap(({ values }) =>
    Object.entries<RecipeValue>({ ...values }).map(([path, value]) => ({
      ...value,
      path,
      field: fieldAndPart(path)[0] as RecipeField,
    })),
  );

/** The choices on one line of the checklist. */
export const choicesOf = (line: ChecklistId): readonly Choice[] => CHOICES.filter((one) => one.checklist === line);
