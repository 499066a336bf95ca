/** What a job says of itself, in words. */
import type { JobStatus } from '../../contract/api';
import type { JobKind, Progress } from '../../contract/model/job';
import { timeLeft } from '../../core/text/duration';
import { integer, percent } from '../../core/text/numbers';

const KINDS: Partial<Record<JobKind, string>> = {
  index: 'Indexing',
  audit: 'Checking',
  'training-check': 'Training check',
  probe: 'Probing',
  diagnose: 'Running your model',
  lab: 'Lab',
};
const STAGES: Record<string, string> = {
  scan: 'Looking for images',
  measure: 'Measuring images',
  audit: 'Looking for faults',
  compare: 'Comparing images',
};

export function stageName(stage: string): string {
  return STAGES[stage] ?? stage.charAt(0).toUpperCase() + stage.slice(1);
}

export function jobName(job: JobStatus): string {
  return KINDS[job.kind] ?? stageName(job.kind.replaceAll('-', ' '));
}

/** Counted in image passes, which mean nothing to a reader. */
const BY_SHARE = new Set(['Training']);

/** "1,204 of 10,000", or a share; only the first where the total is not known, empty where there is nothing to do. */
export function amount(progress: Progress): string {
  if (progress.total === 0) return '';
  if (progress.total !== null && BY_SHARE.has(progress.stage)) return percent(progress.done / progress.total);
  return progress.total === null ? integer(progress.done) : `${integer(progress.done)} of ${integer(progress.total)}`;
}

/** "312/s"; empty while it is not known. */
export function rate(progress: Progress): string {
  if (progress.rate === null || BY_SHARE.has(progress.stage)) return '';
  return `${progress.rate < 10 ? progress.rate.toFixed(1) : integer(progress.rate)}/s`;
}

/** "12 s left"; empty while it is not known, and at the end. */
export const left = (progress: Progress): string => timeLeft(progress.eta);

/** What a screen reader hears: changes with the stage and each quarter, not ten times a second. */
export function spoken(job: JobStatus): string {
  const { progress } = job;
  if (progress === null) return `${jobName(job)} started`;
  const quarter =
    progress.total === null || progress.total === 0 ? null : Math.floor((progress.done / progress.total) * 4) * 25;
  return quarter === null ? stageName(progress.stage) : `${stageName(progress.stage)}: ${quarter} percent`;
}
