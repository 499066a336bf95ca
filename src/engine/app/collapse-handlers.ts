/** Handlers of the calls about diagnosis, recipe, lab and checklist. Each has a few lines that call a stage. */
import { basename } from 'node:path';
import type { EngineApi, EngineCall, Handlers } from '../../contract/api';
import { readingOf } from '../../core/collapse/recipe';
import type { Catalog } from '../catalog/catalog';
import { storedLab } from '../catalog/lab';
import { listJobs } from '../catalog/jobs';
import { filesBeside } from '../files/script-files';
import { rememberModel } from '../catalog/predictions';
import type { Datasets } from './datasets';
import type { LiveLabs } from '../stages/live-labs';
import { modelFileAt } from '../stages/model-file';
import { makeChecklist } from '../stages/checklist';
import { cohortOf } from '../stages/cohort';
import { diagnosisOf, forgetPredictions, listPredictions } from '../stages/diagnosis';
import { importText } from '../stages/own-predictions';
import { importPredictionsApart } from '../stages/imports';
import { keptRuns } from '../stages/lab';
import { keepWatchedFolder, watchedFolder } from '../catalog/watched-folder';
import type { TrainingWatches } from '../stages/training-watches';
import { WATCH_SCRIPT } from '../stages/watch-script';
import { watchedSet } from '../stages/watched-set';
import { scriptRemedy } from '../stages/remedy';
import { checkedRecipe, fileRecipe, recipeFile, scriptRecipe, storedRecipe, storeRecipe } from '../stages/recipe';

type Mine = Extract<
  EngineCall,
  `diagnosis.${string}` | `recipe.${string}` | `lab.${string}` | `watch.${string}` | `checklist.${string}`
>;

export function collapseHandlers(
  datasets: Datasets,
  labs: LiveLabs,
  watches: TrainingWatches,
): Pick<Handlers<EngineApi>, Mine> {
  const on = (id: string): Catalog => datasets.get(id);
  return {
    'diagnosis.list': ({ dataset }) => listPredictions(on(dataset)),
    'diagnosis.get': ({ dataset, id, split }) => diagnosisOf(on(dataset), id, split),
    'diagnosis.import': ({ dataset, name, text, model }) => {
      const catalog = on(dataset);
      const id = importText(catalog, { name, text, model: model ?? null }, Date.now());
      datasets.touch(catalog);
      return diagnosisOf(catalog, id, null).predictions;
    },
    'diagnosis.importFile': async ({ dataset, path, names, classes, model }) => {
      const catalog = on(dataset);
      const id = await importPredictionsApart(
        catalog,
        { predictions: path, names, classes, model: model ?? null },
        Date.now(),
      );
      datasets.touch(catalog);
      return diagnosisOf(catalog, id, null).predictions;
    },
    'diagnosis.remove': ({ dataset, id }) => {
      const catalog = on(dataset);
      forgetPredictions(catalog, id);
      datasets.touch(catalog);
      return {};
    },
    'diagnosis.model': ({ dataset, path, onlyOnnx }) => {
      const found = modelFileAt(path, onlyOnnx);
      return { model: rememberModel(on(dataset), found.path, Date.now()), name: basename(found.path) };
    },

    'recipe.get': ({ dataset }) => storedRecipe(on(dataset)),
    'recipe.set': ({ dataset, reading, script }) => {
      const catalog = on(dataset);
      const stored = storeRecipe(catalog, readingOf(reading), script, Date.now());
      datasets.touch(catalog);
      return stored;
    },
    'recipe.readScript': ({ dataset, text, beside }) => scriptRecipe(on(dataset), text, beside),
    'recipe.filesBeside': ({ path, text }) => ({ beside: filesBeside(path, text) }),
    'recipe.remedy': ({ dataset, ...script }) => scriptRemedy(on(dataset), script),
    'recipe.readFile': ({ dataset, text }) => fileRecipe(on(dataset), text),
    'recipe.check': ({ dataset, reading }) => checkedRecipe(on(dataset), readingOf(reading)),
    'recipe.export': ({ reading }) => ({ text: recipeFile(readingOf(reading)) }),

    'lab.state': ({ dataset }) => {
      const catalog = on(dataset);
      const job = listJobs(catalog).find(({ kind, state }) => kind === 'lab' && state === 'running');
      return {
        running: (job && labs.of(dataset)?.state(job.job, Date.now())) ?? null,
        classes: [...cohortOf(catalog).classes],
      };
    },
    'lab.run': ({ dataset, index }) => labs.run(dataset, index),
    'lab.result': ({ dataset }) => {
      const catalog = on(dataset);
      const lab = storedLab(catalog);
      return { lab, kept: keptRuns(catalog, lab) };
    },
    'watch.follow': async ({ dataset, path, remember }) => {
      const catalog = on(dataset);
      await watches.follow(dataset, path, () => watchedSet(catalog));
      if (remember) keepWatchedFolder(catalog, path);
      return {};
    },
    'watch.resume': async ({ dataset }) => {
      const catalog = on(dataset);
      const path = watches.follows(dataset) ? null : watchedFolder(catalog);
      if (path !== null) await watches.follow(dataset, path, () => watchedSet(catalog));
      return {};
    },
    'watch.stop': ({ dataset }) => {
      watches.stop(dataset);
      keepWatchedFolder(on(dataset), null);
      return {};
    },
    'watch.script': () => ({ text: WATCH_SCRIPT }),
    'watch.state': ({ dataset, run }) => watches.state(dataset, run),

    'checklist.get': ({ dataset }) => makeChecklist(on(dataset)),
  };
}
