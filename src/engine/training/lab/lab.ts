/** The collapse lab: trains the nets that an investigation asks for, within a budget of time. */
import { performance } from 'node:perf_hooks';
import type { LabResult, LabRun, Trace, Yardstick } from '../../../contract/model/lab';
import { counted, integer } from '../../../core/text/numbers';
import { diagnose } from '../../../core/collapse/diagnosis';
import type { Control, Question } from '../../../core/collapse/experiment';
import { investigate } from '../../../core/collapse/investigation';
import { dataChoices } from '../../../core/collapse/foreseen';
import { flaggedLabels } from '../../../core/collapse/interventions/flagged-labels';
import { CHOICES, type ChoiceId, type Configuration, type Recipe } from '../../../core/collapse/interventions/index';
import { recoveredShare } from '../../../core/collapse/lab-scale';
import { OutOfTime, type RunRequest } from '../../../core/collapse/levels';
import { soundBeside, soundRecipe } from '../../../core/collapse/recipe';
import { labSteps, TUNING_SIDE } from '../../../core/collapse/tuning';
import { seededRandom, shuffled } from '../../../core/statistics/random';
import { RunBudget } from './budget';
import type { LabData } from './data';
import { DEEPEST, WIDEST } from './net';
import { train, type Trained } from './training';

/**
 * If the sound recipe does not recover enough, both recipes are trained longer, with slightly shifted images. Example:
 * on emoji in 29 classes with 30 images each, a net without shifts memorized the images and reached a balanced accuracy
 * of .48; with shifts and twice the steps it reached .58.
 */
const EFFORTS = [
  { times: 1, shift: 0 },
  { times: 2, shift: 0.1 },
  { times: 4, shift: 0.1 },
] as const;
const OVERFIT_IMAGES = 16;

export interface LabRequest {
  readonly data: LabData;
  readonly recipe: Recipe;
  /** Weight updates that the user's training makes on the whole data set. */
  readonly userSteps: number;
  /** The accuracy of the instant probe on these images. */
  readonly yardstick: Yardstick;
  readonly budgetSeconds: number;
  /** Weight updates of the sound recipe at the first effort. */
  readonly soundSteps?: number;
  readonly lineOf?: (id: ChoiceId) => number | null;
  /** Ids of the choices to test first; none by default. */
  readonly suspects?: readonly string[];
  /** Runs of an earlier, interrupted lab for the same request. They are not trained again. */
  readonly done?: readonly LabRun[];
}

export interface LabHooks {
  readonly signal: AbortSignal;
  /** Called before each training. `fraction`: the share of the budget that is used. */
  readonly onStart?: (title: string, seed: number, fraction: number) => void;
  readonly onTrace?: (trace: Trace) => void;
  /** Called after each run. The caller stores the run, so that the lab can be resumed. */
  readonly onRun?: (run: LabRun) => void;
}

const shares = (data: LabData, images: readonly number[]): number[] => {
  const counts = Array<number>(data.classes).fill(0);
  for (const image of images) counts[data.labels[image]!]! += 1;
  return counts;
};

function imbalanceRatio(data: LabData): number {
  const present = shares(data, data.training).filter((count) => count > 0);
  return present.length < 2 ? 1 : Math.max(...present) / Math.min(...present);
}

function configurations(
  { data, recipe, userSteps, soundSteps = labSteps(recipe) }: LabRequest,
  { times, shift }: (typeof EFFORTS)[number],
): Question['efforts'][number] {
  const steps = soundSteps * times;
  const faults = Object.entries(data.faulty).map(([id, images]) => [id, images.size > 0] as const);
  const kept = dataChoices(Object.fromEntries(faults));
  const setting = { images: data.training.length, imbalanceRatio: imbalanceRatio(data), side: data.side };
  const base = soundBeside(soundRecipe(setting), recipe);
  const sound: Configuration = {
    recipe: data.features === undefined ? { ...base, augmentation: { ...base.augmentation, shift } } : base,
    steps,
    kept: kept.sound,
  };
  return { sound, user: { recipe, steps: Math.min(userSteps, steps), kept: kept.user } };
}

function alternatives(id: ChoiceId, user: Configuration): { title: string; configuration: Configuration }[] {
  return CHOICES.filter((one) => one.id === id).flatMap((one) =>
    one.alternatives().map(({ title, recipe }) => ({
      title,
      configuration: { ...user, recipe: { ...user.recipe, ...recipe } },
    })),
  );
}

function capNotes({ recipe, userSteps, data, soundSteps = labSteps(recipe) }: LabRequest): string[] {
  const { architecture } = recipe;
  return [
    ...(userSteps > soundSteps
      ? [
          `Your training makes ${counted(userSteps, 'update')}, the lab only ${integer(soundSteps)}, so effects that appear later are not seen here.`,
        ]
      : []),
    ...(recipe.base === 'none' ? [] : [data.tuning === undefined ? BASE_NOTE : TUNING_NOTE]),
    ...(recipe.base === 'none' && architecture.kind === 'conv' && architecture.width > WIDEST
      ? [`To save time, the first layer of your net is reduced from ${architecture.width} to ${WIDEST} channels.`]
      : []),
    ...(architecture.layers > DEEPEST
      ? [`To save time, your net is reduced from ${architecture.layers} to ${DEEPEST} layers.`]
      : []),
    `Trained on ${integer(data.training.length)} and judged on ${integer(data.validation.length)} of your images${data.features === undefined ? `, at ${data.side}×${data.side} pixels` : ''}.`,
  ];
}

/** The network in place of the user's base. */
const BASE_NOTE =
  'EfficientNet-Lite0 takes the place of your pretrained base: the lab computes its features for the scaling that your base would see, and trains the new layers on them.';

const TUNING_NOTE = `EfficientNet-Lite0 takes the place of your pretrained base, for pictures of ${TUNING_SIDE}×${TUNING_SIDE} pixels: the lab trains its last block, the convolution after it and the new layers. The blocks before stay frozen.`;

interface Judged {
  readonly request: RunRequest;
  readonly trained: Trained;
  readonly images: readonly number[];
  readonly labelOf: (image: number) => number;
  readonly seconds: number;
}

const accuracyOf = (answers: Int32Array, images: readonly number[], labelOf: (image: number) => number): number =>
  images.length === 0
    ? 0
    : images.reduce((sum, image, i) => sum + (answers[i] === labelOf(image) ? 1 : 0), 0) / images.length;

function judge(
  data: LabData,
  chance: number,
  yardstick: LabRequest['yardstick'],
  { request, trained, images, labelOf, seconds }: Judged,
): LabRun {
  const classes = Array.from({ length: data.classes }, (_, k) => String(k));
  const labels = data.validation.map((image) => data.labels[image]!);
  const { figures, verdict } = diagnose({
    classes,
    labels,
    predicted: trained.predict(data.validation),
    probabilities: null,
  });
  // Moving statistics that are not warmed up can be recognized only if the prediction itself has no other fault.
  const { prediction } = request.configuration.recipe;
  const byBatch =
    prediction.mode === 'predict' && prediction.normalization === 'same'
      ? trained.predictByBatch?.(data.validation)
      : null;
  const withLeaks = [...data.validation, ...data.leaked];
  return {
    key: request.key,
    kind: request.kind,
    title: request.title,
    seed: request.seed,
    steps: request.configuration.steps,
    balancedAccuracy: figures.balancedAccuracy.value,
    accuracy: figures.accuracy.value,
    recovered: recoveredShare(figures.balancedAccuracy.value, { chance, yardstick }),
    verdict: verdict.kind,
    effectivePredictedClasses: figures.effectivePredictedClasses,
    balancedAccuracyInTrainingMode: byBatch
      ? diagnose({ classes, labels, predicted: byBatch, probabilities: null }).figures.balancedAccuracy.value
      : null,
    trainingAccuracy: accuracyOf(trained.predict(images), images, labelOf),
    accuracyWithLeaks:
      data.leaked.length === 0
        ? null
        : accuracyOf(trained.predict(withLeaks), withLeaks, (image) => data.labels[image]!),
    divergedAt: trained.divergedAt,
    seconds,
    traces: [...trained.traces],
  };
}

/** The training images that the configuration does not leave out. */
function trainingImages({ training, faulty }: LabData, { kept }: Configuration): number[] {
  const left = Object.entries(faulty).flatMap(([id, images]) => (kept[id] === true ? [] : [images]));
  return training.filter((image) => !left.some((images) => images.has(image)));
}

/**
 * The same number of images of each class, within the given total, so that memorizing them requires telling the classes
 * apart.
 */
function fewOfEach(data: LabData, count: number): number[] {
  const byClass = Array.from({ length: data.classes }, (_, k) =>
    data.training.filter((image) => data.labels[image] === k && data.faulty[flaggedLabels.id]?.has(image) !== true),
  );
  const each = Math.max(1, Math.floor(count / Math.max(1, byClass.filter((list) => list.length > 0).length)));
  return byClass.flatMap((list) => list.slice(0, each));
}

/** The same images, all of them grey. */
function blanked(data: LabData): LabData {
  const { features, tuning } = data;
  const empty = (rows: ReadonlyMap<string, Float32Array>): Map<string, Float32Array> =>
    new Map(Array.from(rows, ([name, values]) => [name, new Float32Array(values.length)]));
  return {
    ...data,
    pixels: new Uint8Array(data.pixels.length).fill(128),
    ...(features && { features: empty(features) }),
    ...(tuning && { tuning: { ...tuning, maps: empty(tuning.maps) } }),
  };
}

/** The labels of images after they were shuffled without the images. */
function labelsApart(images: readonly number[], own: (image: number) => number): (image: number) => number {
  const swapped = shuffled(images.map(own), seededRandom(11));
  const labels = new Map(images.map((image, i) => [image, swapped[i]!]));
  return (image) => labels.get(image) ?? own(image);
}

/**
 * Runs the lab on prepared images. If the time runs out, this is an outcome, not an error.
 * @throws the reason of the abort signal
 */
export async function runLab(request: LabRequest, hooks: LabHooks): Promise<LabResult> {
  const { data, yardstick, budgetSeconds } = request;
  const started = performance.now();
  const budget = new RunBudget(budgetSeconds, () => (performance.now() - started) / 1000);
  const present = shares(data, [...data.training, ...data.validation]).filter((count) => count > 0).length;
  const chance = 1 / Math.max(1, shares(data, data.validation).filter((count) => count > 0).length);

  const fit = async (
    run: RunRequest,
    over: LabData,
    images: readonly number[],
    labelOf: (image: number) => number,
  ): Promise<LabRun> => {
    hooks.signal.throwIfAborted();
    const known = request.done?.find(
      (one) =>
        one.key === run.key && one.kind === run.kind && one.seed === run.seed && one.steps === run.configuration.steps,
    );
    if (known) return known;
    if (!budget.fits(run.configuration)) throw new OutOfTime();
    hooks.onStart?.(run.title, run.seed, budget.fraction);
    const from = performance.now();
    const trained = await train(over, {
      configuration: run.configuration,
      seed: run.seed,
      images,
      labelOf,
      signal: hooks.signal,
      ...(hooks.onTrace ? { onTrace: hooks.onTrace } : {}),
    });
    try {
      const seconds = (performance.now() - from) / 1000;
      const judged = judge(over, chance, yardstick, {
        request: run,
        trained,
        images,
        labelOf,
        seconds,
      });
      budget.ran(run.configuration, (performance.now() - from) / 1000);
      hooks.onRun?.(judged);
      return judged;
    } finally {
      trained.dispose();
    }
  };
  const own = (image: number): number => data.labels[image]!;
  const trainer = (run: RunRequest): Promise<LabRun> => {
    const images = trainingImages(data, run.configuration);
    return fit(run, data, images, run.configuration.recipe.paired ? own : labelsApart(images, own));
  };

  const control: Control = (kind, sound) => {
    const images = trainingImages(data, sound);
    const run = { key: kind, kind, seed: 1 };
    if (kind === 'overfit') {
      const few = fewOfEach(data, OVERFIT_IMAGES);
      return fit(
        {
          ...run,
          title: 'the sound recipe on 16 images',
          configuration: { ...sound, steps: Math.min(sound.steps, 200) },
        },
        data,
        few,
        own,
      );
    }
    if (kind === 'blank-images') {
      const blank = blanked(data);
      return fit(
        {
          ...run,
          title: 'the sound recipe on blanked images',
          configuration: { ...sound, steps: Math.min(sound.steps, 100) },
        },
        blank,
        images,
        own,
      );
    }
    return fit(
      {
        ...run,
        title: 'the sound recipe on shuffled labels',
        configuration: { ...sound, steps: Math.min(sound.steps, request.soundSteps ?? labSteps(request.recipe)) },
      },
      data,
      images,
      labelsApart(images, own),
    );
  };

  return investigate(
    {
      efforts: EFFORTS.map((effort) => configurations(request, effort)),
      classes: present,
      pretrained: request.recipe.base !== 'none',
      chance,
      yardstick,
      lineOf: request.lineOf ?? (() => null),
      suspects: CHOICES.map(({ id }) => id)
        .filter((id) => request.suspects?.includes(id))
        .sort((a, b) => request.suspects!.indexOf(a) - request.suspects!.indexOf(b)),
      alternatives,
      notes: capNotes(request),
    },
    trainer,
    control,
  );
}
