/** A decision as it is read from a file of any tool, and the words and names that tools use for it. */
import type { ActKind } from '../../contract/model/review';
import { quoted } from '../text/names';

/** One decision that was read from a file but is not yet matched to an image. */
export interface ExchangeRow {
  /** Counted from 1, without the header. */
  readonly row: number;
  readonly path: string;
  readonly sha256: string | null;
  /** The decision as written in the file; null if the file has none. */
  readonly word: string | null;
  /**
   * Null if the file contains no decision or an unknown word. If there is only a label, it means relabel where it
   * differs from the given label, otherwise keep. `class`: the row is about a class and has no image.
   */
  readonly kind: ActKind | 'class' | null;
  readonly label: string | null;
  /** The label that the image had, as the file says; null if it does not say. */
  readonly was: string | null;
  /** With `class`: the own class that gets the name `label`; otherwise null. */
  readonly ownClass: string | null;
  /** What the file adds to the remarks on the image; not checked yet. */
  readonly tags: readonly string[];
  readonly note: string | null;
  /** Why the row cannot be used, as the end of a sentence, for example “has several labels”. */
  readonly problem: string | null;
}

/** Names of columns and fields, in order of preference, in lower case and without punctuation. */
export const PATH_NAMES = [
  'path',
  'filepath',
  'imagepath',
  'filename',
  'imagename',
  'file',
  'image',
  'imageurl',
  'img',
  'imageid',
  'url',
  'sourceref',
  'externalid',
  'idcode',
  'id',
];
export const NEW_LABEL_NAMES = [
  'newlabel',
  'correctedlabel',
  'correctlabel',
  'fixedlabel',
  'finallabel',
  'newclass',
  'correctedclass',
  'correctclass',
  'new',
  'groundtruthlabel',
  'label',
  'choice',
  'class',
  'classname',
  'category',
];
export const KIND_NAMES = ['decision', 'action', 'cleanlabaction', 'verdict', 'status'];
export const TAG_NAMES = ['tags', 'tag'];
export const NOTE_NAMES = ['note', 'notes'];

/** The field of a task in which the names of classes are stored, by own class. */
export const CLASSES_FIELD = 'classes';

/** The words that this app writes. */
const OWN_KINDS: Readonly<Record<string, ActKind>> = {
  keep: 'keep',
  kept: 'keep',
  relabel: 'relabel',
  relabelled: 'relabel',
  relabeled: 'relabel',
  move: 'move',
  moved: 'move',
  exclude: 'exclude',
  excluded: 'exclude',
  unsure: 'unsure',
  clear: 'clear',
};
/**
 * Words of other tools that have only one usual meaning. “bad” and “wrong” are missing, because they may refer to the
 * label or to the image.
 */
const OTHER_KINDS: Readonly<Record<string, ActKind>> = {
  right: 'keep',
  correct: 'keep',
  ok: 'keep',
  okay: 'keep',
  good: 'keep',
  accept: 'keep',
  accepted: 'keep',
  drop: 'exclude',
  dropped: 'exclude',
  delete: 'exclude',
  deleted: 'exclude',
  remove: 'exclude',
  removed: 'exclude',
  reject: 'exclude',
  rejected: 'exclude',
  discard: 'exclude',
  discarded: 'exclude',
  skip: 'unsure',
  skipped: 'unsure',
  unresolved: 'unsure',
  're-label': 'relabel',
};
const normal = (word: string): string => word.trim().toLowerCase();

/** The meaning of another tool's word; null for this app's own words and for unknown words. */
export const otherMeaning = (word: string): ActKind | null => OTHER_KINDS[normal(word)] ?? null;

export interface Fields {
  readonly path: string;
  readonly labels: readonly string[];
  readonly word?: string | null;
  readonly sha256?: string | null;
  readonly given?: string | null;
  readonly tags?: readonly string[];
  readonly note?: string | null;
}

/** The word for a decision on a class, in the column of decisions. */
export const CLASS_WORD = 'class';

export function toRow(
  { path, labels, word = null, sha256 = null, given = null, tags = [], note = null }: Fields,
  at: number,
): ExchangeRow {
  const names = [...new Set(labels.map((label) => label.trim()).filter((label) => label !== ''))];
  const said = word === null || word.trim() === '' ? null : word.trim();
  const ownClass = path === '' && said !== null && normal(said) === CLASS_WORD ? given : null;
  return {
    row: at + 1,
    path,
    label: (ownClass === null ? names[0] : labels[0]) ?? null,
    word: said,
    kind: said === null ? null : ownClass === null ? (OWN_KINDS[normal(said)] ?? otherMeaning(said)) : CLASS_WORD,
    ownClass,
    was: ownClass === null && given !== null && given.trim() !== '' ? given.trim() : null,
    tags,
    note: note === null || note.trim() === '' ? null : note,
    sha256: sha256 !== null && /^[0-9a-f]{64}$/.test(sha256) ? sha256 : null,
    problem: names.length > 1 ? `has several labels (${names.map(quoted).join(', ')})` : null,
  };
}

export const texts = (value: unknown): string[] =>
  asArray(value).filter((entry): entry is string => typeof entry === 'string');

export function asRecord(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {};
}

export function asArray(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
