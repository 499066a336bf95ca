import { seededRandom } from '../statistics/random';
import { type Column, crossValidated, type Judged } from '../statistics/binned-bayes';
import { stratifiedGroupFolds } from '../statistics/folds';
import type { Check, CheckInput } from './check';
import { finding, readable, type Readable, thresholdFact } from './finding';
import { type MetadataFeature, metadataFeatures } from './metadata-features';
import { percent, short } from '../text/numbers';
import { quoted } from '../text/names';

/** With fewer images, or fewer images in a class, there is no verdict. */
const FEWEST_IMAGES = 50;
const FEWEST_PER_CLASS = 8;
const FOLDS = 5;
/** Standard errors above the majority baseline from which a skill is more than chance. */
const SIGNIFICANT = 4;
const SEED = 11;

interface Trial {
  readonly feature: MetadataFeature;
  readonly judged: Judged;
  /** (accuracy − majority share) / (1 − majority share), minus the part that the twins explain. */
  readonly skill: number;
  readonly raw: number;
}

function columnsOf(images: readonly Readable[], of: (image: Readable) => readonly (string | number)[]): Column[] {
  const rows = images.map(of);
  return (rows[0] ?? []).map((first, c) => {
    if (typeof first === 'number') return { values: rows.map((row) => Number(row[c])), categorical: false };
    const names = new Map<string, number>();
    const values = rows.map((row) => {
      const name = String(row[c]);
      const known = names.get(name) ?? names.size;
      names.set(name, known);
      return known;
    });
    return { values, categorical: true };
  });
}

/** Duplicates are in the same fold. Otherwise a copy in the training part would give away the label. */
function foldsOf(input: CheckInput, images: readonly Readable[], labels: readonly number[]): Uint8Array {
  const groups = new Map(input.nearGroups.flatMap(({ members }, g) => members.map((id) => [id, -1 - g] as const)));
  return stratifiedGroupFolds(
    labels,
    images.map((image) => groups.get(image.id) ?? image.id),
    FOLDS,
    seededRandom(SEED),
  );
}

function severityOf(trial: Trial, input: CheckInput): 'error' | 'warning' | null {
  if (trial.feature.kind === 'content') return trial.skill >= input.thresholds('shortcut.content') ? 'warning' : null;
  if (trial.skill >= input.thresholds('shortcut.error')) return 'error';
  return trial.skill >= input.thresholds('shortcut.warning') ? 'warning' : null;
}

/** The value of the feature in each class: the most common categories, or the median. */
function valueTable(
  images: readonly Readable[],
  feature: MetadataFeature,
  classes: readonly string[],
): { title: string; columns: string[]; rows: [string, number, string][] } {
  const rows = classes.map((name): [string, number, string] => {
    const values = images.filter((image) => image.className === name).map((image) => feature.of(image));
    if (typeof values[0]?.[0] === 'number') {
      const middle = (c: number): number =>
        values.map((row) => Number(row[c])).sort((a, b) => a - b)[values.length >> 1] ?? 0;
      return [
        name,
        values.length,
        values[0].map((_, c) => short(feature.logarithm === true ? Math.exp(middle(c)) : middle(c))).join(', '),
      ];
    }
    const counts = new Map<string, number>();
    for (const row of values) counts.set(row.join(' '), (counts.get(row.join(' ')) ?? 0) + 1);
    return [
      name,
      values.length,
      [...counts]
        .sort((a, b) => b[1] - a[1])
        .slice(0, 3)
        .map(([value, n]) => `${value} (${percent(n / values.length)})`)
        .join(', '),
    ];
  });
  return { title: `${feature.name}: values by class`, columns: ['class', 'images', 'median or most common'], rows };
}

export const shortcut: Check = {
  id: 'shortcut',
  title: 'Shortcuts',
  why: 'If a property of the file gives the label away, the CNN learns that property instead of the picture. It is then perfect in your test and fails on other data.',
  how: 'Five-fold cross-validated prediction of the label from one property at a time (format and ending, size, shape, colour mode and profile, EXIF orientation, camera, file size, border colour, brightness), with duplicates in the same fold. The skill is (accuracy − majority share) / (1 − majority share), minus the part that the picture itself explains. It must be above the threshold and at least four standard errors above the majority baseline.',
  basis: 'images',
  checklist: ['data'],
  thresholds: {
    'shortcut.warning': {
      default: 0.25,
      min: 0.02,
      max: 1,
      unit: 'skill above the majority baseline (0–1)',
      reason:
        'A file property that closes a quarter of the gap between guessing and certainty helps a CNN more at the start of training than most of the picture does.',
    },
    'shortcut.error': {
      default: 0.6,
      min: 0.02,
      max: 1,
      unit: 'skill above the majority baseline (0–1)',
      reason: 'If a file property alone predicts most labels, accuracy says nothing about the pictures.',
    },
    'shortcut.content': {
      default: 0.6,
      min: 0.02,
      max: 1,
      unit: 'skill above the majority baseline (0–1)',
      reason:
        'Brightness can belong to the subject (snow is bright). So there is a warning only if it predicts nearly all labels.',
    },
  },
  costly: 'many-images',
  version: 1,
  run(input) {
    const all = readable(input.images);
    const sizes = new Map<string, number>();
    for (const { className } of all) sizes.set(className, (sizes.get(className) ?? 0) + 1);
    const classes = input.classes.filter((name) => (sizes.get(name) ?? 0) >= FEWEST_PER_CLASS);
    const index = new Map(classes.map((name, i) => [name, i]));
    const images = all.filter(({ className }) => index.has(className));
    if (classes.length < 2 || images.length < FEWEST_IMAGES) return [];
    const labels = images.map(({ className }) => index.get(className) ?? 0);
    const folds = foldsOf(input, images, labels);
    const majority = Math.max(...classes.map((name) => sizes.get(name) ?? 0)) / images.length;
    const luck = SIGNIFICANT * Math.sqrt((majority * (1 - majority)) / images.length);
    const judge = (of: (image: Readable) => readonly (string | number)[]): Judged =>
      crossValidated(columnsOf(images, of), labels, classes.length, folds);
    const skillOf = (judged: Judged): number => (judged.accuracy - majority) / (1 - majority);
    const trials = metadataFeatures.map((feature): Trial => {
      const judged = judge(feature.of);
      const raw = skillOf(judged);
      const explained =
        feature.twins && raw > input.thresholds('shortcut.warning') ? Math.max(0, skillOf(judge(feature.twins))) : 0;
      return { feature, judged, raw, skill: judged.accuracy - majority > luck ? raw - explained : 0 };
    });
    const telling = trials
      .flatMap((trial) => {
        const severity = severityOf(trial, input);
        return severity ? [{ ...trial, severity }] : [];
      })
      .sort((a, b) => Number(b.severity === 'error') - Number(a.severity === 'error') || b.skill - a.skill);
    const [worst] = telling;
    if (!worst) return [];
    const together = judge((image) =>
      metadataFeatures.filter(({ kind }) => kind === 'file').flatMap(({ of }) => of(image)),
    );
    const thresholdId =
      worst.feature.kind === 'content'
        ? 'shortcut.content'
        : worst.severity === 'error'
          ? 'shortcut.error'
          : 'shortcut.warning';
    return [
      finding({
        check: 'shortcut',
        severity: worst.severity,
        scope: 'dataset',
        title: `The ${worst.feature.name} gives the label away: from it alone, ${percent(worst.judged.accuracy)} of the labels are predicted correctly, while always answering ${quoted(classes.reduce((a, b) => ((sizes.get(b) ?? 0) > (sizes.get(a) ?? 0) ? b : a)))} is correct for ${percent(majority)}.`,
        remedy:
          worst.feature.kind === 'content'
            ? 'If brightness belongs to the subject, change nothing. If it comes from when or how the pictures were taken, collect every class under the same light, or vary brightness in augmentation.'
            : `Make the ${worst.feature.name} the same for all classes before training: save all images in one format, size and mode, cut off borders, and collect every class from the same sources. Then test on pictures from another source.`,
        score: worst.skill,
        value: worst.skill,
        threshold: input.thresholds(thresholdId),
        thresholdId,
        classes,
        evidence: {
          facts: [
            { name: 'feature', value: worst.feature.name },
            { name: 'accuracy from it alone', value: worst.judged.accuracy },
            { name: 'majority baseline', value: majority },
            { name: 'accuracy from all file properties together', value: together.accuracy },
            thresholdFact(input, thresholdId),
          ],
          tables: [
            {
              title: 'Every feature, cross-validated',
              columns: ['feature', 'kind', 'accuracy', 'skill', 'skill beyond the content', 'gives the label away'],
              rows: [...trials]
                .sort((a, b) => b.skill - a.skill)
                .map((trial) => [
                  trial.feature.name,
                  trial.feature.kind,
                  Number(trial.judged.accuracy.toFixed(3)),
                  Number(trial.raw.toFixed(3)),
                  Number(trial.skill.toFixed(3)),
                  severityOf(trial, input) ? 'yes' : 'no',
                ]),
            },
            valueTable(images, worst.feature, classes),
          ],
        },
      }),
    ];
  },
};
