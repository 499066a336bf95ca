/**
 * Plans an export before anything is written: which image goes where, under which name, and what prevents the export.
 */
import type { DropReason, ExportOptions, ExportPlanSummary } from '../../contract/model/export';
import type { ImageFacts, ImageRecord } from '../../contract/model/image';
import type { Decision } from '../../contract/model/review';
import { counted } from '../text/numbers';
import { named, quoted } from '../text/names';
import { byCodePoint } from '../dataset/order';
import { splitItems } from '../dataset/split';
import { formatOf } from '../images/formats';
import { fileStem, nameKey, safeName, uniqueNames } from './names';
import { selectImages, type DropFinding, type LeftOut, type Selected } from './selection';
import { unreviewedOf } from './unreviewed';

export interface ExportInput {
  /** All images of the data set, unreadable ones too. */
  readonly images: readonly ImageRecord[];
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

/** @throws RangeError if the options give no split */
export function planExport({ images, decisions, findings, groups, options }: ExportInput): ExportPlan {
  const home = options.split.kind === 'mended' ? options.split.home : null;
  const { kept, left } = selectImages(
    images,
    decisions,
    findings.filter(({ check }) => options.drop.includes(check)),
    home,
  );
  const items = kept.map(({ image, outcome }) => ({
    id: image.id,
    key: image.path,
    className: outcome.label,
    split: image.split,
  }));
  const division = splitItems(items, groups, options.split);
  const { classes, problems, notices } = nameClasses(division.table.map((row) => row.className));
  const classIndex = new Map(classes.map((each, index) => [each.name, index]));
  const groupOf = numberGroups(groups, new Set(kept.map(({ image }) => image.id)));
  const namers = new Map<string, ReturnType<typeof uniqueNames>>();
  const files = [...kept]
    .sort((x, y) => byCodePoint(x.image.path, y.image.path))
    .map((selected): PlannedFile => {
      const split = division.assignment.get(selected.image.id)!;
      const labelIndex = classIndex.get(selected.outcome.label)!;
      const folder = `${split}/${classes[labelIndex]!.folder}`;
      if (!namers.has(folder)) namers.set(folder, uniqueNames());
      const facts = selected.image.facts!;
      const convertTo = options.convert ? conversionOf(facts) : null;
      const { stem, ending } = fileStem(selected.image.path, convertTo ?? facts.format);
      return {
        ...selected,
        split,
        labelIndex,
        convertTo,
        group: groupOf.get(selected.image.id) ?? null,
        file: `${folder}/${namers.get(folder)!(stem, ending)}`,
      };
    });
  if (files.length === 0) problems.push('No image is left to export.');
  if (options.split.kind === 'mended' && images.every((image) => image.split === null)) {
    problems.push('This data set has no splits to keep: choose a new split.');
  }
  if (
    new Set(division.splits.map(nameKey)).size < division.splits.length ||
    division.splits.some((split) => safeName(split) !== split)
  ) {
    problems.push(
      `The split names ${named(division.splits.map(quoted), 5)} cannot be used as folder names on every system: choose a new split.`,
    );
  }
  const summary: ExportPlanSummary = {
    images: files.length,
    bytes: files.reduce((sum, file) => sum + file.image.bytes, 0),
    splits: [...division.splits],
    table: classes.map(({ name, folder }) => ({
      className: name,
      folder,
      counts: [...division.table.find((row) => row.className === name)!.counts],
    })),
    relabelled: files.filter((file) => file.outcome.action === 'relabelled').length,
    converted: files.filter((file) => file.convertTo !== null).length,
    moved: division.moved.length,
    dropped: countReasons(left),
    unreviewed: unreviewedOf(kept, findings),
    notices: [
      ...renamedNotices(kept),
      ...notices,
      ...emptiedNotices(images, classes),
      ...division.notices,
      ...loaderNotices(files),
    ],
    problems,
  };
  return { files, left, classes, splits: division.splits, summary };
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
function conversionOf(facts: ImageFacts): 'png' | 'jpeg' | null {
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
  const counts = new Map<string, { reason: DropReason; count: number }>();
  for (const { why } of left) {
    const key = JSON.stringify(why);
    counts.set(key, { reason: why, count: (counts.get(key)?.count ?? 0) + 1 });
  }
  return [...counts]
    .sort(([keyA, a], [keyB, b]) => b.count - a.count || byCodePoint(keyA, keyB))
    .map(([, counted]) => counted);
}

/** Classes that have another name than in the user's folder. */
function renamedNotices(kept: readonly Selected[]): string[] {
  const names = new Map(kept.map(({ image }) => [image.ownClass, image.className]));
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
function emptiedNotices(images: readonly ImageRecord[], classes: readonly ExportClass[]): string[] {
  const left = new Set(classes.map((each) => each.name));
  const gone = [...new Set(images.map((image) => image.className))].filter((name) => !left.has(name)).sort(byCodePoint);
  return gone.length === 0
    ? []
    : [`No image is left in ${gone.length === 1 ? 'the class' : 'the classes'} ${named(gone.map(quoted), 5)}.`];
}

function loaderNotices(files: readonly PlannedFile[]): string[] {
  const skipped = new Map<string, number>();
  for (const { image, convertTo } of files) {
    const format = convertTo ?? image.facts!.format;
    if (!kerasReads(format)) skipped.set(format, (skipped.get(format) ?? 0) + 1);
  }
  const total = [...skipped.values()].reduce((sum, n) => sum + n, 0);
  return total === 0
    ? []
    : [
        `Keras would skip ${counted(total, 'image')} (${named([...skipped.keys()], 5)}): convert them in the export, or train with PyTorch.`,
      ];
}
