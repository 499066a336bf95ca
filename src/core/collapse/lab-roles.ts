import type { LabChoice, LabLevel } from '../../contract/model/lab';
import type { Comparison } from './choices';
import type { ChoiceId } from './interventions/index';
import { untriedChoices } from './untried';
import { clearlyLess, type Levels } from './levels';

/** A recipe that recovers at least this much less than the sound recipe has failed. */
export const SHORTFALL = 0.15;

/**
 * The share that the sound recipe must recover before the lab judges whether another recipe falls short of what the
 * images can give. Whether a recipe collapses can be judged with less: see collapsed.ts.
 */
export const SOUND_ENOUGH = 0.7;

/** A smaller cost is not reported, even if it is statistically certain. */
export const WORTH_NAMING = 0.05;

/** Whether the lab tested enough to say what a choice does. */
export const isJudged = ({ role }: Pick<LabChoice, 'role'>): boolean =>
  role !== 'not-tested' && role !== 'partly-tested';

interface Tested {
  readonly sound: LabLevel | null;
  readonly user: LabLevel | null;
  /** The lab trains less of the choice than the user. */
  readonly inPart: boolean;
  /** `breaks`: the sound recipe with this choice. `repairs`: the user's recipe without it. */
  readonly breaks: LabLevel | null;
  readonly repairs: LabLevel | null;
}

/** What an investigation found so far: minimal causes, and choices that only need a longer training. */
interface Found {
  readonly causes: readonly (readonly ChoiceId[])[];
  readonly slow: readonly ChoiceId[];
}

function roleOf(
  id: ChoiceId,
  { causes, slow }: Found,
  { sound, user, inPart, breaks, repairs }: Tested,
): LabChoice['role'] {
  if (causes.some((cause) => cause.length === 1 && cause[0] === id)) return 'cause';
  if (causes.some((cause) => cause.includes(id))) return 'part-of-cause';
  if (slow.includes(id)) return 'slows';
  if (!breaks && !repairs) return 'not-tested';
  if (breaks && sound && sound.mean - breaks.mean >= SHORTFALL) return 'harmful';
  if (user && repairs && repairs.mean - user.mean >= SHORTFALL) return 'part-of-cause';
  const unexplained = user !== null && sound !== null && sound.mean - user.mean >= SHORTFALL && causes.length === 0;
  return inPart || !breaks || !sound || (unexplained && !repairs) ? 'partly-tested' : 'harmless';
}

/** All differing choices, with the levels after the break and the repair, and the role of each choice. */
export function choiceTable(
  comparison: Comparison,
  levels: Levels,
  found: Found,
  lineOf: (id: ChoiceId) => number | null,
): LabChoice[] {
  const [sound, user] = [levels.level([]), levels.level(levels.all)];
  const untried = untriedChoices(comparison.user, comparison.sound);
  const isInPart = (id: ChoiceId): boolean => untried.some((one) => one.id === id && one.partly === true);
  return comparison.differences.map(({ choice, user: theirs, sound: ours }) => {
    const breaks = levels.level([choice.id]);
    const repairs = levels.level(levels.all.filter((id) => id !== choice.id));
    const less = breaks && sound ? sound.mean - breaks.mean : 0;
    const cost = less >= WORTH_NAMING && clearlyLess(levels.runs([choice.id]), levels.runs([])) ? less : null;
    return {
      id: choice.id,
      title: choice.title,
      user: theirs,
      sound: ours,
      line: lineOf(choice.id),
      breaks,
      repairs,
      cost,
      role: roleOf(choice.id, found, { sound, user, inPart: isInPart(choice.id), breaks, repairs }),
    };
  });
}
