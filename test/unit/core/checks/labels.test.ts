import { describe, expect, it } from 'vitest';
import type { LabelEvidence } from '../../../../src/core/checks/check';
import { classOverlap } from '../../../../src/core/checks/class-overlap';
import { labelError } from '../../../../src/core/checks/label-error';
import { outlier } from '../../../../src/core/checks/outlier';
import { classes, ids, only, run } from './rows';

const images = classes({ cat: 100, dog: 100 });

function evidence(parts: Partial<LabelEvidence>): LabelEvidence {
  const verdicts = images.map((image) => ({
    image: image.id,
    given: image.className,
    suggested: image.className,
    predicted: image.className,
    wrong: 0.01,
  }));
  return { verdicts, estimate: { expected: 5, low: 2, high: 9 }, joint: [], distances: [], ...parts };
}

function withWrong(wrong: Readonly<Record<number, number>>): LabelEvidence {
  const base = evidence({});
  return {
    ...base,
    verdicts: base.verdicts.map((verdict) =>
      wrong[verdict.image] === undefined
        ? verdict
        : { ...verdict, suggested: verdict.given === 'cat' ? 'dog' : 'cat', wrong: wrong[verdict.image]! },
    ),
  };
}

describe('label-error', () => {
  it('lists labels that are more likely wrong than right, worst first, with the expected number of wrong labels', () => {
    const found = only(run(labelError, images, { labels: withWrong({ 3: 0.9, 150: 0.97, 7: 0.4 }) }));
    expect(ids(found)).toEqual([150, 3]);
    expect(found.severity).toBe('warning');
    expect(found.title).toContain('2 labels of 200 look wrong (1 %)');
    expect(found.evidence.facts).toContainEqual({ name: 'expected wrong labels in total', value: 5 });
  });
  it('names the most frequent pairs of classes only if they lead clearly, and no pair that ties with an omitted one', () => {
    const many = classes({ a: 30, b: 30, c: 30, d: 30, e: 30, f: 30, g: 30, h: 30 });
    const pairs = (counts: Readonly<Record<string, number>>): string => {
      const left = new Map(Object.entries(counts));
      const verdicts = many.map(({ id, className }) => {
        const n = left.get(className) ?? 0;
        left.set(className, n - 1);
        return n > 0
          ? { image: id, given: className, suggested: className === 'a' ? 'b' : 'a', predicted: className, wrong: 0.9 }
          : { image: id, given: className, suggested: className, predicted: className, wrong: 0.01 };
      });
      return only(
        run(labelError, many, {
          labels: { verdicts, estimate: { expected: 5, low: 2, high: 9 }, joint: [], distances: [] },
        }),
      ).title;
    };
    expect(pairs({ a: 4, b: 4, c: 4, d: 4, e: 4, f: 4, g: 3, h: 2 })).toMatch(/spread over 8 pairs of classes\.$/);
    expect(pairs({ a: 9, b: 4, c: 4, d: 4, e: 4 })).toMatch(/most often “a” that look like “b”\.$/);
    expect(pairs({ a: 12, b: 9, c: 9, d: 9, e: 3, f: 3, g: 3, h: 3 })).toMatch(/most often “a” that look like “b”\.$/);
    expect(pairs({ a: 5, b: 5 })).toMatch(/: “a” that look like “b” and “b” that look like “a”\.$/);
    expect(pairs({ c: 4 })).toMatch(/look wrong \([\d.]+ %\): “c” that look like “a”\.$/);
    expect(pairs({ c: 1 })).toMatch(/looks wrong \([\d.]+ %\): “c” that looks like “a”\.$/);
  });
  it('stores every pair of classes, so that the view can count those that it omits', () => {
    const names = Array.from({ length: 40 }, (_, k) => `class ${k}`);
    const many = classes(Object.fromEntries(names.map((name) => [name, 2])));
    const verdicts = many.map(({ id, className }) => ({
      image: id,
      given: className,
      suggested: names[(names.indexOf(className) + 1) % 40]!,
      predicted: className,
      wrong: 0.9,
    }));
    const found = only(
      run(labelError, many, {
        labels: { verdicts, estimate: { expected: 5, low: 2, high: 9 }, joint: [], distances: [] },
      }),
    );
    expect(found.evidence.tables?.[0]?.rows).toHaveLength(40);
  });
  it('is a warning if the count of wrong labels may be zero and the probe is not confident', () => {
    const severity = (wrong: number): string => {
      const flagged = withWrong({ 1: wrong, 2: wrong, 3: wrong, 4: wrong });
      const estimate = { expected: 3, low: 0, high: 9 };
      return only(run(labelError, images, { labels: { ...flagged, estimate } })).severity;
    };
    expect(severity(0.7)).toBe('warning');
    expect(severity(0.9)).toBe('error');
  });
  it('is an error from two per cent of wrong labels', () => {
    expect(only(run(labelError, images, { labels: withWrong({ 1: 0.9, 2: 0.9, 3: 0.9, 4: 0.9 }) })).severity).toBe(
      'error',
    );
  });
  it('uses its threshold', () => {
    expect(
      ids(only(run(labelError, images, { labels: withWrong({ 3: 0.9, 7: 0.4 }), set: { 'label-error.wrong': 0.3 } }))),
    ).toEqual([3, 7]);
  });
  it('finds nothing without a probe, or if no probe is good enough to judge', () => {
    expect(run(labelError, images)).toEqual([]);
    expect(run(labelError, images, { labels: { ...withWrong({ 3: 0.9 }), estimate: null } })).toEqual([]);
  });
});

describe('class-overlap', () => {
  it('reports two classes if a tenth of the smaller one is confidently the other, counting both directions', () => {
    const joint = [
      { given: 'cat', truth: 'dog', count: 7 },
      { given: 'dog', truth: 'cat', count: 5 },
    ];
    const found = only(run(classOverlap, images, { labels: { ...withWrong({ 3: 0.9, 120: 0.8 }), joint } }));
    expect(found.classes).toEqual(['cat', 'dog']);
    expect(found.value).toBeCloseTo(0.12);
    expect(ids(found)).toEqual([3, 120]);
    expect(found.severity).toBe('info');
    expect(found.title).toMatch(/^The probe confuses “cat” and “dog”/);
    expect(found.remedy).toContain('or labels were exchanged in both directions');
  });
  it('speaks of mixed-up labels where half of the overlap is suspicious', () => {
    const joint = [{ given: 'cat', truth: 'dog', count: 12 }];
    const labels = { ...withWrong({ 1: 0.9, 2: 0.9, 3: 0.9, 4: 0.9, 5: 0.9, 6: 0.8 }), joint };
    const found = only(run(classOverlap, images, { labels }));
    expect(found.severity).toBe('warning');
    expect(found.title).toMatch(/^Labels of “cat” and “dog” seem mixed up/);
    expect(found.remedy).not.toContain('exchanged');
  });
  it('shows what the probe itself confuses, also where it takes every label for right', () => {
    const joint = [{ given: 'cat', truth: 'dog', count: 12 }];
    const base = evidence({ joint });
    const labels = {
      ...base,
      verdicts: base.verdicts.map((one) => (one.image <= 12 ? { ...one, predicted: 'dog' } : one)),
    };
    const found = only(run(classOverlap, images, { labels }));
    expect(found.title).toMatch(/^The probe confuses “cat” and “dog”/);
    expect(found.images.length).toBeGreaterThanOrEqual(12);
    expect(found.evidence.tables?.[0]?.rows).toEqual([
      ['cat', 'dog', found.images.length, 100],
      ['dog', 'cat', 0, 100],
    ]);
    expect(found.evidence.facts).toContainEqual({ name: 'of these, suspicious labels', value: 0 });
  });
  it('finds nothing below that', () => {
    expect(
      run(classOverlap, images, { labels: evidence({ joint: [{ given: 'cat', truth: 'dog', count: 9 }] }) }),
    ).toEqual([]);
  });
});

describe('outlier', () => {
  const spread = images.map((image, i) => ({ image: image.id, value: Math.exp(((i * 37) % 100) / 200) }));
  it('finds the image that is far from all others', () => {
    const distances = spread.map((entry) => (entry.image === 42 ? { ...entry, value: 20 } : entry));
    expect(ids(only(run(outlier, images, { labels: evidence({ distances }) })))).toEqual([42]);
  });
  it('finds nothing among evenly spread, equal, or too few images', () => {
    expect(run(outlier, images, { labels: evidence({ distances: spread }) })).toEqual([]);
    expect(
      run(outlier, images, { labels: evidence({ distances: spread.map((entry) => ({ ...entry, value: 1 })) }) }),
    ).toEqual([]);
    expect(
      run(outlier, images, { labels: evidence({ distances: [...spread.slice(0, 5), { image: 9, value: 100 }] }) }),
    ).toEqual([]);
  });
});
