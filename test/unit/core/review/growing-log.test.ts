/** A log that grows is folded and bound as if all of it were new. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { bindPlaced, rebound, stillKept, type Bound, type ReviewImage } from '../../../../src/core/review/binding';
import {
  foldLog,
  LogFolding,
  type BoundDecision,
  type BoundRemarks,
  type LogRow,
} from '../../../../src/core/review/log';
import { indexImages } from './index-images';

const sha = (content: number): string => String(content).padStart(64, '0');
const IMAGES = 6;

/** Images 0 to 3 are where they were, 4 has another content now, and 5 was moved. */
const images = Array.from({ length: IMAGES }, (_, i): ReviewImage => ({
  id: i,
  path: i === 5 ? 'moved' : `image ${i}`,
  sha256: i === 3 ? null : i === 4 ? sha(9) : sha(i),
  className: 'cat',
  ownClass: 'cat',
}));
const index = indexImages(images);

const kinds = [
  'keep',
  'relabel',
  'exclude',
  'unsure',
  'clear',
  'move',
  'tag',
  'untag',
  'note',
  'rename',
  'class',
] as const;
const commandArb = fc.record({
  kind: fc.oneof(
    { weight: 9, arbitrary: fc.constantFrom(...kinds) },
    fc.constantFrom('undo' as const, 'redo' as const),
  ),
  image: fc.oneof({ weight: 8, arbitrary: fc.nat({ max: 3 }) }, fc.nat({ max: IMAGES - 1 })),
  label: fc.constantFrom('cat', 'dog', 'other'),
  given: fc.oneof({ weight: 8, arbitrary: fc.constant('cat') }, fc.constant('old')),
  queue: fc.constantFrom(null, 'label-error'),
  /** Whether it belongs to the same action as the one before. */
  joins: fc.boolean(),
});

type Command = typeof commandArb extends fc.Arbitrary<infer T> ? T : never;

/** A step that is ignored, so that the whole log is folded. */
const IGNORED: LogRow = { seq: 99, at: 99, batch: 99, kind: 'undo', target: 98 };

function logOf(commands: readonly Command[]): LogRow[] {
  const standing: number[] = [];
  const gone: number[] = [];
  let last = 0;
  return commands.map(({ kind, image, label, given, queue, joins }, at): LogRow => {
    const seq = at + 1;
    const base = { seq, at: seq };
    if (kind === 'undo' || kind === 'redo') {
      last = 0;
      const target = (kind === 'undo' ? standing : gone).at(-1) ?? 98;
      if (target !== 98) (kind === 'undo' ? gone : standing).push((kind === 'undo' ? standing : gone).pop()!);
      return { ...base, batch: seq, kind, target };
    }
    const batch = joins && last !== 0 ? last : seq;
    if (batch === seq) standing.push(batch);
    last = batch;
    if (kind === 'class' || kind === 'rename') return { ...base, batch, kind, given: label, label: 'renamed' };
    const placed = { path: `image ${image}`, sha256: image === 3 ? null : sha(image) };
    if (kind === 'tag' || kind === 'untag' || kind === 'note') return { ...base, batch, kind, ...placed, label };
    const named = kind === 'relabel' || kind === 'move' ? label : null;
    return { ...base, batch, kind, ...placed, given, label: named, queue, value: null, note: null };
  });
}

it('whatever is decided, tagged, renamed and undone, and however many rows come at once', () => {
  let followed = 0;
  fc.assert(
    fc.property(fc.array(commandArb, { maxLength: 40 }), fc.integer({ min: 1, max: 5 }), (commands, step) => {
      const rows = logOf(commands);
      for (const without of [null, 'label-error']) {
        const folding = new LogFolding(without);
        let decisions: Bound<BoundDecision> = bindPlaced<BoundDecision>([], index, stillKept);
        let remarks: Bound<BoundRemarks> = bindPlaced<BoundRemarks>([], index);
        for (let from = 0; from < rows.length; from += step) {
          const changed = folding.add(rows.slice(from, from + step));
          const whole = foldLog([...rows.slice(0, from + step), IGNORED], without);
          expect(folding.folded()).toEqual(whole);
          const all = {
            decisions: bindPlaced(whole.decisions, index, stillKept),
            remarks: bindPlaced(whole.remarks, index),
          };
          const next =
            changed === 'everything'
              ? null
              : {
                  decisions: rebound(
                    decisions,
                    changed.decisions.map(({ path, sha256 }) => ({
                      path,
                      sha256,
                      item: folding.decisionOn({ path, sha256 }),
                    })),
                    index,
                    stillKept,
                  ),
                  remarks: rebound(
                    remarks,
                    changed.remarks.map(({ path, sha256 }) => ({
                      path,
                      sha256,
                      item: folding.remarksOn({ path, sha256 }),
                    })),
                    index,
                  ),
                };
          for (const kind of ['decisions', 'remarks'] as const) {
            const one = next?.[kind];
            if (one == null) continue;
            followed += 1;
            expect(one).toEqual(all[kind]);
            expect([...one.bound]).toEqual([...all[kind].bound]);
          }
          decisions = all.decisions;
          remarks = all.remarks;
        }
      }
    }),
    { numRuns: 400 },
  );
  expect(followed).toBeGreaterThan(500);
});
