/** Findings of every form, for viewing the window. */
import type { Finding } from '../../../../src/contract/model/finding';
import { histograms } from './scenario';

type Part = Pick<Finding, 'key' | 'check' | 'severity' | 'scope' | 'title' | 'remedy'> & Partial<Finding>;

function finding(part: Part): Finding {
  return {
    classes: [],
    splits: [],
    images: 0,
    groups: 0,
    score: 0.5,
    value: null,
    threshold: null,
    thresholdId: null,
    evidence: { facts: [] },
    muted: null,
    progress: null,
    ...part,
  };
}

/** Worst first, as the engine returns them. */
export function sampleFindings(total: number): Finding[] {
  const brightness = histograms(total)[4]!;
  const size = histograms(total)[3]!;
  return [
    finding({
      key: 'conflicting-duplicate',
      check: 'conflicting-duplicate',
      severity: 'error',
      scope: 'group',
      images: 34,
      groups: 17,
      score: 1,
      title: '17 groups of identical pictures carry two different labels',
      remedy: 'Look at each group: at most one of its labels is right. Relabel or remove the others.',
      evidence: {
        facts: [
          { name: 'Groups', value: 17 },
          { name: 'Images', value: 34 },
        ],
      },
    }),
    finding({
      key: 'split-leak',
      check: 'split-leak',
      severity: 'error',
      scope: 'split',
      images: 212,
      groups: 98,
      splits: ['train', 'val'],
      score: 0.9,
      title: '98 pictures are in train and in val',
      remedy:
        'Remove them from one split, or make the splits again by duplicate group. Until then the validation accuracy is too good.',
      evidence: {
        facts: [{ name: 'Leaked share of val', value: 4.9, unit: '%' }],
        tables: [
          {
            title: 'Leaks between splits',
            columns: ['From', 'To', 'Exact', 'Near'],
            rows: [
              ['train', 'val', 61, 37],
              ['train', 'test', 12, 4],
              ['val', 'test', 0, 1],
            ],
          },
        ],
      },
    }),
    finding({
      key: 'class-imbalance',
      check: 'class-imbalance',
      severity: 'error',
      scope: 'class',
      classes: ['3', '8'],
      score: 0.8,
      value: 11.2,
      threshold: 9,
      thresholdId: 'class-imbalance.error',
      title: 'Class “8” has 11.2 times fewer images than “1”; always answering “1” is right 52 % of the time',
      remedy:
        'Train with the class weights below, or collect more of the small classes. Judge by balanced accuracy, not by accuracy.',
      evidence: {
        facts: [
          { name: 'Majority share', value: 0.52 },
          { name: 'Effective classes', value: 4.1 },
        ],
        tables: [
          {
            title: 'Weights that balance',
            columns: ['Class', 'Images', 'Share', 'Weight'],
            rows: Array.from({ length: 10 }, (_, at) => [
              String(at),
              1200 - at * 110,
              0.2 - at * 0.018,
              0.4 + at * 0.31,
            ]),
          },
        ],
      },
    }),
    finding({
      key: 'dark',
      check: 'dark',
      severity: 'warning',
      scope: 'image',
      images: 143,
      score: 0.4,
      value: 18,
      threshold: 32,
      thresholdId: 'dark.white-level',
      title: '143 images (1.4 %) are nearly black',
      remedy: 'Remove them, or expose them again from the originals: a network sees the same nothing in all of them.',
      evidence: {
        facts: [{ name: 'Darkest', value: 0, unit: 'of 255' }],
        histogram: {
          ...brightness,
          title: 'White level (99th percentile of luminance)',
          threshold: 32,
          thresholdId: 'dark.white-level',
          side: 'below',
        },
      },
    }),
    finding({
      key: 'odd-size',
      check: 'odd-size',
      severity: 'warning',
      scope: 'image',
      images: 8,
      score: 0.3,
      value: 9,
      threshold: 3,
      thresholdId: 'odd-size.spread',
      title: '8 images are far smaller or larger than the rest',
      remedy: 'Check that they are pictures and not icons or scans.',
      evidence: {
        facts: [],
        histogram: { ...size, title: 'File size', threshold: 90_000, thresholdId: 'odd-size.spread', side: 'above' },
      },
    }),
    finding({
      key: 'near-duplicate',
      check: 'near-duplicate',
      severity: 'warning',
      scope: 'group',
      images: 88,
      groups: 41,
      score: 0.35,
      value: 0.98,
      threshold: 0.96,
      thresholdId: 'near-duplicate.similarity',
      title: '41 groups of pictures are nearly the same',
      remedy: 'Keep one of each group, or keep a whole group in one split.',
    }),
    ...['aardvark_with_a_very_long_class_name_that_does_not_end', 'b', 'c'].map((name, at) =>
      finding({
        key: `tiny-class:${name}`,
        check: 'tiny-class',
        severity: at === 0 ? 'error' : 'warning',
        scope: 'class',
        classes: [name],
        images: 4 + at,
        value: 4 + at,
        threshold: 20,
        thresholdId: 'tiny-class.warning',
        title: `Class “${name}” has only ${4 + at} images`,
        remedy: 'Collect more, merge the class with a like one, or leave it out.',
      }),
    ),
    finding({
      key: 'missing-class',
      check: 'missing-class',
      severity: 'warning',
      scope: 'split',
      splits: ['val'],
      classes: ['7'],
      title: 'Class “7” has no image in val',
      remedy: 'Split again, stratified by class.',
      evidence: {
        facts: [],
        tables: [
          {
            title: 'Images per class and split',
            columns: ['Class', 'train', 'val', 'test'],
            rows: Array.from({ length: 10 }, (_, at) => [String(at), 900 - at * 20, at === 7 ? 0 : 110 - at, 100 + at]),
          },
        ],
      },
    }),
    finding({
      key: 'extension-mismatch',
      check: 'extension-mismatch',
      severity: 'info',
      scope: 'image',
      images: 31,
      title: '31 files are named .png but hold JPEG data',
      remedy: 'Rename them. Loaders that trust the name may fail.',
    }),
    finding({
      key: 'odd-mode',
      check: 'odd-mode',
      severity: 'info',
      scope: 'image',
      images: 6,
      title: '6 grey images among colour ones',
      remedy: 'Fine for most loaders; make sure yours gives three channels.',
      muted: { reason: 'Scans from the archive, we convert them when loading.', at: 1_789_000_000_000 },
    }),
  ];
}
