/** The words for verdicts on a training that is watched. The sentence with the numbers is part of the verdict itself. */
import type { Severity } from '../../../contract/model/finding';
import type { WatchedRun, WatchVerdictKind } from '../../../contract/model/training-watch';

export const WATCH_VERDICTS: Record<WatchVerdictKind, { readonly title: string; readonly tone: Severity | 'good' }> = {
  waiting: { title: 'Nothing to judge yet', tone: 'info' },
  'not-yet': { title: 'Not yet judged', tone: 'info' },
  unknown: { title: 'Not known', tone: 'info' },
  learns: { title: 'It learns', tone: 'good' },
  partial: { title: 'It learns only in part', tone: 'warning' },
  collapsed: { title: 'The training has collapsed', tone: 'error' },
  diverged: { title: 'The training has diverged', tone: 'error' },
};

/** Whether a verdict raises an alarm: a notice in the window, exit code 1 on the command line. */
export const isAlarm = (kind: WatchVerdictKind): boolean => kind === 'collapsed' || kind === 'diverged';

const FRAMEWORKS = new Map([
  ['keras', 'Keras'],
  ['pytorch', 'PyTorch'],
]);

/** The name of a framework, which a recorder writes in small letters. */
export const frameworkName = (framework: string): string => FRAMEWORKS.get(framework) ?? framework;

export const endWords = (ended: WatchedRun['ended']): string =>
  ended === 'finished' ? 'finished' : ended === 'interrupted' ? 'stopped by an error' : 'no end recorded';
