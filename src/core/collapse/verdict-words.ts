/** The words for verdicts on predictions. The sentence with the numbers is part of the verdict itself. */
import type { Severity } from '../../contract/model/finding';
import type { VerdictKind } from '../../contract/model/diagnosis';

export const VERDICTS: Record<
  VerdictKind,
  { readonly title: string; readonly short: string; readonly tone: Severity | 'good' }
> = {
  'single-class': { title: 'One class for everything', short: 'one class', tone: 'error' },
  'majority-only': { title: 'Nothing but the majority class', short: 'majority only', tone: 'error' },
  chance: { title: 'No better than guessing', short: 'chance', tone: 'error' },
  partial: { title: 'It learns only in part', short: 'partial', tone: 'warning' },
  learns: { title: 'It learns', short: 'learns', tone: 'good' },
  inconclusive: { title: 'Not enough to say', short: 'not enough to say', tone: 'info' },
};
