/** A simulated trainer for investigations, and a question to it. */
import type { LabResult, LabRun } from '../../../../src/contract/model/lab';
import { compareConfigurations } from '../../../../src/core/collapse/choices';
import type { Question } from '../../../../src/core/collapse/experiment';
import type { ChoiceId, Configuration } from '../../../../src/core/collapse/interventions/index';
import { investigate } from '../../../../src/core/collapse/investigation';
import { OutOfTime } from '../../../../src/core/collapse/levels';
import { soundRecipe } from '../../../../src/core/collapse/recipe';
import { seededRandom } from '../../../../src/core/statistics/random';

export const sound: Configuration = {
  recipe: soundRecipe({ images: 600, imbalanceRatio: 1 }),
  steps: 400,
  kept: { 'flagged-labels': false, duplicates: false },
};
/** Eight differences. */
export const user: Configuration = {
  recipe: {
    ...sound.recipe,
    batchNorm: false,
    init: 'zeros',
    learningRate: 0.1,
    schedule: 'constant',
    shuffle: false,
    normalization: 'raw',
    dropout: { rate: 0.5, position: 'after-output' },
  },
  steps: 40,
  kept: { 'flagged-labels': false, duplicates: false },
};
export const longer = (factor: number): Question['efforts'][number] => ({
  user: { ...user, steps: user.steps * factor },
  sound: { ...sound, steps: sound.steps * factor },
});
export const ALL: ChoiceId[] = [
  'batch-norm',
  'init',
  'dropout',
  'learning-rate',
  'schedule',
  'steps',
  'shuffle',
  'normalization',
];

/** A simulated trainer: nets with all choices of one of the causes recover nothing, apart from noise. */
export function world(
  causes: readonly (readonly ChoiceId[])[],
  options: {
    noise?: number;
    budget?: number;
    soundLevel?: number;
    seed?: number;
    harm?: number;
    costly?: { id: ChoiceId; cost: number };
    /** With the causes, the loss falls steadily, and the net learns from this number of updates on. */
    learnsAfter?: number;
    /** What nets reach that are trained longer than at the lowest effort. */
    grown?: number;
    /** There is no time to train the user's recipe longer than at the lowest effort. */
    noLonger?: true;
  } = {},
) {
  const random = seededRandom(options.seed ?? 9);
  const trained: string[] = [];
  const run = (
    key: string,
    kind: LabRun['kind'],
    title: string,
    seed: number,
    level: number,
    steps = 400,
    falling = false,
  ): LabRun => {
    const recovered = level + (random() - 0.5) * (options.noise ?? 0.02);
    const balancedAccuracy = 0.25 + recovered * 0.65;
    return {
      key,
      kind,
      title,
      seed,
      recovered,
      balancedAccuracy,
      accuracy: balancedAccuracy,
      steps,
      verdict: recovered > 0.15 ? 'learns' : 'chance',
      effectivePredictedClasses: 4,
      balancedAccuracyInTrainingMode: null,
      trainingAccuracy: 1,
      accuracyWithLeaks: null,
      divergedAt: null,
      seconds: 1,
      traces: falling
        ? [2, 1.9, 1.8].map((loss, at) => ({ step: at, loss, balancedAccuracy: 0.25, predicted: [], layers: [] }))
        : [],
    };
  };
  return {
    trained,
    train: ({
      key,
      kind,
      title,
      configuration,
      seed,
    }: {
      key: string;
      kind: LabRun['kind'];
      title: string;
      configuration: Configuration;
      seed: number;
    }) => {
      const late = options.noLonger === true && kind === 'user' && configuration.steps > user.steps;
      if (late || trained.length >= (options.budget ?? Infinity)) return Promise.reject(new OutOfTime());
      trained.push(`${key} #${seed}`);
      const taken = new Set(compareConfigurations(configuration, sound).differences.map((one) => one.choice.id));
      const long = configuration.steps > (taken.has('steps') ? user : sound).steps;
      const slow = options.learnsAfter !== undefined;
      const collapsed =
        causes.some((cause) => cause.every((id) => taken.has(id))) &&
        configuration.steps < (options.learnsAfter ?? Infinity);
      return Promise.resolve(
        run(
          key,
          kind,
          title,
          seed,
          collapsed
            ? 1 - (options.harm ?? 1)
            : ((long ? options.grown : undefined) ?? options.soundLevel ?? 1) -
                (options.costly && taken.has(options.costly.id) ? options.costly.cost : 0),
          configuration.steps,
          slow,
        ),
      );
    },
    control: (kind: 'permuted-labels' | 'blank-images' | 'overfit') =>
      trained.length >= (options.budget ?? Infinity)
        ? Promise.reject(new OutOfTime())
        : Promise.resolve(run(kind, kind, kind, 1, 0)),
  };
}

export const question: Question = {
  efforts: [{ user, sound }],
  classes: 4,
  pretrained: false,
  chance: 0.25,
  yardstick: { balancedAccuracy: 0.9, aboveChance: true },
  lineOf: (id) => (id === 'learning-rate' ? 12 : null),
  suspects: [],
  alternatives: () => [],
  notes: [],
};
export const ask = (
  causes: readonly (readonly ChoiceId[])[],
  options: Parameters<typeof world>[1] = {},
  asked: Partial<Question> = {},
): Promise<{ result: LabResult; trained: string[] }> => {
  const made = world(causes, options);
  return investigate({ ...question, ...asked }, made.train, made.control).then((result) => ({
    result,
    trained: made.trained,
  }));
};
