/** Decisions in a file that other tools can read and write: CSV, or JSON in the format of Label Studio. */
import { MOST_NOTE_CHARACTERS, type Remarks } from '../../contract/model/remarks';
import type { Act, ActKind, DecisionsFormat } from '../../contract/model/review';
import { labelSchema } from '../../contract/model/review';
import { matchImages } from '../dataset/image-match';
import { byCodePoint } from '../dataset/order';
import { baseOf, plainPath } from '../dataset/row-path';
import { matchSentences } from '../text/matching';
import { csvLine } from '../text/csv';
import { quoted } from '../text/names';
import { nameFinder, nearestName } from '../text/nearest';
import { counted, integer } from '../text/numbers';
import type { ReviewImage } from './binding';
import { classNameOf, withClassAct, type ClassAct, type ClassNames } from './class-names';
import { CLASS_WORD, CLASSES_FIELD, otherMeaning, type ExchangeRow } from './exchange-row';
import type { BoundDecision, BoundRemarks, FoldedLog } from './log';
import { cleanNote, noteFault, tagFault, tagsText } from './remarks';

export interface ExchangeResult {
  readonly acts: readonly Act[];
  readonly classActs: readonly ClassAct[];
  /** What the file adds to the remarks on each image. A note replaces the present one. */
  readonly remarks: ReadonlyMap<number, Remarks>;
  readonly unmatched: readonly string[];
  readonly newClasses: readonly string[];
  /** Sentences on rows that could not be used or that are doubtful. */
  readonly problems: readonly string[];
  readonly notes: readonly string[];
}

const COLUMNS = ['path', 'label', 'decision', 'given', 'at', 'sha256', 'reason', 'comment', 'tags', 'note'] as const;

/**
 * All decisions and remarks as text: first the names of classes, then the images in path order. `timeText` formats a time in ms
 * since 1970.
 */
export function writeDecisions(
  { decisions, remarks, classNames }: Pick<FoldedLog, 'decisions' | 'remarks' | 'classNames'>,
  format: DecisionsFormat,
  timeText: (at: number) => string,
): string {
  const ordered = withRemarks(decisions, remarks).sort((x, y) => byCodePoint(x.path, y.path));
  const named = [...classNames].sort(([x], [y]) => byCodePoint(x, y));
  if (format === 'csv') {
    const classLines = named.map(([own, { name, at }]) =>
      csvLine(['', name, CLASS_WORD, own, timeText(at), ...Array<null>(5).fill(null)]),
    );
    const lines = ordered.map(({ path, sha256, decision, remarks: own }) =>
      csvLine([
        path,
        decision?.label ?? null,
        decision && wordOf(decision),
        decision?.given ?? null,
        decision && timeText(decision.at),
        sha256,
        decision?.queue ?? null,
        decision?.note ?? null,
        own && tagsText(own.tags),
        own?.note ?? null,
      ]),
    );
    return csvLine(COLUMNS) + [...classLines, ...lines].join('');
  }
  const tasks = ordered.map(labelStudioTask);
  if (named.length > 0) {
    // Label Studio accepts only tasks with an image, so the names are stored with the first one.
    const classes = Object.fromEntries(named.map(([own, { name }]) => [own, name]));
    const first = tasks.shift();
    tasks.unshift({ ...first, data: { ...first?.data, [CLASSES_FIELD]: classes } });
  }
  return `${JSON.stringify(tasks, null, 1)}\n`;
}

interface ExchangeImage {
  readonly path: string;
  readonly sha256: string | null;
  readonly decision: BoundDecision | null;
  readonly remarks: BoundRemarks | null;
}

/** One entry for each image that has a decision or remarks. */
function withRemarks(decisions: readonly BoundDecision[], remarks: readonly BoundRemarks[]): ExchangeImage[] {
  const keyOf = ({ path, sha256 }: { path: string; sha256: string | null }): string => `${sha256 ?? ''}/${path}`;
  const left = new Map(remarks.map((each) => [keyOf(each), each]));
  const decided = decisions.map((decision): ExchangeImage => {
    const key = keyOf(decision);
    const own = left.get(key) ?? null;
    left.delete(key);
    return { path: decision.path, sha256: decision.sha256, decision, remarks: own };
  });
  return [
    ...decided,
    ...[...left.values()].map((own) => ({ path: own.path, sha256: own.sha256, decision: null, remarks: own })),
  ];
}

interface LabelStudioTask {
  readonly data: Readonly<Record<string, unknown>>;
  readonly annotations?: readonly unknown[];
}

const wordOf = ({ moved, verdict }: BoundDecision): ActKind => (moved ? 'move' : verdict);

/** A Label Studio task. Label Studio keeps unknown fields of `data`, so the decision and the hash are stored there. */
function labelStudioTask({ path, sha256, decision, remarks }: ExchangeImage): LabelStudioTask {
  const noted = {
    ...(remarks !== null && remarks.tags.length > 0 && { tags: remarks.tags }),
    ...(remarks?.note != null && { note: remarks.note }),
  };
  if (decision === null) return { data: { image: path, sha256, ...noted } };
  const { label, given, verdict } = decision;
  const result =
    label === null ? [] : [{ from_name: 'label', to_name: 'image', type: 'choices', value: { choices: [label] } }];
  return {
    data: { image: path, given, decision: wordOf(decision), sha256, ...noted },
    annotations: [{ result, was_cancelled: verdict === 'unsure' }],
  };
}

type ImageRow = ExchangeRow & { readonly kind: ActKind | null };

const isImageRow = (row: ExchangeRow): row is ImageRow => row.kind !== 'class';

/** Acts for the names of classes in the file that differ from the present ones, and the names after these acts. */
function renameClasses(
  rows: readonly ExchangeRow[],
  images: readonly ReviewImage[],
  present: ClassNames,
  problems: Grouped,
): { acts: ClassAct[]; names: ClassNames } {
  const own = new Set(images.map(({ ownClass }) => ownClass));
  const acts: ClassAct[] = [];
  let names = present;
  for (const row of rows) {
    const { ownClass: given, label } = row;
    if (given === null) continue;
    if (label === null || !(own.has(label) || labelSchema.safeParse(label).success)) {
      const end = `rename the class ${quoted(given)}, but the new name is not a valid class name`;
      problems.add(`should ${end}`, `should ${end}`, row);
    } else if (!own.has(given)) {
      // In an export the class already has its new name.
      if (own.has(label)) continue;
      const end = `the class ${quoted(given)}, which this data set does not have`;
      problems.add(`should rename ${end}`, `should rename ${end}`, row);
    } else if (classNameOf(names, given) !== label) {
      const act: ClassAct = { kind: 'class', given, label };
      acts.push(act);
      names = withClassAct(names, act, 0);
    }
  }
  return { acts, names };
}

/**
 * Turns rows into acts on classes and images. Rows about classes come first: the labels of the other rows are names of
 * the classes after them. A row with a content hash refers to the image with that content, even if its path has
 * changed. Other rows are matched by their path.
 * @param present the names of classes before the import
 * @param allowNewClasses whether to accept labels that are not yet a class; otherwise they are only reported
 */
export function matchRows(
  all: readonly ExchangeRow[],
  indexed: readonly ReviewImage[],
  present: ClassNames,
  allowNewClasses: boolean,
): ExchangeResult {
  const [problems, notes] = [new Grouped(), new Grouped()];
  const rows = all.filter(isImageRow);
  const renamed = renameClasses(all, indexed, present, problems);
  const images =
    renamed.acts.length === 0
      ? indexed
      : indexed.map((image) => ({ ...image, className: classNameOf(renamed.names, image.ownClass) }));
  const matched = matchPaths(rows, images);
  const classes = [...new Set(images.map((image) => image.className))].sort(byCodePoint);
  const isClass = new Set(classes);
  const findSimilar = nameFinder(classes);
  const findClass = (label: string): { name: string; exact: boolean } | null => {
    const other = isClass.has(label) ? undefined : renamed.names.get(label);
    if (other !== undefined) return { name: other.name, exact: false };
    const similar = findSimilar(label);
    return similar && { name: classes[similar.at]!, exact: similar.exact };
  };
  const acts = new Map<number, Act>();
  const remarks = new Map<number, Remarks>();
  const unmatched: string[] = [];
  const newClasses = new Set<string>();
  // In a table of remarks, a row may be empty.
  const remarksOnly = rows.some(hasRemarks) && rows.every(({ word, label }) => word === null && label === null);
  const [repeated, contradicting] = [new Set<string>(), new Set<string>()];
  for (const [i, given] of rows.entries()) {
    const image = matched.found[i] ?? null;
    if (image === null) {
      unmatched.push(given.path);
      continue;
    }
    if (given.problem !== null) {
      problems.add(`${given.problem} and is left out`, `${given.problem} and are left out`, given);
      continue;
    }
    if (given.word !== null && given.kind === null) {
      const end = `the unknown decision ${quoted(given.word)} (known decisions: keep, relabel, move, exclude, unsure and clear)`;
      problems.add(`has ${end} and is left out`, `have ${end} and are left out`, given);
      continue;
    }
    const own = readRemarks(given, problems);
    if (own !== null) {
      const before = remarks.get(image.id);
      remarks.set(image.id, { tags: [...(before?.tags ?? []), ...own.tags], note: own.note ?? before?.note ?? null });
    }
    if (given.word === null && given.label === null && (own !== null || remarksOnly)) continue;
    const meaning = given.word === null ? null : otherMeaning(given.word);
    if (meaning !== null) {
      const end = `the decision ${quoted(given.word ?? '')}, which is read as “${meaning}”`;
      notes.add(`has ${end}`, `have ${end}`, given);
    }
    const known = given.label === null ? null : findClass(given.label);
    const row = known === null ? given : { ...given, label: known.name };
    if (known?.exact === false) {
      const end = `the label ${quoted(given.label ?? '')}, which is read as ${quoted(row.label ?? '')}`;
      notes.add(`has ${end}`, `have ${end}`, given);
    }
    const was = given.was === null ? null : (findClass(given.was)?.name ?? given.was);
    if (was !== null && was !== image.className && was !== image.ownClass) {
      const end = `the label ${quoted(was)} before the decision, but the image has the label ${quoted(image.className)} here`;
      notes.add(`gives ${end}`, `give ${end}`, given);
    }
    const kind = kindOf(row, image);
    let act: Act | null = null;
    if (kind === null) problems.add('has neither a decision nor a label', 'have neither a decision nor a label', given);
    else if (kind !== 'relabel' && kind !== 'move') act = { image: image.id, kind, label: null };
    else if (row.label === null || !labelSchema.safeParse(row.label).success) {
      const end = 'be relabelled, but the new label is not a valid class name';
      problems.add(`should ${end}`, `should ${end}`, given);
    } else {
      if (known === null && kind !== 'move') newClasses.add(row.label);
      if (known !== null || allowNewClasses || kind === 'move') act = { image: image.id, kind, label: row.label };
      else {
        const near = nearestName(row.label, classes);
        const end = `the label ${quoted(row.label)}, which is not a class of this data set${near === null ? '' : ` (the nearest is ${quoted(near)})`}`;
        problems.add(`has ${end}`, `have ${end}`, given);
      }
    }
    if (act === null) continue;
    const before = acts.get(image.id);
    if (before !== undefined) {
      repeated.add(image.path);
      if (before.kind !== act.kind || before.label !== act.label) contradicting.add(image.path);
    }
    acts.set(image.id, act);
  }
  const [example] = contradicting;
  const doubled =
    repeated.size === 0
      ? []
      : [
          `${counted(repeated.size, 'image')} had several rows; the last row was used.`,
          ...(example === undefined
            ? []
            : [
                `The rows of ${counted(contradicting.size, 'image')} contradict each other, for example those of ${quoted(example)}.`,
              ]),
        ];
  return {
    acts: [...acts.values()],
    classActs: renamed.acts,
    remarks,
    unmatched,
    newClasses: [...newClasses].sort(byCodePoint),
    problems: [...problems.sentences(), ...doubled],
    notes: [...matched.notes, ...notes.sentences()],
  };
}

const hasRemarks = ({ tags, note }: ExchangeRow): boolean => tags.length > 0 || note !== null;

/** The valid remarks of a row; null if it has none. */
function readRemarks(row: ExchangeRow, problems: Grouped): Remarks | null {
  if (!hasRemarks(row)) return null;
  const tags = row.tags.filter((tag) => tagFault(tag) === null);
  if (tags.length < row.tags.length) {
    const end = `a tag that is too long or contains a character that a tag cannot contain, and that is left out`;
    problems.add(`has ${end}`, `have ${end}`, row);
  }
  const note = row.note === null ? null : cleanNote(row.note);
  if (note === null || noteFault(note) === null) return { tags, note: note === '' ? null : note };
  const end = `a note of more than ${integer(MOST_NOTE_CHARACTERS)} characters, which is left out`;
  problems.add(`has ${end}`, `have ${end}`, row);
  return { tags, note: null };
}

/** Sentences that each apply to one or more rows. Each sentence names the first of these rows. */
class Grouped {
  private readonly groups = new Map<string, { plural: string; rows: ExchangeRow[] }>();

  /** @param singular, plural the rest of the sentence after “1 row” or “3 rows” */
  add(singular: string, plural: string, row: ExchangeRow): void {
    const group = this.groups.get(singular) ?? { plural, rows: [] };
    group.rows.push(row);
    this.groups.set(singular, group);
  }

  sentences(): string[] {
    return [...this.groups].map(([singular, { plural, rows }]) => {
      const [first] = rows;
      const place = `row ${integer(first!.row)}${first!.path === '' ? '' : `, ${quoted(first!.path)}`}`;
      return rows.length === 1
        ? `1 row (${place}) ${singular}.`
        : `${integer(rows.length)} rows (the first is ${place}) ${plural}.`;
    });
  }
}

/**
 * The label in the file is the label to train with. If it equals the given label, the decision is keep, otherwise
 * relabel. It does not matter which label the image had when the decision was made.
 */
function kindOf({ kind, label }: ImageRow, image: ReviewImage): ActKind | null {
  if (label === null || (kind !== null && !['keep', 'relabel', 'move'].includes(kind))) return kind;
  if (label === image.className) return image.className === image.ownClass || kind !== 'move' ? 'keep' : 'move';
  return kind === 'move' ? 'move' : 'relabel';
}

function matchPaths(
  rows: readonly ExchangeRow[],
  images: readonly ReviewImage[],
): { found: readonly (ReviewImage | null)[]; notes: string[] } {
  const byPath = matchImages(
    images.map(({ path }) => path),
    rows.map(({ path }) => path),
  );
  const byContent = onlyOnes(images, (image) => image.sha256);
  const nameOf = (path: string): string => baseOf(plainPath(path).path);
  const byContentAndName = onlyOnes(images, (image) => image.sha256 && `${image.sha256}/${nameOf(image.path)}`);
  const found = rows.map(({ path, sha256 }, i) => {
    const at = byPath.rows[i]!;
    const there = typeof at === 'number' ? images[at]! : null;
    if (sha256 === null || there?.sha256 === sha256) return there;
    return byContent.get(sha256) ?? byContentAndName.get(`${sha256}/${nameOf(path)}`) ?? null;
  });
  // The path of a row with a hash does not decide, so that it is not worth a note.
  const notes = rows.every(({ sha256 }) => sha256 === null) ? matchSentences(byPath.counts) : [];
  return { found, notes };
}

/** Images by key, without the keys that several images share. */
function onlyOnes(
  images: readonly ReviewImage[],
  keyOf: (image: ReviewImage) => string | null,
): Map<string, ReviewImage> {
  const found = new Map<string, ReviewImage | null>();
  for (const image of images) {
    const key = keyOf(image);
    if (key !== null) found.set(key, found.has(key) ? null : image);
  }
  return new Map([...found].flatMap(([key, image]) => (image === null ? [] : [[key, image] as const])));
}
