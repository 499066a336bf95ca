import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { classNameOf, withClassAct, type ClassAct, type ClassNames } from '../../../../src/core/review/class-names';
import { foldLog, type LogRow } from '../../../../src/core/review/log';

type Step = readonly [kind: ClassAct['kind'], given: string, label: string];
const names = (...steps: readonly Step[]): ClassNames =>
  steps.reduce<ClassNames>((now, [kind, given, label], at) => withClassAct(now, { kind, given, label }, at), new Map());
const called = (now: ClassNames, ...own: readonly string[]): string[] => own.map((each) => classNameOf(now, each));

const rows = (...acts: readonly (Step | 'undo')[]): LogRow[] => {
  const log: LogRow[] = [];
  const standing: number[] = [];
  acts.forEach((act, index) => {
    const base = { seq: index + 1, at: index + 1, batch: index + 1 };
    if (act === 'undo') log.push({ ...base, kind: 'undo', target: standing.pop()! });
    else {
      standing.push(base.batch);
      log.push({ ...base, kind: act[0], given: act[1], label: act[2] });
    }
  });
  return log;
};
const relabelled = (seq: number, label: string): LogRow => ({
  seq,
  at: seq,
  batch: seq,
  kind: 'relabel',
  path: `${seq}.png`,
  sha256: null,
  given: 'x',
  label,
  queue: null,
  value: null,
  note: null,
});

describe('the names of classes', () => {
  it('are those of the folder until one is renamed, and no class is listed that has its own name', () => {
    expect(classNameOf(new Map(), 'cat')).toBe('cat');
    expect([...names(['rename', 'cat', 'dog'], ['class', 'cat', 'cat'])]).toEqual([]);
  });

  it('follow a chain: what was merged into a class goes on with it', () => {
    const chain = names(['rename', 'a', 'b'], ['rename', 'b', 'c']);
    expect(called(chain, 'a', 'b', 'c')).toEqual(['c', 'c', 'c']);
    expect(called(names(['rename', 'b', 'c'], ['rename', 'a', 'b']), 'a', 'b', 'c')).toEqual(['b', 'c', 'c']);
  });

  it('end a circle at the last name, and can be exchanged', () => {
    expect(called(names(['rename', 'a', 'b'], ['rename', 'b', 'a']), 'a', 'b')).toEqual(['a', 'a']);
    const exchanged = names(['rename', 'a', 'free'], ['rename', 'b', 'a'], ['rename', 'free', 'b']);
    expect(called(exchanged, 'a', 'b')).toEqual(['b', 'a']);
    const three = names(['rename', 'a', 'b'], ['rename', 'b', 'c'], ['rename', 'c', 'a']);
    expect(called(three, 'a', 'b', 'c')).toEqual(['a', 'a', 'a']);
  });

  it('let a freed name be used by another class', () => {
    const reused = names(['rename', 'a', 'b'], ['rename', 'c', 'a'], ['rename', 'a', 'd']);
    expect(called(reused, 'a', 'b', 'c')).toEqual(['b', 'b', 'd']);
  });

  it('can be given back to one class of several that were merged', () => {
    const merged = names(['rename', 'a', 'c'], ['rename', 'b', 'c'], ['class', 'a', 'a']);
    expect(called(merged, 'a', 'b', 'c')).toEqual(['a', 'c', 'c']);
  });

  it('have one result for any sequence, and every undo gives the names before it', () => {
    const name = fc.constantFrom('a', 'b', 'c', 'd');
    const step = fc.tuple(fc.constantFrom('rename', 'class'), name, name) as fc.Arbitrary<Step>;
    fc.assert(
      fc.property(fc.array(step, { maxLength: 12 }), step, (before, last) => {
        const now = foldLog(rows(...before)).classNames;
        expect(foldLog(rows(...before, last, 'undo')).classNames).toEqual(now);
        const [kind, given, label] = last;
        const then = foldLog(rows(...before, last)).classNames;
        for (const own of ['a', 'b', 'c', 'd']) {
          const moves = kind === 'class' ? own === given : classNameOf(now, own) === given;
          expect(classNameOf(then, own)).toBe(moves ? label : classNameOf(now, own));
        }
        // The names alone say everything: giving them to the own classes leads to the same result.
        const again = names(...[...then].map(([own, one]): Step => ['class', own, one.name]));
        expect(called(again, 'a', 'b', 'c', 'd')).toEqual(called(then, 'a', 'b', 'c', 'd'));
      }),
    );
  });
});

describe('decisions on images of renamed classes', () => {
  const labels = (log: LogRow[]): (string | null)[] => foldLog(log).decisions.map(({ label }) => label);

  it('keep the label of a class under its new name, and of no class that takes the old name later', () => {
    const [rename] = rows(['rename', 'a', 'b']);
    expect(labels([relabelled(1, 'a'), { ...rename!, seq: 2, batch: 2 }])).toEqual(['b']);
    expect(labels([{ ...rename!, seq: 1, batch: 1 }, relabelled(2, 'a')])).toEqual(['a']);
  });

  it('keep the label of a class that one part of was given back', () => {
    const [back] = rows(['class', 'a', 'a']);
    expect(labels([relabelled(1, 'b'), { ...back!, seq: 2, batch: 2 }])).toEqual(['b']);
  });
});
