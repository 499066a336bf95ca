/** Jobs, their stages and their progress in words, for the window, the command line and the report. */
import type { JobKind, JobStatus, Progress, Stage } from '../../contract/model/job';
import { timeLeft } from './duration';
import { integer, percent } from './numbers';

const KINDS: Record<JobKind, string> = {
  index: 'Indexing',
  audit: 'Checking',
  'training-check': 'Training check',
  export: 'Export',
  probe: 'Probing',
  diagnose: 'Running your model',
  lab: 'Lab',
};

const STATES: Record<JobStatus['state'], string> = {
  running: 'running',
  done: 'done',
  cancelled: 'cancelled',
  failed: 'failed',
  interrupted: 'interrupted',
};

const STAGES: Record<Stage, string> = {
  unpack: 'Unpacking',
  sample: 'Writing the sample',
  scan: 'Searching the folder',
  measure: 'Measuring images',
  'store-predictions': 'Storing predictions',
  sketch: 'Fingerprinting images',
  compare: 'Comparing images',
  'compare-look-alikes': 'Comparing similar pictures',
  'judge-labels': 'Judging labels',
  'find-neighbours': 'Finding neighbours',
  'draw-map': 'Drawing the map',
  'place-on-map': 'Placing images on the map',
  check: 'Checking',
  'store-findings': 'Storing findings',
  'read-images': 'Reading images',
  embed: 'Looking at the images with the pretrained network',
  'learn-views': 'Learning what the images look like',
  'choose-views': 'Choosing what tells the classes apart',
  'compare-landmarks': 'Comparing images',
  solve: 'Solving',
  train: 'Training',
  'load-model': 'Loading the model',
  'try-preprocessing': 'Trying kinds of preprocessing',
  predict: 'Predicting images',
  'train-run': 'Training',
  copy: 'Copying images',
  link: 'Linking images',
  convert: 'Converting images',
  'write-manifests': 'Writing manifests',
  other: 'Working',
};

/**
 * Stages counted in bytes, optimizer steps or image passes. Such counts mean nothing to a reader, so that a percentage is
 * shown.
 */
const SHOWN_AS_SHARE: ReadonlySet<Stage> = new Set(['train', 'unpack']);

export function jobName({ kind }: Pick<JobStatus, 'kind'>): string {
  return KINDS[kind];
}

export function jobState({ state }: Pick<JobStatus, 'state'>): string {
  return STATES[state];
}

/** For example "Indexing: done", also with the reason of a failure. */
export function jobResult(job: Pick<JobStatus, 'kind' | 'state' | 'error'>): string {
  return `${jobName(job)}: ${STATES[job.state]}${job.error === null ? '' : `. ${job.error.message}`}`;
}

/** "Measuring images", "Training your recipe". */
export function stageText({ stage, detail }: { readonly stage: Stage; readonly detail?: string | undefined }): string {
  return detail === undefined ? STAGES[stage] : `${STAGES[stage]} ${detail}`;
}

/** "1,204 of 10,000", "12 %", or "1,204" if the total is not known; empty if there is nothing to count. */
export function amount({ stage, done, total }: Progress): string {
  if (total === null) return done === 0 ? '' : integer(done);
  if (total === 0) return '';
  return SHOWN_AS_SHARE.has(stage) ? percent(done / total) : `${integer(done)} of ${integer(total)}`;
}

/** "312/s", "1.5/s"; empty if it is not known or below 0.1. */
export function rate({ stage, rate: value }: Progress): string {
  if (value === null || value < 0.1 || SHOWN_AS_SHARE.has(stage)) return '';
  return `${value < 10 ? String(Number(value.toFixed(1))) : integer(value)}/s`;
}

/** "12 s left"; empty if it is not known, and near the end. */
export const left = (progress: Progress): string => timeLeft(progress.eta);

/** What a screen reader announces. It changes with the stage and with each quarter, not ten times a second. */
export function spoken(job: JobStatus): string {
  const { progress } = job;
  if (progress === null) return `${jobName(job)} started`;
  const { done, total } = progress;
  if (total === null || total === 0) return stageText(progress);
  return `${stageText(progress)}: ${Math.floor((done / total) * 4) * 25} percent`;
}
