import { seededRandom } from '../statistics/random';
import { type Column, crossValidated, type Judged } from '../statistics/binned-bayes';
import { stratifiedGroupFolds } from '../statistics/folds';
import type { Check, CheckGlobal, Group } from './check';
import { finding, readable, thresholdFact } from './finding';
import { type MetadataFeature, metadataFeatures } from './metadata-features';
import { type RowSample, rowSample, rowSamplesMerged, type SampledColumns } from './row-sample';
import { tally } from './partials';
import { percent, short } from '../text/numbers';
import { quoted } from '../text/names';

/** With fewer images, or fewer images in a class, there is no verdict. */
const FEWEST_IMAGES = 50;
const FEWEST_PER_CLASS = 8;
const FOLDS = 5;
/** Standard errors above the majority baseline from which a skill is more than chance. */
const SIGNIFICANT = 4;
const SEED = 11;
/** The most images that are read: this many, or this many for each class. More would not change a skill. */
const MOST_IMAGES = 100_000;
const MOST_PER_CLASS = 50;

interface Trial {
  readonly feature: MetadataFeature;
  readonly place: Place;
  readonly judged: Judged;
  /** (accuracy − majority share) / (1 − majority share), minus the part that the twins explain. */
  readonly skill: number;
  readonly raw: number;
}

/** Where the columns of a feature are in the sample: numbers of `numbers`, or one of `texts`. */
interface Place {
  readonly feature: MetadataFeature;
  readonly own: readonly number[];
  readonly twins: readonly number[];
  readonly isText: boolean;
}

/** The first text is the class. */
const CLASS_TEXT = 0;

function layOut(): { columns: SampledColumns; places: readonly Place[] } {
  const numbers: SampledColumns['numbers'][number][] = [];
  const texts: SampledColumns['texts'][number][] = [({ className }) => className];
  const placed = (some: SampledColumns['numbers']): number[] => some.map((of) => numbers.push(of) - 1);
  const places = metadataFeatures.map((feature): Place => {
    const { of } = feature;
    const isText = typeof of === 'function';
    const own = isText ? [texts.push(of) - 1] : placed(of);
    return { feature, own, isText, twins: placed(feature.twins ?? []) };
  });
  return { columns: { numbers, texts }, places };
}

const { columns, places } = layOut();

/** The rows of the sample whose classes have enough images. */
interface Rows {
  readonly sample: RowSample;
  /** Positions in the sample. */
  readonly rows: readonly number[];
  readonly classes: readonly string[];
  /** Index of the class of each row. */
  readonly labels: readonly number[];
  readonly sizes: readonly number[];
}

function judgedRows(sample: RowSample, names: readonly string[]): Rows {
  const { names: known, codes } = sample.texts[CLASS_TEXT]!;
  const counts = new Array<number>(known.length).fill(0);
  for (const code of codes) counts[code]!++;
  const sizeOf = new Map(known.map((name, code) => [name, counts[code]!]));
  const classes = names.filter((name) => (sizeOf.get(name) ?? 0) >= FEWEST_PER_CLASS);
  const index = new Map(classes.map((name, i) => [name, i]));
  const labelOf = known.map((name) => index.get(name));
  const rows = Array.from(codes.keys()).filter((row) => labelOf[codes[row]!] !== undefined);
  return {
    sample,
    rows,
    classes,
    labels: rows.map((row) => labelOf[codes[row]!] ?? 0),
    sizes: classes.map((name) => sizeOf.get(name) ?? 0),
  };
}

function numberColumns({ sample, rows }: Rows, at: readonly number[]): Column[] {
  return at.map((column) => {
    const values = sample.numbers[column]!;
    return { values: rows.map((row) => values[row]!), categorical: false };
  });
}

/** Categories are numbered in the order of the rows, without those that no row has. */
function textColumn({ sample, rows }: Rows, at: number): Column {
  const { codes } = sample.texts[at]!;
  const numbers = new Map<number, number>();
  const values = rows.map((row) => {
    const code = codes[row]!;
    const known = numbers.get(code) ?? numbers.size;
    numbers.set(code, known);
    return known;
  });
  return { values, categorical: true };
}

const ownColumns = (rows: Rows, { own, isText }: Place): Column[] =>
  isText ? own.map((at) => textColumn(rows, at)) : numberColumns(rows, own);

/** Duplicates are in the same fold. Otherwise a copy in the training part would give away the label. */
function foldsOf(groups: readonly Group[], { sample: { ids }, rows, labels }: Rows): Uint8Array {
  const places = new Map(rows.map((row, at) => [ids[row]!, at]));
  const grouped = Float64Array.from(rows, (row) => ids[row]!);
  groups.forEach(({ members }, group) => {
    for (const member of members) {
      const at = places.get(member);
      if (at !== undefined) grouped[at] = -1 - group;
    }
  });
  return stratifiedGroupFolds(labels, grouped, FOLDS, seededRandom(SEED));
}

function severityOf(trial: Trial, global: CheckGlobal): 'error' | 'warning' | null {
  if (trial.feature.kind === 'content') return trial.skill >= global.thresholds('shortcut.content') ? 'warning' : null;
  if (trial.skill >= global.thresholds('shortcut.error')) return 'error';
  return trial.skill >= global.thresholds('shortcut.warning') ? 'warning' : null;
}

/** The value of the feature in each class: the most common categories, or the median. */
function valueTable(
  { sample, rows, classes, labels, sizes }: Rows,
  { feature, own, isText }: Place,
): { title: string; columns: string[]; rows: [string, number, string][] } {
  const rowsOf: number[][] = classes.map(() => []);
  rows.forEach((row, at) => rowsOf[labels[at]!]!.push(row));
  const middle = (at: number, of: readonly number[]): string => {
    const value = Float64Array.from(of, (row) => sample.numbers[at]![row]!).sort()[of.length >> 1] ?? 0;
    return (feature.show ?? short)(feature.logarithm === true ? Math.exp(value) : value);
  };
  const common = (at: number, of: readonly number[]): string => {
    const { names, codes } = sample.texts[at]!;
    return [...tally(of.map((row) => names[codes[row]!]!))]
      .sort((a, b) => b[1] - a[1])
      .slice(0, 3)
      .map(([value, n]) => `${value} (${percent(n / of.length)})`)
      .join(', ');
  };
  return {
    title: `${feature.name}: values by class`,
    columns: ['class', 'images', 'median or most common'],
    rows: classes.map((name, label) => [
      name,
      sizes[label]!,
      own.map((at) => (isText ? common : middle)(at, rowsOf[label]!)).join(', '),
    ]),
  };
}

/** A sample of at most 100,000 images, or 50 for each class, with 172 bytes for each of them. */
export const shortcut: Check<RowSample> = {
  id: 'shortcut',
  title: 'Shortcuts',
  why: 'If a property of the file gives the label away, the CNN learns that property instead of the picture. It is then perfect in your test and fails on other data.',
  how: 'Five-fold cross-validated prediction of the label from one property at a time (format and ending, size, shape, colour mode and profile, EXIF orientation, camera, file size, border colour, brightness), with duplicates in the same fold. The skill is (accuracy − majority share) / (1 − majority share), minus the part that the picture itself explains. It must be above the threshold and at least four standard errors above the majority baseline. Of more than 100,000 images, a sample by content is used.',
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
  version: 2,
  partial: ({ images }, { classes }) =>
    rowSample(readable(images), Math.max(MOST_IMAGES, MOST_PER_CLASS * classes.length), columns),
  merge: rowSamplesMerged,
  conclude(sample, global) {
    const rows = judgedRows(sample, global.classes);
    const { classes, labels, sizes } = rows;
    const images = labels.length;
    if (classes.length < 2 || images < FEWEST_IMAGES) return [];
    const folds = foldsOf(global.nearGroups, rows);
    const largest = sizes.reduce((best, size, label) => (size > sizes[best]! ? label : best), 0);
    const majority = sizes[largest]! / images;
    const luck = SIGNIFICANT * Math.sqrt((majority * (1 - majority)) / images);
    const judge = (some: readonly Column[]): Judged => crossValidated(some, labels, classes.length, folds);
    const skillOf = (judged: Judged): number => (judged.accuracy - majority) / (1 - majority);
    const trials = places.map((place): Trial => {
      const { feature, twins } = place;
      const judged = judge(ownColumns(rows, place));
      const raw = skillOf(judged);
      const explained =
        twins.length > 0 && raw > global.thresholds('shortcut.warning')
          ? Math.max(0, skillOf(judge(numberColumns(rows, twins))))
          : 0;
      return { feature, place, judged, raw, skill: judged.accuracy - majority > luck ? raw - explained : 0 };
    });
    const telling = trials
      .flatMap((trial) => {
        const severity = severityOf(trial, global);
        return severity ? [{ ...trial, severity }] : [];
      })
      .sort((a, b) => Number(b.severity === 'error') - Number(a.severity === 'error') || b.skill - a.skill);
    const [worst] = telling;
    if (!worst) return [];
    const together = judge(
      places.filter(({ feature }) => feature.kind === 'file').flatMap((place) => ownColumns(rows, place)),
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
        title: `The ${worst.feature.name} gives the label away: from it alone, ${percent(worst.judged.accuracy)} of the labels are predicted correctly, while always answering ${quoted(classes[largest]!)} is correct for ${percent(majority)}.`,
        remedy:
          worst.feature.kind === 'content'
            ? 'If brightness belongs to the subject, change nothing. If it comes from when or how the pictures were taken, collect every class under the same light, or vary brightness in augmentation.'
            : `Make the ${worst.feature.name} the same for all classes before training: save all images in one format, size and mode, cut off borders, and collect every class from the same sources. Then test on pictures from another source.`,
        score: worst.skill,
        value: worst.skill,
        threshold: global.thresholds(thresholdId),
        thresholdId,
        classes,
        evidence: {
          facts: [
            { name: 'feature', value: worst.feature.name },
            { name: 'accuracy from it alone', value: worst.judged.accuracy, unit: 'share' },
            { name: 'majority baseline', value: majority, unit: 'share' },
            { name: 'accuracy from all file properties together', value: together.accuracy, unit: 'share' },
            thresholdFact(global, thresholdId),
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
                  severityOf(trial, global) ? 'yes' : 'no',
                ]),
            },
            valueTable(rows, worst.place),
          ],
        },
      }),
    ];
  },
};
