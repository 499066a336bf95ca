/**
 * Plans an export before anything is written: which image goes where, under which name, and what prevents the export.
 */
import type { DropReason, ExportOptions, ExportPlanSummary } from '../../contract/model/export';
import type { Decision } from '../../contract/model/review';
import { counted } from '../text/numbers';
import { named, quoted } from '../text/names';
import { byCodePoint } from '../dataset/order';
import { splitItems, type SplitItem, type SplitResult } from '../dataset/split';
import { formatOf } from '../images/formats';
import { eachInSlices, type Sliced } from '../slices';
import { fileStem, nameKey, safeName, uniqueNames } from './names';
import { selectImages, type DropFinding, type ExportImage, type LeftOut, type Selected } from './selection';
import { unreviewedOf } from './unreviewed';

export interface ExportInput {
  /** All images of the data set, unreadable ones too. */
  readonly images: readonly ExportImage[];
  readonly decisions: ReadonlyMap<number, Decision>;
  /** Findings of the checks to drop, and of those whose undecided images are counted. */
  readonly findings: readonly DropFinding[];
  /** Duplicates of any kind; a group is never divided between splits. */
  readonly groups: readonly (readonly number[])[];
  readonly options: ExportOptions;
}

/** One file of the export. */
export interface PlannedFile extends Selected {
  /** `split/class folder/file name`, relative to the export. */
  readonly file: string;
  readonly split: string;
  /** Of its class, in the order that loaders give. */
  readonly labelIndex: number;
  /** The format to convert the file to; null if it is copied unchanged. */
  readonly convertTo: 'png' | 'jpeg' | null;
  /** Number of its duplicate group in the export; null if it has no duplicates. */
  readonly group: number | null;
}

export interface ExportClass {
  readonly name: string;
  readonly folder: string;
}

export interface ExportPlan {
  readonly files: readonly PlannedFile[];
  readonly left: readonly LeftOut[];
  /** In the order of their folders, which is the order in which Keras and torchvision number them. */
  readonly classes: readonly ExportClass[];
  readonly splits: readonly string[];
  readonly summary: ExportPlanSummary;
}

const kerasReads = (format: string) => formatOf(format).loaders.keras.length > 0;

interface Planned extends Selected {
  readonly convertTo: PlannedFile['convertTo'];
}

/** An export without its files: what a summary needs. */
interface Outline extends Pick<ExportPlan, 'left' | 'classes' | 'splits' | 'summary'> {
  readonly kept: readonly Planned[];
  readonly assignment: SplitResult['assignment'];
}

function* outlineOf({ images, decisions, findings, groups, options }: ExportInput): Sliced<Outline> {
  const home = options.split.kind === 'mended' ? options.split.home : null;
  const dropped = findings.filter(({ check }) => options.drop.includes(check));
  const selection = yield* selectImages(images, decisions, dropped, home);
  const kept: Planned[] = [];
  const items: SplitItem[] = [];
  yield* eachInSlices(selection.kept, (selected) => {
    const { image, outcome } = selected;
    kept.push({ ...selected, convertTo: options.convert ? conversionOf(image.facts!) : null });
    items.push({ id: image.id, key: image.path, className: outcome.label, split: image.split });
  });
  const counts = yield* countKept(kept);
  const { assignment, table, splits, moved, ...division } = yield* splitItems(items, groups, options.split);
  const { classes, problems, notices } = nameClasses(table.map((row) => row.className));
  const rows = new Map(table.map((row) => [row.className, row.counts]));
  if (kept.length === 0) problems.push('No image is left to export.');
  if (options.split.kind === 'mended' && images.every((image) => image.split === null)) {
    problems.push('This data set has no splits to keep: choose a new split.');
  }
  if (new Set(splits.map(nameKey)).size < splits.length || splits.some((split) => safeName(split) !== split)) {
    problems.push(
      `The split names ${named(splits.map(quoted), 5)} cannot be used as folder names on every system: choose a new split.`,
    );
  }
  yield;
  const unreviewed = unreviewedOf(selection.outcomes, findings);
  yield;
  const summary: ExportPlanSummary = {
    images: kept.length,
    bytes: counts.bytes,
    splits: [...splits],
    table: classes.map(({ name, folder }) => ({ className: name, folder, counts: [...rows.get(name)!] })),
    relabelled: counts.relabelled,
    converted: counts.converted,
    moved: moved.length,
    dropped: countReasons(selection.left),
    unreviewed,
    notices: [
      ...renamedNotices(counts.names),
      ...notices,
      ...emptiedNotices(images, classes),
      ...division.notices,
      ...loaderNotices(counts.formats),
    ],
    problems,
  };
  return { kept, left: selection.left, assignment, classes, splits, summary };
}

interface Counts {
  readonly bytes: number;
  readonly relabelled: number;
  readonly converted: number;
  /** Name of each class by its name in the user's folder. */
  readonly names: ReadonlyMap<string, string>;
  /** Number of files by format. */
  readonly formats: ReadonlyMap<string, number>;
}

function* countKept(kept: readonly Planned[]): Sliced<Counts> {
  let [bytes, relabelled, converted] = [0, 0, 0];
  const names = new Map<string, string>();
  const formats = new Map<string, number>();
  yield* eachInSlices(kept, ({ image, outcome, convertTo }) => {
    const format = convertTo ?? image.facts!.format;
    bytes += image.bytes;
    if (outcome.action === 'relabelled') relabelled += 1;
    if (convertTo !== null) converted += 1;
    names.set(image.ownClass, image.className);
    formats.set(format, (formats.get(format) ?? 0) + 1);
  });
  return { bytes, relabelled, converted, names, formats };
}

/** The summary of a plan, at a fraction of its cost. @throws RangeError if the options give no split */
export function* summarizeExport(input: ExportInput): Sliced<ExportPlanSummary> {
  return (yield* outlineOf(input)).summary;
}

/** @throws RangeError if the options give no split */
export function* planExport({ groups, ...input }: ExportInput): Sliced<ExportPlan> {
  const { kept, left, assignment, classes, splits, summary } = yield* outlineOf({ groups, ...input });
  const classIndex = new Map(classes.map((each, index) => [each.name, index]));
  yield;
  const groupOf = numberGroups(groups, new Set(kept.map(({ image }) => image.id)));
  const namers = new Map<string, ReturnType<typeof uniqueNames>>();
  const files: PlannedFile[] = [];
  yield;
  const sorted = [...kept].sort((x, y) => byCodePoint(x.image.path, y.image.path));
  yield* eachInSlices(sorted, (planned) => {
    const { image, outcome, convertTo } = planned;
    const split = assignment.get(image.id)!;
    const labelIndex = classIndex.get(outcome.label)!;
    const folder = `${split}/${classes[labelIndex]!.folder}`;
    const nameFile = namers.get(folder) ?? uniqueNames();
    namers.set(folder, nameFile);
    const { stem, ending } = fileStem(image.path, convertTo ?? image.facts!.format);
    const file = `${folder}/${nameFile(stem, ending)}`;
    files.push({ ...planned, split, labelIndex, group: groupOf.get(image.id) ?? null, file });
  });
  return { files, left, classes, splits, summary };
}

/**
 * Folder names for classes, in code-point order of the folders. Classes whose names differ only in case would be one
 * folder on many disks.
 */
function nameClasses(labels: readonly string[]): { classes: ExportClass[]; problems: string[]; notices: string[] } {
  const problems: string[] = [];
  const byKey = new Map<string, string[]>();
  for (const label of labels) byKey.set(nameKey(label), [...(byKey.get(nameKey(label)) ?? []), label]);
  for (const same of byKey.values()) {
    if (same.length > 1)
      problems.push(
        `The classes ${named(same.map(quoted))} differ only by case and would be the same folder on Windows and macOS: relabel one of them.`,
      );
  }
  const unique = uniqueNames();
  const classes = labels
    .map((name) => ({ name, folder: unique(safeName(name)) }))
    .sort((x, y) => byCodePoint(x.folder, y.folder));
  const renamed = classes.filter(({ name, folder }) => name !== folder);
  const notices =
    renamed.length === 0
      ? []
      : [
          `${counted(renamed.length, 'class folder')} got another name, because loaders or file systems do not accept the original name: ${named(renamed.map(({ name, folder }) => `${quoted(name)} is ${quoted(folder)}`))}.`,
        ];
  return { classes, problems, notices };
}

/** The format to convert an image to if loaders would misread it; null if they read it correctly. */
function conversionOf(facts: NonNullable<ExportImage['facts']>): 'png' | 'jpeg' | null {
  const plain =
    facts.orientation === 1 &&
    facts.depth === 8 &&
    facts.pages === 1 &&
    !facts.hasAlpha &&
    (facts.channels === 3 || facts.channels === 1) &&
    ['srgb', 'b-w'].includes(facts.colourSpace) &&
    kerasReads(facts.format);
  return plain ? null : formatOf(facts.format).convertsTo;
}

function numberGroups(groups: readonly (readonly number[])[], kept: ReadonlySet<number>): Map<number, number> {
  const numbers = new Map<number, number>();
  let next = 1;
  for (const group of groups) {
    const present = group.filter((id) => kept.has(id));
    if (present.length < 2) continue;
    for (const id of present) numbers.set(id, next);
    next += 1;
  }
  return numbers;
}

function countReasons(left: readonly LeftOut[]): { reason: DropReason; count: number }[] {
  // Most images share the object with their reason.
  const shared = new Map<DropReason, number>();
  for (const { why } of left) shared.set(why, (shared.get(why) ?? 0) + 1);
  const counts = new Map<string, { reason: DropReason; count: number }>();
  for (const [reason, count] of shared) {
    const key = JSON.stringify(reason);
    counts.set(key, { reason, count: (counts.get(key)?.count ?? 0) + count });
  }
  return [...counts]
    .sort(([keyA, a], [keyB, b]) => b.count - a.count || byCodePoint(keyA, keyB))
    .map(([, counted]) => counted);
}

/** Classes that have another name than in the user's folder. */
function renamedNotices(names: Counts['names']): string[] {
  const renamed = [...names].filter(([own, name]) => own !== name).sort(([x], [y]) => byCodePoint(x, y));
  return renamed.length === 0
    ? []
    : [
        `${counted(renamed.length, 'class', 'classes')} of the folder ${renamed.length === 1 ? 'is' : 'are'} renamed or merged: ${named(
          renamed.map(([own, name]) => `${quoted(own)} is ${quoted(name)}`),
          5,
        )}.`,
      ];
}

/** Classes that had images and have none left. */
function emptiedNotices(images: readonly ExportImage[], classes: readonly ExportClass[]): string[] {
  const left = new Set(classes.map((each) => each.name));
  const gone = [...new Set(images.map((image) => image.className))].filter((name) => !left.has(name)).sort(byCodePoint);
  return gone.length === 0
    ? []
    : [`No image is left in ${gone.length === 1 ? 'the class' : 'the classes'} ${named(gone.map(quoted), 5)}.`];
}

function loaderNotices(formats: Counts['formats']): string[] {
  const skipped = [...formats].filter(([format]) => !kerasReads(format));
  const total = skipped.reduce((sum, [, n]) => sum + n, 0);
  return total === 0
    ? []
    : [
        `Keras would skip ${counted(total, 'image')} (${named(
          skipped.map(([format]) => format),
          5,
        )}): convert them in the export, or train with PyTorch.`,
      ];
}
