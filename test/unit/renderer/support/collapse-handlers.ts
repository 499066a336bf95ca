/** Answers the calls of the collapse view from memory, with the same pure code as the engine. */
import type { Diagnosed, LabState, RecipeView, StoredLab, StoredRecipe } from '../../../../src/contract/model/collapse';
import { PlumblineError } from '../../../../src/contract/errors';
import type { WireReading } from '../../../../src/contract/model/recipe';
import { checklist } from '../../../../src/core/collapse/checklist';
import { foreseen } from '../../../../src/core/collapse/foreseen';
import { completeReading, readingOf, readRecipeFile, updateSteps } from '../../../../src/core/collapse/recipe';
import { recipeWarnings } from '../../../../src/core/collapse/warnings';
import type { Handlers } from './fake-engine';
import { SETTING, SOUND, sampleReading } from './sample-collapse';

export interface CollapseScene {
  readonly predictions?: readonly Diagnosed[];
  /** The result of an import. */
  readonly imports?: (name: string, text: string) => Diagnosed;
  readonly recipe?: Pick<StoredRecipe, 'reading' | 'script'>;
  readonly lab?: StoredLab | null;
  /** The number of its runs that the next lab reuses. */
  readonly kept?: number;
  readonly state?: LabState;
}

const JOB = 'cccccccc-0000';

function viewOf(given: WireReading): RecipeView {
  const reading = readingOf(given);
  const userSteps = updateSteps(reading.recipe, SETTING.images);
  const { differences, untried } = foreseen(reading.recipe, userSteps, SETTING, {});
  return {
    reading,
    warnings: recipeWarnings(reading, SETTING),
    differences: differences.map(({ choice, user, sound }) => ({
      id: choice.id,
      title: choice.title,
      user,
      sound,
      line: choice.fields.map((field) => reading.sources[field].line).find((line) => line !== null) ?? null,
    })),
    untried: [...untried],
    sound: SOUND,
    userSteps,
  };
}

export function collapseHandlers(scene: CollapseScene = {}): Handlers {
  let predictions = [...(scene.predictions ?? [])];
  let kept: StoredRecipe = {
    ...viewOf(scene.recipe?.reading ?? completeReading({}, {}, SOUND, { framework: null, notes: [] })),
    script: scene.recipe?.script ?? null,
    at: scene.recipe === undefined ? null : 1,
  };
  const find = (id: string): Diagnosed => {
    const found = predictions.find((one) => one.predictions.id === id);
    if (found === undefined) throw new PlumblineError('not-found', 'These predictions no longer exist.');
    return found;
  };
  return {
    'diagnosis.list': () => predictions.map((one) => one.predictions),
    'diagnosis.get': ({ id }) => find(id),
    'diagnosis.import': ({ name, text }) => {
      if (scene.imports === undefined) throw new PlumblineError('bad-predictions', 'The table has no column “path”.');
      const made = scene.imports(name, text);
      predictions = [...predictions, made];
      return made.predictions;
    },
    'diagnosis.remove': ({ id }) => {
      predictions = predictions.filter((one) => one.predictions.id !== id);
      return {};
    },
    'recipe.get': () => kept,
    'recipe.set': ({ reading, script }) => (kept = { ...viewOf(reading), script, at: (kept.at ?? 0) + 1 }),
    'recipe.check': ({ reading }) => viewOf(reading),
    'recipe.readScript': ({ text }) => {
      if (!text.includes('model'))
        throw new PlumblineError('bad-script', 'The script is not valid Python: line 1 cannot be parsed.');
      return viewOf(sampleReading());
    },
    'recipe.remedy': ({ text }) => ({ text, patch: '', changes: [], hunks: [], additions: [], left: [] }),
    'recipe.readFile': ({ text }) => viewOf(readRecipeFile(JSON.parse(text), SOUND)),
    'lab.state': () => scene.state ?? { running: null, classes: [] },
    'lab.run': ({ index }) => {
      const run = scene.lab?.result.runs[index];
      if (run === undefined) throw new PlumblineError('not-found', 'This run does not exist.');
      return run;
    },
    'lab.result': () => ({ lab: scene.lab ?? null, kept: scene.kept ?? 0 }),
    'jobs.lab': () => ({ job: JOB }),
    'jobs.diagnose': () => ({ job: JOB }),
    'jobs.probe': () => ({ job: JOB }),
    'checklist.get': () =>
      checklist({
        findings: [],
        diagnosis: predictions[0]?.diagnosis ?? null,
        recipe: kept.at === null ? null : readingOf(kept.reading),
        warnings: kept.warnings,
        lab: scene.lab?.result ?? null,
        splits: 0,
      }),
  };
}
