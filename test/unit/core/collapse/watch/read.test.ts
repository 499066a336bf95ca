import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readRun } from '../../../../../src/core/collapse/watch/read';
import { bytesOf, epochs, header, labelsOf, NOWHERE, rightFor, sample, type Recorded } from './recorded';

const labels = labelsOf([40, 40, 40]);
const one = labels.map(() => 1);
const run = (list: readonly Recorded[], { steps = 200, end = false, of = labels } = {}) =>
  readRun(
    bytesOf([header(), sample(of), ...epochs(list, steps), ...(end ? [{ kind: 'end', reason: 'finished' }] : [])]),
    'watch-a',
    NOWHERE,
  );
const flat = (predicted: readonly number[], count: number): Recorded[] =>
  Array.from({ length: count }, () => ({ predicted, loss: 1.0986 }));

it.each([
  [header(), 'Keras 3.0'],
  [header({ framework: 'pytorch', version: '2.9.1' }), 'PyTorch 2.9.1'],
  [header({ framework: 'jax', version: '' }), 'jax'],
])('a run has the name of its framework (%#)', (head, name) => {
  expect(readRun(bytesOf([head]), 'watch-a', NOWHERE).framework).toBe(name);
});

describe('a collapse', () => {
  it('is not judged in the first epochs', () => {
    for (const count of [1, 2, 4]) expect(run(flat(one, count)).verdict.kind).toBe('not-yet');
  });

  it('is not judged after few weight updates', () => {
    expect(run(flat(one, 8), { steps: 20 }).verdict.kind).toBe('not-yet');
    expect(run(flat(one, 1), { steps: 20, end: true }).verdict.kind).toBe('not-yet');
  });

  it('is judged when the loss stays where it is', () => {
    const { verdict } = run(flat(one, 6));
    expect(verdict.kind).toBe('collapsed');
    expect(verdict.since).toBe(1);
    expect(verdict.sentence).toContain('“bee”');
  });

  it('waits while the loss falls', () => {
    const falling = Array.from({ length: 8 }, (_, i) => ({ predicted: one, loss: 1 - i / 20 }));
    expect(run(falling).verdict.kind).toBe('not-yet');
  });

  it('names the first epoch after a net had learned, and the first layer', () => {
    const layer = (name: string, dead: boolean) => ({
      name,
      variance: dead ? 0 : 0.4,
      square: dead ? 0 : 1,
      dead: dead ? 1 : 0.2,
    });
    const layers = (dead: boolean) => [layer('first', false), layer('second', dead), layer('third', dead)];
    const good = { predicted: rightFor(labels, 0.9, 3), loss: 0.3, layers: layers(false) };
    const bad = { predicted: one, loss: 1.1, layers: layers(true) };
    expect(run([good, good, bad]).verdict.kind).toBe('not-yet');
    const { verdict } = run([good, good, bad, bad, bad]);
    expect(verdict).toMatchObject({ kind: 'collapsed', since: 3, layer: { name: 'second', epoch: 3, dead: true } });
  });

  it('blames no constant branch before a layer that still differs', () => {
    const layers = [
      { name: 'branch', variance: 0, square: 1 },
      { name: 'last', variance: 0.5, square: 1 },
    ];
    const { verdict } = run(flat(one, 6).map((epoch) => ({ ...epoch, layers })));
    expect(verdict).toMatchObject({ kind: 'collapsed', layer: null });
  });

  it('in validation only is told from one in training', () => {
    const { verdict } = run(
      Array.from({ length: 6 }, (_, i) => ({ predicted: one, loss: 1 / (i + 1), accuracy: 0.95 })),
    );
    expect(verdict.kind).toBe('collapsed');
    expect(verdict.sentence).toContain('On its training images the accuracy is 95 %');
  });
});

it('a divergence needs two epochs or the end', () => {
  const good = { predicted: rightFor(labels, 0.8, 3), loss: 0.4 };
  const bad = { predicted: one, loss: 'nan', notFinite: 120 };
  expect(run([good, bad]).verdict.kind).not.toBe('diverged');
  expect(run([good, bad, bad]).verdict).toMatchObject({ kind: 'diverged', since: 2 });
  expect(run([good, bad], { end: true }).verdict.kind).toBe('diverged');
});

describe('a sound training raises no alarm', () => {
  const learning = (of: readonly number[], classes: number, start: readonly number[], begin: number): Recorded[] =>
    Array.from({ length: 10 }, (_, i) => ({
      predicted: i < begin ? start : rightFor(of, Math.min(0.95, 0.5 + i / 20), classes),
      loss: 1.2 / (1 + i / 3),
      accuracy: Math.min(0.97, 0.4 + i / 15),
    }));
  it.each([
    ['balanced', [40, 40, 40], 3, 2],
    ['imbalanced', [180, 20, 10], 3, 3],
    ['of two classes', [60, 60], 2, 2],
    ['at once', [40, 40, 40], 3, 0],
  ] as const)('%s', (_, counts, classes, begin) => {
    const of = labelsOf(counts);
    const list = learning(
      of,
      classes,
      of.map(() => 0),
      begin,
    );
    for (let n = 1; n <= list.length; n++) {
      const { verdict } = run(list.slice(0, n), { of });
      expect(['learns', 'partial', 'not-yet', 'unknown'], `epoch ${n}: ${verdict.sentence}`).toContain(verdict.kind);
    }
    expect(run(list, { of, end: true }).verdict.kind).toBe('learns');
  });

  it('that dips once', () => {
    const good = { predicted: rightFor(labels, 0.9, 3), loss: 0.3 };
    for (const list of [
      [good, { predicted: one, loss: 2 }],
      [good, { predicted: one, loss: 2 }, good],
    ])
      expect(['not-yet', 'learns']).toContain(run(list).verdict.kind);
  });

  it('in which each epoch has a batch with an infinite loss that is skipped', () => {
    const good = { predicted: rightFor(labels, 0.9, 3), loss: 'inf' };
    expect(run([good, good, good], { end: true }).verdict.kind).toBe('learns');
  });

  it('and guesses of a net that has just begun are no other numbering', () => {
    const of = labelsOf([10, 10]);
    const predicted = of.map((label, i) => (i % 10 < 6 ? 1 - label : label));
    expect(run([{ predicted, loss: 0.69 }], { of }).remarks).toEqual([]);
  });

  it('and too few images are not judged', () => {
    const of = labelsOf([2, 1]);
    expect(run(flat([0, 0, 0], 8), { of }).verdict.kind).toBe('unknown');
  });
});

describe('damaged files', () => {
  const whole = [
    header(),
    sample(labels),
    ...epochs([...flat(one, 3), { predicted: rightFor(labels, 0.9, 3), loss: 'inf' }, { predicted: null }]),
    { kind: 'fault', message: 'layers: größer' },
    { kind: 'end', reason: 'finished' },
  ];

  it('any prefix of the bytes reads as its complete lines', () => {
    const bytes = bytesOf(whole);
    fc.assert(
      fc.property(fc.integer({ min: 0, max: bytes.length }), (length) => {
        const part = bytes.subarray(0, length);
        const lines = part.lastIndexOf(0x0a) + 1;
        const complete = part.reduce((count, byte) => count + (byte === 0x0a ? 1 : 0), 0);
        expect(readRun(part, 'a', NOWHERE)).toEqual(readRun(bytes.subarray(0, lines), 'a', NOWHERE));
        expect(readRun(part, 'a', NOWHERE)).toEqual(readRun(bytesOf(whole.slice(0, complete)), 'a', NOWHERE));
      }),
      { numRuns: 60 },
    );
  });

  it('no bytes make the reader fail', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.nat(bytesOf(whole).length), (noise, at) => {
        const bytes = bytesOf(whole);
        const mixed = new Uint8Array([...bytes.subarray(0, at), ...noise, 0x0a, ...bytes.subarray(at)]);
        expect(readRun(mixed, 'a', NOWHERE).epochs.length).toBeLessThanOrEqual(5);
      }),
      { numRuns: 60 },
    );
  });

  it('no values of a line make the reader fail', () => {
    const value = fc.jsonValue({ maxDepth: 2 });
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(whole.length - 1), fc.string(), value), { maxLength: 4 }), (changes) => {
        const lines: Record<string, unknown>[] = whole.map((line) => ({ ...line }));
        for (const [at, , with_] of changes) {
          const keys = Object.keys(lines[at]!);
          lines[at]![keys[keys.length - 1]!] = with_;
        }
        readRun(bytesOf(lines), 'a', NOWHERE);
      }),
      { numRuns: 100 },
    );
  });

  it('a damaged line is counted, and the others are read', () => {
    const text = `${JSON.stringify(header())}\n\0\0\0\0\n${JSON.stringify(sample(labels))}\n{"kind":"ep\n${JSON.stringify(epochs([{ predicted: one }])[0])}\n`;
    const read = readRun(new TextEncoder().encode(text), 'a', NOWHERE);
    expect(read).toMatchObject({ unreadable: 2, images: 120 });
    expect(read.epochs).toHaveLength(1);
  });

  it('an epoch that is written again counts once', () => {
    const again = epochs([
      { predicted: null, loss: 1 },
      { predicted: null, loss: 0.9 },
    ]);
    const lines = [header(), sample(labels), ...again, ...epochs([{}, { predicted: one, loss: 0.9 }]).slice(1)];
    const read = readRun(bytesOf(lines), 'a', NOWHERE);
    expect(read.epochs.map(({ epoch, predicted }) => [epoch, predicted?.[1] ?? null])).toEqual([
      [1, null],
      [2, 120],
    ]);
  });

  it('an end that more epochs follow is no end', () => {
    const lines = [header(), sample(labels), ...epochs(flat(one, 1)), { kind: 'end', reason: 'finished' }];
    expect(readRun(bytesOf(lines), 'a', NOWHERE).ended).toBe('finished');
    expect(readRun(bytesOf([...lines, ...epochs(flat(one, 2)).slice(1)]), 'a', NOWHERE).ended).toBeNull();
  });
});
