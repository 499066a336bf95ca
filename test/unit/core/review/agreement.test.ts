import { describe, expect, it } from 'vitest';
import { DISAGREEMENTS } from '../../../../src/contract/model/agreement';
import { compareDecisions, MIN_COMPARED } from '../../../../src/core/review/agreement';
import { agreementSentences } from '../../../../src/core/review/agreement-words';
import type { ReviewImage } from '../../../../src/core/review/binding';
import type { ClassNames } from '../../../../src/core/review/class-names';
import { inNamesOf } from '../../../../src/core/review/foreign-names';
import { readExchangeTable } from '../../../../src/core/review/exchange-table';
import type { BoundDecision } from '../../../../src/core/review/log';

const COUNT = 40;
const images = new Map(
  Array.from({ length: COUNT }, (_, id): [number, ReviewImage] => [
    id,
    { id, path: `cat/${id}.png`, sha256: null, className: 'cat', ownClass: 'cat' },
  ]),
);
type Choice = 'keep' | 'exclude' | 'unsure' | `to ${string}`;
function decisions(choices: readonly Choice[], queue: string | null = null, at = 1): Map<number, BoundDecision> {
  return new Map(
    choices.map((choice, id) => [
      id,
      {
        verdict: choice.startsWith('to ') ? 'relabel' : (choice as 'keep' | 'exclude' | 'unsure'),
        label: choice.startsWith('to ') ? choice.slice(3) : null,
        queue,
        note: null,
        at,
        path: `cat/${id}.png`,
        sha256: null,
        given: 'cat',
        value: null,
        moved: false,
      },
    ]),
  );
}
const unnamed: ClassNames = new Map();
const times = (n: number, choice: Choice): Choice[] => Array.from({ length: n }, () => choice);

describe('the agreement of two reviewers', () => {
  it('counts what both decided; another new label is a disagreement', () => {
    const mine = decisions([...times(20, 'keep'), 'to dog', 'to dog', 'exclude', 'unsure', 'keep']);
    const theirs = decisions([...times(19, 'keep'), 'exclude', 'to dog', 'to bird', 'exclude', 'keep', 'unsure']);
    const { agreement, open } = compareDecisions(images, mine, mine, theirs, unnamed);
    expect(agreement).toMatchObject({ both: 23, agreed: 21, unsure: 2, open: 2 });
    expect(agreement.table).toContainEqual({ mine: 'relabel', theirs: 'relabel', images: 2, agreed: 1 });
    expect(open).toEqual([19, 21]);
    // cohen_kappa_score of scikit-learn 1.9.1 for the same 23 pairs of categories
    expect(agreement.kappa?.value).toBeCloseTo(0.6827586206896552, 12);
  });

  it('gives no κ for few images, nor where it is not defined', () => {
    const few = decisions(times(MIN_COMPARED - 1, 'keep'));
    const same = decisions(times(MIN_COMPARED, 'keep'));
    for (const [some, why] of [
      [few, /too few images/],
      [same, /not defined/],
    ] as const) {
      const { agreement } = compareDecisions(images, some, some, some, unnamed);
      expect(agreement.kappa).toBeNull();
      const told = agreementSentences({ reviewer: 'Anna', at: 1, decisions: some.size, stale: 0, ...agreement });
      expect(told.join(' ')).toMatch(why);
    }
  });

  it('stays as it was when disagreements are settled, and a settled one is not open', () => {
    const mine = decisions([...times(24, 'keep'), 'exclude']);
    const theirs = decisions([...times(23, 'keep'), 'exclude', 'exclude']);
    const settled = new Map([...mine, [23, decisions(times(24, 'exclude'), DISAGREEMENTS, 2).get(23)!]]);
    const confirmed = new Map([...mine, [23, decisions(times(24, 'keep'), DISAGREEMENTS, 2).get(23)!]]);
    const before = compareDecisions(images, mine, mine, theirs, unnamed);
    expect(before.open).toEqual([23]);
    for (const now of [settled, confirmed])
      expect(compareDecisions(images, mine, now, theirs, unnamed)).toEqual({
        agreement: { ...before.agreement, open: 0 },
        open: [],
      });
  });

  it('opens a settled disagreement again if the other decision was imported later', () => {
    const theirs = decisions(['exclude'], null, 3);
    const mine = decisions(['keep'], DISAGREEMENTS, 2);
    expect(compareDecisions(images, new Map(), mine, theirs, unnamed).open).toEqual([0]);
  });

  it('compares the classes that the labels stand for', () => {
    const merged: ClassNames = new Map([
      ['cat', { name: 'pet', at: 1 }],
      ['dog', { name: 'pet', at: 1 }],
    ]);
    const mine = decisions(['keep', 'to pet']);
    const theirs = decisions(['to dog', 'keep']);
    expect(compareDecisions(images, mine, mine, theirs, merged).agreement).toMatchObject({ both: 2, agreed: 2 });
  });
});

describe('labels in the names of another reviewer', () => {
  const table = (...lines: string[]) => readExchangeTable(lines.map((line) => line.split(',')));
  const own = new Set(['cat', 'dog', 'bird']);

  it('become those of the user, and no class is renamed', () => {
    const rows = table('path,label,decision,given', ',hound,class,dog', 'a.png,hound,relabel,cat');
    const mine: ClassNames = new Map([['dog', { name: 'Hund', at: 1 }]]);
    const { rows: read, notes } = inNamesOf(rows, own, mine);
    expect(read.map(({ kind, label }) => [kind, label])).toEqual([['relabel', 'Hund']]);
    expect(notes).toHaveLength(1);
  });

  it('stay if the name stands for several classes', () => {
    const rows = table('path,label,decision,given', ',dog,class,bird', 'a.png,dog,relabel,cat');
    expect(inNamesOf(rows, own, new Map([['dog', { name: 'Hund', at: 1 }]])).rows[0]?.label).toBe('dog');
  });
});
