/** What each kind of job does. Only this file connects the kinds of jobs to the stages. */
import type { JobKind } from '../../contract/model/job';
import type { Catalog } from '../catalog/catalog';
import { targetPath } from '../catalog/export-targets';
import { useThresholds } from '../catalog/findings';
import type { Datasets } from './datasets';
import type { Work } from './jobs';
import { engineApi } from '../../contract/api';
import type { LiveLabs } from '../stages/live-labs';
import { runTrainingCheck } from '../training/host';
import { auditWhileIndexing, runAudit } from '../stages/audit';
import { runOwnModel } from '../stages/own-predictions';
import { exportDataset } from '../stages/export';
import { runIndex } from '../stages/index-run';
import { runLabJob } from '../stages/lab';
import { runProbe } from '../stages/probe';
import type { Task } from '../process/task';
import { VERSION } from '../process/version';

export type Works = { readonly [K in JobKind]: (catalog: Catalog, params: unknown, task: Task) => Promise<unknown> };

/** A window shows how an index or a curve grows. More frequent updates would slow down the work. */
const GROWTH_MS = 2000;

function nowAndThen(tell: () => void): () => void {
  let told = performance.now();
  return () => {
    if (performance.now() - told < GROWTH_MS) return;
    told = performance.now();
    tell();
  };
}

function telling(datasets: Datasets, catalog: Catalog, task: Task): Task {
  const tell = nowAndThen(() => datasets.touch(catalog));
  return {
    signal: task.signal,
    progress: (step) => {
      task.progress(step);
      tell();
    },
  };
}

/** @param early whether first findings are wanted while the index runs */
export function createWorks(datasets: Datasets, labs: LiveLabs, early: boolean): Works {
  return {
    index: async (catalog, params, task) => {
      const { layout, thresholds } = engineApi['jobs.index'].params.omit({ dataset: true }).parse(params);
      useThresholds(catalog, thresholds);
      try {
        const meanwhile = () => auditWhileIndexing(catalog, task.signal, () => datasets.changed(catalog));
        await runIndex(catalog, telling(datasets, catalog, task), layout, early ? meanwhile : undefined);
        await runAudit(catalog, task);
        datasets.noteOpened(catalog);
      } finally {
        useThresholds(catalog, undefined);
        datasets.touch(catalog);
      }
      return {};
    },
    audit: async (catalog, _params, task) => {
      await runAudit(catalog, task);
      datasets.touch(catalog);
      return {};
    },
    probe: async (catalog, params, task) => {
      const { probe, predictions, embedding, backbone, thresholds } = engineApi['jobs.probe'].params
        .omit({ dataset: true })
        .parse(params);
      useThresholds(catalog, thresholds);
      try {
        await runProbe(
          catalog,
          {
            kind: probe,
            predictions: predictions ?? null,
            embedding: embedding ?? null,
            backbone: backbone ?? null,
          },
          task,
          nowAndThen(() => datasets.changed(catalog)),
        );
      } finally {
        useThresholds(catalog, undefined);
        datasets.touch(catalog);
      }
      return {};
    },
    export: (catalog, params, task) => {
      const { options, target } = engineApi['jobs.export'].params.omit({ dataset: true }).parse(params);
      return exportDataset(catalog, { options, folder: targetPath(catalog, target), version: VERSION }, task);
    },
    diagnose: async (catalog, params, task) => {
      const id = await runOwnModel(
        catalog,
        engineApi['jobs.diagnose'].params.omit({ dataset: true }).parse(params),
        task,
      );
      datasets.touch(catalog);
      return { id };
    },
    lab: async (catalog, params, task) => {
      const outcome = await runLabJob(
        catalog,
        engineApi['jobs.lab'].params.omit({ dataset: true }).parse(params),
        labs,
        task,
      );
      datasets.touch(catalog);
      return outcome;
    },
    'training-check': (_catalog, params, task) => {
      const { steps } = engineApi['jobs.trainingCheck'].params.pick({ steps: true }).parse(params);
      return runTrainingCheck({ steps }, { signal: task.signal, progress: task.progress });
    },
  };
}

export function startOf(works: Works, kind: JobKind, catalog: Catalog, params: unknown): Work {
  return (task) => works[kind](catalog, params, task);
}
