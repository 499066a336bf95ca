/** What the lab answers, as the window names it. */
import type { LabChoice, LabOutcome, LabRun } from '../../../../contract/lab';
import type { Severity } from '../../../../contract/model';

type Tone = Severity | 'good';

export const OUTCOMES: Record<LabOutcome, { readonly title: string; readonly tone: Tone }> = {
  'no-collapse': { title: 'Your recipe does not collapse', tone: 'good' },
  'cause-found': { title: 'The cause is found', tone: 'info' },
  'not-told-apart': { title: 'It falls short, and the cause cannot be told apart', tone: 'warning' },
  'no-signal': { title: 'There is nothing to learn here', tone: 'error' },
  'one-class': { title: 'Every image has the same label', tone: 'error' },
  'sound-fails': { title: 'The lab cannot judge on these images', tone: 'warning' },
  'out-of-time': { title: 'The time was not enough', tone: 'warning' },
};

export const ROLES: Record<LabChoice['role'], { readonly title: string; readonly tone: Tone | 'none'; readonly help: string }> = {
  cause: { title: 'Cause', tone: 'error', help: 'Alone it makes the sound recipe collapse' },
  'part-of-cause': { title: 'Part of the cause', tone: 'error', help: 'Only together with others it makes the sound recipe collapse' },
  harmful: { title: 'Costs something', tone: 'warning', help: 'It costs accuracy, short of a collapse' },
  harmless: { title: 'No harm here', tone: 'good', help: 'On these images it does no harm' },
  'not-tested': { title: 'Not tested', tone: 'none', help: 'The time ran out, or nothing was left to find' },
};

/** On spoilt data a net must fail, and on a few images it must not: neither says anything of a recipe. */
export function isControl(kind: LabRun['kind']): boolean {
  return kind === 'permuted-labels' || kind === 'blank-images' || kind === 'overfit';
}

export function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
