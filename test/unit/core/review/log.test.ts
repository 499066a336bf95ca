import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DISAGREEMENTS } from '../../../../src/contract/model/agreement';
import { bindDecisions, type ReviewImage } from '../../../../src/core/review/binding';
import { foldLog, type ActRow, type LogRow } from '../../../../src/core/review/log';
import { outcomeOf } from '../../../../src/core/review/outcome';
import { indexImages } from './index-images';

const act = (seq: number, batch: number, path: string, kind: ActRow['kind'], label: string | null = null): ActRow => ({
  seq,
  at: seq * 1000,
  batch,
  kind,
  path,
  sha256: hash(path),
  given: 'cat',
  label,
  queue: null,
  value: null,
  note: null,
});
const step = (seq: number, kind: 'undo' | 'redo', target: number): LogRow => ({
  seq,
  at: seq * 1000,
  batch: seq,
  kind,
  target,
});
const hash = (content: string): string => content.padEnd(64, '0');
const image = (id: number, path: string, content = path, className = 'cat'): ReviewImage => ({
  id,
  path,
  sha256: hash(content),
  className,
  ownClass: className,
});
const verdicts = (rows: LogRow[]): Record<string, string> =>
  Object.fromEntries(
    foldLog(rows).decisions.map((each) => [
      each.path,
      each.label === null ? each.verdict : `${each.verdict} ${each.label}`,
    ]),
  );

describe('the log of decisions', () => {
  it('folds to the last act on each image; keep means the given label', () => {
    expect(
      verdicts([
        act(1, 1, 'a', 'keep'),
        act(2, 2, 'b', 'exclude'),
        act(3, 3, 'a', 'relabel', 'dog'),
        act(4, 4, 'c', 'keep'),
      ]),
    ).toEqual({ a: 'relabel dog', b: 'exclude', c: 'keep cat' });
  });

  it('removes a decision by clear without changing later ones', () => {
    expect(verdicts([act(1, 1, 'a', 'keep'), act(2, 2, 'b', 'keep'), act(3, 3, 'a', 'clear')])).toEqual({
      b: 'keep cat',
    });
  });

  it('undoes a whole batch, which restores earlier decisions, and redoes it', () => {
    const rows = [act(1, 1, 'a', 'keep'), act(2, 2, 'a', 'exclude'), act(3, 2, 'b', 'exclude')];
    expect(foldLog(rows).undoable).toBe(2);
    const undone = [...rows, step(4, 'undo', 2)];
    expect(verdicts(undone)).toEqual({ a: 'keep cat' });
    expect(foldLog(undone)).toMatchObject({ undoable: 1, redoable: 2 });
    expect(verdicts([...undone, step(5, 'redo', 2)])).toEqual({ a: 'exclude', b: 'exclude' });
  });

  it('allows no redo after a new act', () => {
    const rows = [act(1, 1, 'a', 'keep'), step(2, 'undo', 1), act(3, 3, 'b', 'keep')];
    expect(foldLog(rows)).toMatchObject({ undoable: 3, redoable: null });
    expect(verdicts([...rows, step(4, 'redo', 1)])).toEqual({ b: 'keep cat' });
  });

  it('behaves like an editor with a list of states', () => {
    const command = fc.oneof(
      fc.constant('undo' as const),
      fc.constant('redo' as const),
      fc.record({
        path: fc.constantFrom('a', 'b', 'c'),
        kind: fc.constantFrom('keep' as const, 'exclude' as const, 'clear' as const),
      }),
    );
    fc.assert(
      fc.property(fc.array(command, { maxLength: 60 }), (commands) => {
        const rows: LogRow[] = [];
        const states: Record<string, string>[] = [{}];
        let at = 0;
        for (const each of commands) {
          const seq = rows.length + 1;
          const now = foldLog(rows);
          if (each === 'undo' || each === 'redo') {
            const target = each === 'undo' ? now.undoable : now.redoable;
            expect(target === null).toBe(each === 'undo' ? at === 0 : at === states.length - 1);
            if (target === null) continue;
            rows.push(step(seq, each, target));
            at += each === 'undo' ? -1 : 1;
          } else {
            rows.push(act(seq, seq, each.path, each.kind));
            const rest = Object.fromEntries(Object.entries(states[at]!).filter(([path]) => path !== each.path));
            states.splice(
              at + 1,
              states.length,
              each.kind === 'clear' ? rest : { ...rest, [each.path]: each.kind === 'keep' ? 'keep cat' : each.kind },
            );
            at += 1;
          }
          expect(verdicts(rows)).toEqual(states[at]);
        }
      }),
    );
  });
});

describe('bindDecisions', () => {
  const bind = (rows: LogRow[], images: ReviewImage[]): { bound: Record<number, string>; stale: string[] } => {
    const { decisions, stale } = bindDecisions(foldLog(rows).decisions, indexImages(images));
    return {
      bound: Object.fromEntries([...decisions].map(([id, each]) => [id, each.verdict])),
      stale: stale.map((each) => each.path),
    };
  };

  it('finds an image by its path, and a moved one by its content', () => {
    expect(
      bind([act(1, 1, 'a', 'exclude'), act(2, 2, 'b', 'keep')], [image(7, 'a'), image(8, 'elsewhere/b', 'b')]),
    ).toEqual({ bound: { 7: 'exclude', 8: 'keep' }, stale: [] });
  });
  it('does not apply a decision to a copy of the image', () => {
    expect(bind([act(1, 1, 'a', 'exclude')], [image(7, 'a'), image(8, 'copy', 'a')])).toEqual({
      bound: { 7: 'exclude' },
      stale: [],
    });
  });
  it('drops a decision when the content at its path has changed', () => {
    expect(bind([act(1, 1, 'a', 'exclude')], [image(7, 'a', 'changed')])).toEqual({ bound: {}, stale: ['a'] });
  });
  it('drops "label is right" when the label has changed, but not a relabel', () => {
    expect(
      bind(
        [act(1, 1, 'a', 'keep'), act(2, 2, 'b', 'relabel', 'dog')],
        [image(1, 'a', 'a', 'dog'), image(2, 'b', 'b', 'dog')],
      ),
    ).toEqual({ bound: { 2: 'relabel' }, stale: ['a'] });
  });
  it('gives two moved copies their own decisions', () => {
    const rows = [act(1, 1, 'a', 'exclude'), { ...act(2, 2, 'b', 'keep'), sha256: hash('a') }];
    expect(bind(rows, [image(1, 'x/a', 'a'), image(2, 'x/b', 'a')])).toEqual({
      bound: { 1: 'exclude', 2: 'keep' },
      stale: [],
    });
  });
  it('matches unreadable files by path', () => {
    expect(bind([{ ...act(1, 1, 'a', 'exclude'), sha256: null }], [{ ...image(1, 'a'), sha256: null }])).toEqual({
      bound: { 1: 'exclude' },
      stale: [],
    });
  });
});

describe('outcomeOf', () => {
  const decision = (verdict: 'keep' | 'relabel' | 'exclude' | 'unsure', label: string | null) => ({
    verdict,
    label,
    queue: 'label-error',
    note: null,
    at: 0,
  });
  it('gives the final label and the action', () => {
    expect(outcomeOf('cat', null)).toEqual({ label: 'cat', action: 'unchanged', reason: '' });
    expect(outcomeOf('cat', decision('keep', 'cat'))).toEqual({ label: 'cat', action: 'kept', reason: 'label-error' });
    expect(outcomeOf('cat', decision('relabel', 'dog'))).toEqual({
      label: 'dog',
      action: 'relabelled',
      reason: 'label-error',
    });
    expect(outcomeOf('cat', { ...decision('exclude', null), queue: DISAGREEMENTS })).toMatchObject({
      reason: 'disagreement settled',
    });
    expect(outcomeOf('dog', decision('relabel', 'dog'))).toMatchObject({ label: 'dog', action: 'kept' });
    expect(outcomeOf('cat', decision('exclude', null))).toMatchObject({ action: 'excluded' });
    expect(outcomeOf('cat', decision('unsure', null))).toMatchObject({ label: 'cat', action: 'unchanged' });
  });
});
