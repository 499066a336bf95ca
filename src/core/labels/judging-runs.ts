import type { ProbeRun } from '../../contract/model/labels';

/**
 * The runs that judge the labels together, newest first. The user's predictions judge alone while they are the newest,
 * because a mean with a probe that knows less would make them less sure. Once a trained probe has run again, the trained
 * probes judge without them.
 */
export function judgingRuns(runs: readonly ProbeRun[]): readonly ProbeRun[] {
  const fresh = runs.filter((run) => !run.stale).sort((a, b) => b.finishedAt - a.finishedAt);
  return fresh[0]?.kind === 'predictions' ? fresh.slice(0, 1) : fresh.filter(({ kind }) => kind !== 'predictions');
}
