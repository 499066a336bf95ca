import { describe, expect, it } from 'vitest';
import { readRun, type WatchedSet } from '../../../../../src/core/collapse/watch/read';
import { bytesOf, epochs, header, labelsOf, sample } from './recorded';

const COLOURS = { images: 1000, mean: [150, 110, 70], deviation: [60, 60, 60], spread: [30, 30, 30] };
const CLASSES = ['ant', 'bee', 'cat'];
const SET: WatchedSet = {
  colours: COLOURS,
  labels: [CLASSES, ['1 ant', '2 bee', '3 cat']].map((classes) => ({
    classes,
    labelAt: (path) => {
      const at = CLASSES.indexOf(path.split('/').at(-2) ?? '');
      return at < 0 ? null : at;
    },
  })),
};
const labels = labelsOf([40, 40, 40]);
const paths = labels.map((label, i) => `/data/${CLASSES[label]!}/${i}.png`);
const ids = (lines: readonly object[]): string[] => readRun(bytesOf(lines), 'a', SET).remarks.map(({ id }) => id);
const input = (mean: readonly number[], deviation: number, min: number, max: number) => ({
  images: 256,
  mean,
  deviation: mean.map(() => deviation),
  min,
  max,
});
const unit = input([150 / 255, 110 / 255, 70 / 255], 0.24, 0, 1);

describe('input', () => {
  it.each([
    ['0 to 1', unit, ['input-as-expected']],
    ['−1 to 1', input([0.176, -0.137, -0.451], 0.47, -1, 1), ['input-as-expected']],
    ['ImageNet', input([0.45, -0.11, -0.58], 1.05, -2.1, 2.6), ['input-as-expected']],
    ['0 to 255', input([150, 110, 70], 60, 0, 255), ['not-scaled', 'input-as-expected']],
    ['scaled twice', input([0.0023, 0.0017, 0.0011], 0.001, 0, 0.0039), ['scaled-twice']],
    ['−1 to 1 after a division by 255', input([-0.995, -0.996, -0.998], 0.002, -1, -0.992), ['scaled-twice']],
    ['blue first', input([70 / 255, 110 / 255, 150 / 255], 0.24, 0, 1), ['channels-reversed']],
    ['an own mean and deviation', input([0, 0, 0], 1, -2.5, 2.4), []],
    ['grey', input([0.43], 0.24, 0, 1), []],
  ])('%s', (_, given, expected) => {
    expect(ids([header(), sample(labels, { input: given })])).toEqual(expected);
  });

  it('a net that scales the input itself gets what it expects', () => {
    const raw = input([150, 110, 70], 60, 0, 255);
    expect(ids([header({ scales: true }), sample(labels, { input: raw })])).toEqual(['input-as-expected']);
  });

  it('training and validation that are scaled in two ways', () => {
    const training = { kind: 'training', input: unit };
    expect(ids([header(), training, sample(labels, { input: input([150, 110, 70], 60, 0, 255) })])).toContain(
      'prepared-differently',
    );
    expect(ids([header(), training, sample(labels, { input: unit })])).not.toContain('prepared-differently');
  });

  it('images without colour say nothing about the order of the channels', () => {
    const grey = { ...COLOURS, mean: [110, 110, 111] };
    const lines = [header(), sample(labels, { input: input([111 / 255, 110 / 255, 110 / 255], 0.2, 0, 1) })];
    expect(readRun(bytesOf(lines), 'a', { ...SET, colours: grey }).remarks).toEqual([]);
  });
});

describe('labels', () => {
  const swapped = labels.map((label) => [1, 0, 2][label]!);
  it.each([
    ['as the folders', header(), labels, ['order-of-folders']],
    [
      'in an order of their own, with names that fit',
      header({ classes: ['bee', 'ant', 'cat'] }),
      swapped,
      ['order-of-folders'],
    ],
    [
      'as the folders of an export with the names of the user',
      header({ classes: ['1 ant', '2 bee', '3 cat'] }),
      labels,
      ['order-of-folders'],
    ],
    ['in another order than the names', header(), swapped, ['labels-permuted']],
    ['in another order than the folders, without names', header({ classes: null }), swapped, ['labels-permuted']],
    [
      'wrong for a part',
      header(),
      labels.map((label, i) => (i % 5 === 0 ? (label + 1) % 3 : label)),
      ['labels-differ'],
    ],
  ])('%s', (_, head, given, expected) => {
    expect(ids([head, sample(given, { paths })])).toEqual(expected);
  });

  it('of images elsewhere are not compared', () => {
    expect(ids([header(), sample(labels, { paths: labels.map((_, i) => `/else/${i}.png`) })])).toEqual([]);
  });

  it('classes that the data set does not have', () => {
    expect(ids([header({ classes: ['ant', 'bee', 'dog'] }), sample(labels)])).toEqual(['other-classes']);
  });

  it('numbered differently in training and validation', () => {
    const run = (predicted: readonly number[]) => ids([header(), sample(labels), ...epochs([{ predicted }])]);
    expect(run(labels.map((label) => (label + 1) % 3))).toContain('numbered-differently');
    expect(run(labels)).toEqual([]);
    expect(run(labels.map(() => 1))).toEqual([]);
    expect(run(labels.map((_, i) => (i * 7) % 3))).toEqual([]);
  });

  it('batches of one class each', () => {
    const training = (batches: readonly (readonly number[])[]) => [header(), { kind: 'training', batches }];
    expect(ids(training([[32], [32], [0, 32], [0, 32], [0, 0, 32]]))).toEqual(['not-shuffled']);
    expect(
      ids(
        training([
          [10, 12, 10],
          [9, 13, 10],
          [8, 20, 4],
          [12, 10, 10],
        ]),
      ),
    ).toEqual([]);
    expect(ids(training([[32], [32]]))).toEqual([]);
  });
});
