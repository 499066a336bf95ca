import { describe, expect, it } from 'vitest';
import type { ExportOptions } from '../../../../src/contract/model/export';
import type { Decision } from '../../../../src/contract/model/review';
import { planExport, summarizeExport, type ExportInput } from '../../../../src/core/exports/plan';
import { atOnce, type Sliced } from '../../../../src/core/slices';
import { image, newSplit, sampleFacts } from './samples';

const decision = (verdict: Decision['verdict'], label: string | null = null): Decision => ({
  verdict,
  label,
  queue: 'label-error',
  note: null,
  at: 0,
});
const many = (className: string, n: number, from = 0) =>
  Array.from({ length: n }, (_, index) => image(from + index, `${className}/${index}.jpg`, className));
const plan = ({ drop = [], ...input }: Partial<ExportInput> & { drop?: ExportOptions['drop'] }) =>
  atOnce(
    planExport({
      images: [],
      decisions: new Map(),
      findings: [],
      groups: [],
      options: { ...newSplit, drop },
      ...input,
    }),
  );

function counted<T>(steps: Sliced<T>): [pauses: number, result: T] {
  for (let pauses = 0; ; pauses += 1) {
    const step = steps.next();
    if (step.done === true) return [pauses, step.value];
  }
}

describe('an export plan', () => {
  it('puts every readable image into split/class/name and counts the images', () => {
    const { summary, files } = plan({ images: [...many('cat', 20), ...many('dog', 10, 20)] });
    expect(summary).toMatchObject({
      images: 30,
      bytes: 30_000,
      splits: ['train', 'val', 'test'],
      relabelled: 0,
      dropped: [],
      notices: [],
      problems: [],
    });
    expect(summary.table).toEqual([
      { className: 'cat', folder: 'cat', counts: [16, 2, 2] },
      { className: 'dog', folder: 'dog', counts: [8, 1, 1] },
    ]);
    for (const file of files) expect(file.file).toBe(`${file.split}/${file.image.path}`);
  });

  it('is made in slices, so that whoever makes it can answer others in between', () => {
    const images = many('cat', 20_000);
    const groups = images.map(({ id }) => [id, (id + 1) % 20_000]);
    const input = { images, decisions: new Map(), findings: [], groups, options: newSplit };
    const [pauses, plan] = counted(planExport(input));
    expect(pauses).toBeGreaterThan(20);
    expect(plan.files).toHaveLength(20_000);
    const [summaryPauses, summary] = counted(summarizeExport(input));
    expect(summaryPauses).toBeLessThan(pauses);
    expect(summary).toEqual(plan.summary);
  });

  it('follows decisions: relabelled images get the new class, excluded ones are left out, unsure ones stay', () => {
    const images = many('cat', 5);
    const { files, left, summary } = plan({
      images,
      decisions: new Map([
        [0, decision('relabel', 'dog')],
        [1, decision('exclude')],
        [2, decision('unsure')],
        [3, decision('keep', 'cat')],
      ]),
    });
    expect(files.find((file) => file.image.id === 0)).toMatchObject({
      outcome: { label: 'dog', action: 'relabelled' },
    });
    expect(files.find((file) => file.image.id === 0)!.file).toMatch(/\/dog\/0\.jpg$/);
    expect(files.map((file) => file.image.id).sort()).toEqual([0, 2, 3, 4]);
    expect(left.map((each) => each.image.id)).toEqual([1]);
    expect(summary).toMatchObject({ relabelled: 1, dropped: [{ reason: { kind: 'excluded' }, count: 1 }] });
  });

  it('leaves unreadable files out, with the reason', () => {
    const { summary } = plan({
      images: [
        ...many('cat', 3),
        image(9, 'cat/9.jpg', 'cat', { facts: null, unreadable: { code: 'truncated', reason: '' } }),
      ],
    });
    expect(summary).toMatchObject({
      images: 3,
      dropped: [{ reason: { kind: 'unreadable', code: 'truncated' }, count: 1 }],
    });
  });

  it('drops images that a check found, but never those that the review confirmed', () => {
    const findings = [
      {
        check: 'label-error' as const,
        images: [
          { id: 0, value: 0.9 },
          { id: 1, value: 0.8 },
        ],
        groups: [],
      },
    ];
    const { left } = plan({
      images: many('cat', 5),
      findings,
      drop: ['label-error'],
      decisions: new Map([[1, decision('keep', 'cat')]]),
    });
    expect(left.map((each) => [each.image.id, each.outcome.reason, each.score])).toEqual([[0, 'label-error', 0.9]]);
  });

  it('counts the images that are flagged and not reviewed but still exported', () => {
    const images = [...many('cat', 6), ...many('dog', 2, 10)];
    const label = { check: 'label-error' as const, images: [0, 1, 2].map((id) => ({ id, value: 0.9 })), groups: [] };
    const twice = {
      check: 'exact-duplicate' as const,
      images: [],
      groups: [
        [0, 3],
        [4, 5],
      ],
    };
    const torn = {
      check: 'conflicting-duplicate' as const,
      images: [],
      groups: [
        [2, 10],
        [1, 11],
      ],
    };
    const findings = [torn, twice, label];
    const decisions = new Map([
      [1, decision('relabel', 'dog')],
      [2, decision('unsure')],
      [4, decision('keep', 'cat')],
      [5, decision('keep', 'cat')],
    ]);
    expect(plan({ images, findings, decisions }).summary.unreviewed).toEqual([
      { check: 'conflicting-duplicate', count: 1 },
      { check: 'label-error', count: 2 },
      { check: 'exact-duplicate', count: 1 },
    ]);
    expect(plan({ images, findings, decisions, drop: ['label-error', 'exact-duplicate'] }).summary.unreviewed).toEqual(
      [],
    );
  });

  it('keeps one image of each duplicate group: with the most frequent label, reviewed ones first, then the largest', () => {
    const images = [
      image(0, 'a', 'cat', { bytes: 9000 }),
      image(1, 'b', 'dog'),
      image(2, 'c', 'dog', { bytes: 2000 }),
      image(3, 'd', 'dog'),
      image(4, 'e', 'dog', { facts: { ...sampleFacts, width: 99 } }),
    ];
    const findings = [
      {
        check: 'exact-duplicate' as const,
        images: images.map(({ id }) => ({ id, value: null })),
        groups: [
          [0, 1, 2],
          [3, 4],
        ],
      },
    ];
    expect(plan({ images, findings, drop: ['exact-duplicate'] }).files.map((file) => file.image.id)).toEqual([2, 4]);
    const reviewed = plan({
      images,
      findings,
      drop: ['exact-duplicate'],
      decisions: new Map([
        [1, decision('keep', 'dog')],
        [4, decision('exclude')],
      ]),
    });
    expect(reviewed.files.map((file) => file.image.id)).toEqual([1, 3]);
    expect(reviewed.left.find((each) => each.image.id === 2)!.outcome.reason).toBe('exact-duplicate of b');
  });

  it('keeps one image for each label if two labels are equally frequent and not reviewed, because dropping one would decide which is right', () => {
    const images = [image(0, 'a', 'cat', { bytes: 9000 }), image(1, 'b', 'dog'), image(2, 'c', 'cat')];
    const twice = { check: 'near-duplicate' as const, images: [], groups: [[0, 1]] };
    const torn = { check: 'conflicting-duplicate' as const, images: [], groups: [[0, 1]] };
    const open = plan({ images, findings: [twice, torn], drop: ['near-duplicate'] });
    expect(open.files.map((file) => file.image.id)).toEqual([0, 1, 2]);
    expect(open.summary.unreviewed).toEqual([{ check: 'conflicting-duplicate', count: 1 }]);
    expect(
      plan({
        images,
        findings: [twice],
        drop: ['near-duplicate'],
        decisions: new Map([[1, decision('keep', 'dog')]]),
      }).files.map((file) => file.image.id),
    ).toEqual([1, 2]);
    const four = [...images, image(3, 'd', 'dog')];
    const torn4 = plan({ images: four, findings: [{ ...twice, groups: [[0, 1, 2, 3]] }], drop: ['near-duplicate'] });
    expect(torn4.left.map((each) => [each.image.path, each.outcome.reason])).toEqual([
      ['c', 'near-duplicate of a'],
      ['d', 'near-duplicate of b'],
    ]);
    expect(
      plan({ images, findings: [{ ...twice, groups: [[0, 1, 2]] }], drop: ['near-duplicate'] }).files.map(
        (file) => file.image.id,
      ),
    ).toEqual([0]);
  });

  it('leaves out all copies of a picture with two labels, unless decisions have left one label', () => {
    const images = [
      image(0, 'a', 'cat'),
      image(1, 'b', 'dog'),
      image(2, 'c', 'cat'),
      image(3, 'd', 'dog'),
      image(4, 'e', 'cat'),
      image(5, 'f', 'dog'),
    ];
    const torn = {
      check: 'conflicting-duplicate' as const,
      images: images.map(({ id }) => ({ id, value: null })),
      groups: [
        [0, 1],
        [2, 3],
        [4, 5],
      ],
    };
    const decisions = new Map([
      [1, decision('exclude')],
      [3, decision('relabel', 'cat')],
    ]);
    const { files, left } = plan({ images, findings: [torn], drop: ['conflicting-duplicate'], decisions });
    expect(files.map((file) => [file.image.id, file.outcome.label])).toEqual([
      [0, 'cat'],
      [2, 'cat'],
      [3, 'cat'],
    ]);
    expect(left.map((each) => each.image.id)).toEqual([1, 4, 5]);
    const parted = plan({ images, findings: [{ ...torn, groups: [[0, 1]] }], drop: ['conflicting-duplicate'] });
    expect(parted.left.map((each) => each.image.id)).toEqual([0, 1]);
  });

  it('gives the files in a folder different names and correct extensions', () => {
    const images = [image(0, 'x/cat/a.jpg', 'cat'), image(1, 'y/cat/A.jpg', 'cat'), image(2, 'z/a.png', 'cat')];
    const files = plan({
      images,
      options: { ...newSplit, split: { kind: 'new', shares: [{ name: 'train', share: 1 }], seed: '' } },
    }).files;
    expect(files.map((file) => file.file)).toEqual(['train/cat/a.jpg', 'train/cat/A_2.jpg', 'train/cat/a_3.jpg']);
  });

  it('flattens nested classes and reports it, in the order in which loaders sort folders', () => {
    const { classes, summary, files } = plan({
      images: [...many('b/x', 4), ...many('b', 4, 10), ...many('10', 4, 20), ...many('2', 4, 30)],
    });
    expect(classes.map((each) => each.folder)).toEqual(['10', '2', 'b', 'b__x']);
    expect(summary.notices.join()).toContain('“b/x” is “b__x”');
    for (const file of files) expect(classes[file.labelIndex]!.name).toBe(file.outcome.label);
  });

  it('refuses classes that share a folder on a case-insensitive disk, until a relabel resolves it', () => {
    const images = [...many('Cat', 4), ...many('cat', 1, 10)];
    expect(plan({ images }).summary.problems).toEqual([
      'The classes “Cat” and “cat” differ only by case and would be the same folder on Windows and macOS: relabel one of them.',
    ]);
    expect(plan({ images, decisions: new Map([[10, decision('relabel', 'Cat')]]) }).summary.problems).toEqual([]);
  });

  it('reports a class without images', () => {
    expect(
      plan({ images: [...many('cat', 4), ...many('dog', 1, 10)], decisions: new Map([[10, decision('exclude')]]) })
        .summary.notices,
    ).toContain('No image is left in the class “dog”.');
  });

  it('refuses an export without images, and one that keeps splits that do not exist', () => {
    expect(plan({}).summary.problems).toContain('No image is left to export.');
    expect(
      plan({
        images: many('cat', 3),
        options: { ...newSplit, split: { kind: 'mended', home: 'train' } },
      }).summary.problems.join(),
    ).toContain('no splits to keep');
  });

  it('removes leaks between existing splits by moving only the leaking images, and counts them', () => {
    const images = [
      image(0, 'train/cat/0.jpg', 'cat', { split: 'train' }),
      image(1, 'test/cat/1.jpg', 'cat', { split: 'test' }),
      image(2, 'test/cat/2.jpg', 'cat', { split: 'test' }),
    ];
    const { files, summary } = plan({
      images,
      groups: [[0, 1]],
      options: { ...newSplit, split: { kind: 'mended', home: 'train' } },
    });
    expect(Object.fromEntries(files.map((file) => [file.image.id, file.split]))).toEqual({
      0: 'train',
      1: 'train',
      2: 'test',
    });
    expect(summary.moved).toBe(1);
    expect(Object.fromEntries(files.map((file) => [file.image.id, file.group]))).toEqual({ 0: 1, 1: 1, 2: null });
  });

  it('converts images that loaders read incorrectly, only on request', () => {
    const odd = [
      image(0, 'c/0.jpg', 'c', { facts: { ...sampleFacts, orientation: 6 } }),
      image(1, 'c/1.jpg', 'c', { facts: { ...sampleFacts, colourSpace: 'cmyk', channels: 4 } }),
      image(2, 'c/2.png', 'c', { facts: { ...sampleFacts, format: 'png', depth: 16, colourSpace: 'rgb16' } }),
      image(3, 'c/3.webp', 'c', { facts: { ...sampleFacts, format: 'webp' } }),
      image(4, 'c/4.gif', 'c', { facts: { ...sampleFacts, format: 'gif', pages: 7 } }),
      image(5, 'c/5.jpg', 'c'),
    ];
    const off = plan({ images: odd });
    expect(off.summary.converted).toBe(0);
    expect(off.summary.notices.join()).toContain('Keras would skip 1 image (webp)');
    const on = plan({ images: odd, options: { ...newSplit, convert: true } });
    expect(on.files.map((file) => file.convertTo)).toEqual(['jpeg', 'jpeg', 'png', 'png', 'png', null]);
    expect(on.files.map((file) => file.file.replace(/.*\./, ''))).toEqual(['jpg', 'jpg', 'png', 'png', 'png', 'jpg']);
    expect(on.summary.notices.join()).not.toContain('Keras');
  });
});
