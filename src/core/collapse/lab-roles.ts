import type { LabChoice, LabLevel } from '../../contract/lab';
import type { ChoiceId, Comparison } from './choices';
import type { Levels } from './levels';

/** What recovers this much less than the sound recipe has fallen short. */
export const SHORTFALL = 0.15;

function roleOf(id: ChoiceId, causes: readonly (readonly ChoiceId[])[], breaks: LabLevel | null, sound: LabLevel | null): LabChoice['role'] {
  if (causes.some((cause) => cause.length === 1 && cause[0] === id)) return 'cause';
  if (causes.some((cause) => cause.includes(id))) return 'part-of-cause';
  if (!breaks || !sound) return 'not-tested';
  return sound.mean - breaks.mean >= SHORTFALL ? 'harmful' : 'harmless';
}

/** Every difference with what its break and its repair recovered, and the part it plays. */
export function choiceTable(comparison: Comparison, levels: Levels, causes: readonly (readonly ChoiceId[])[], lineOf: (id: ChoiceId) => number | null): LabChoice[] {
  const sound = levels.level([]);
  return comparison.differences.map(({ choice, user, sound: ours }) => {
    const breaks = levels.level([choice.id]);
    const repairs = levels.level(levels.all.filter((id) => id !== choice.id));
    return { id: choice.id, title: choice.title, user, sound: ours, line: lineOf(choice.id), breaks, repairs, role: roleOf(choice.id, causes, breaks, sound) };
  });
}
