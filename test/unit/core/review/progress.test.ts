import { describe, expect, it } from 'vitest';
import type { Decision } from '../../../../src/contract/model/review';
import type { DropRule } from '../../../../src/core/checks/check';
import { outcomeOf, type Outcome } from '../../../../src/core/review/outcome';
import { undecidedIn, undecidedWith } from '../../../../src/core/review/progress';
import { seededRandom } from '../../../../src/core/statistics/random';

const IMAGES = 60;
const classOf = (id: number): string => (id % 3 === 0 ? 'cat' : 'dog');
/** Every tenth image is gone. */
const outcomesWith =
  (decisions: ReadonlyMap<number, Decision>) =>
  (id: number): Outcome | undefined =>
    id % 10 === 9 ? undefined : outcomeOf(classOf(id), decisions.get(id) ?? null);

describe('the count of what is undecided', () => {
  it.each<DropRule>(['images', 'all-but-one', 'conflicting-groups'])(
    'is the same after any decisions, whether all is looked at again or only what was decided (%s)',
    (rule) => {
      const random = seededRandom(rule.length);
      const some = (): number => Math.floor(random() * IMAGES);
      for (let round = 0; round < 50; round += 1) {
        const flagged = {
          // The same image can be flagged twice.
          images: Array.from({ length: 30 }, () => ({ id: some() })),
          groups: Array.from({ length: 12 }, () => Array.from({ length: 2 + Math.floor(random() * 4) }, some)),
        };
        const count = undecidedWith(flagged, rule, outcomesWith(new Map()));
        const decisions = new Map<number, Decision>();
        for (let decided = 0; decided < 40; decided += 1) {
          const verdict = (['keep', 'relabel', 'exclude', 'unsure'] as const)[Math.floor(random() * 4)]!;
          const label = verdict === 'relabel' ? 'cat' : null;
          decisions.set(some(), { verdict, label, queue: null, note: null, at: decided });
          const now = outcomesWith(decisions);
          expect(count(decisions, now)).toBe(undecidedIn(flagged, rule, now));
        }
      }
    },
  );
});
