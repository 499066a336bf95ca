/** Tags and notes on images: what is valid, how they change, and how a table holds them. */
import {
  MOST_NOTE_CHARACTERS,
  MOST_TAG_CHARACTERS,
  tagSchema,
  type Remarks,
  type RemarksChange,
} from '../../contract/model/remarks';
import { byCodePoint } from '../dataset/order';
import { quoted } from '../text/names';
import { integer } from '../text/numbers';

/** Changes the remarks on an image: one tag more or less, or another note, where '' removes it. */
export interface RemarkAct {
  readonly kind: 'tag' | 'untag' | 'note';
  readonly label: string;
}

export const NO_REMARKS: Remarks = { tags: [], note: null };

export const isBlank = ({ tags, note }: Remarks): boolean => tags.length === 0 && note === null;

export function withRemarkAct({ tags, note }: Remarks, { kind, label }: RemarkAct): Remarks {
  if (kind === 'note') return { tags, note: label === '' ? null : label };
  const others = tags.filter((tag) => tag !== label);
  return { tags: kind === 'tag' ? [...others, label].sort(byCodePoint) : others, note };
}

/** The acts that make the change; none for what already holds. The change has been checked. */
export function remarkActs(now: Remarks, { add = [], remove = [], note }: RemarksChange): RemarkAct[] {
  const wanted = note === undefined ? now.note : note === '' ? null : note;
  return [
    ...[...new Set(remove)].flatMap((tag): RemarkAct[] =>
      now.tags.includes(tag) ? [{ kind: 'untag', label: tag }] : [],
    ),
    ...[...new Set(add)].flatMap((tag): RemarkAct[] => (now.tags.includes(tag) ? [] : [{ kind: 'tag', label: tag }])),
    ...(wanted === now.note ? [] : [{ kind: 'note', label: wanted ?? '' } as const]),
  ];
}

/** What is wrong with a tag, as one sentence; null for a valid one. */
export function tagFault(tag: string): string | null {
  if (tagSchema.safeParse(tag).success) return null;
  if (tag.trim() === '') return 'A tag must not be empty.';
  if (tag.length > MOST_TAG_CHARACTERS)
    return `A tag can have at most ${MOST_TAG_CHARACTERS} characters; this one has ${integer(tag.length)}.`;
  return `${quoted(tag)} cannot be a tag: a tag contains no comma, semicolon or control character, and neither begins nor ends with a blank.`;
}

/** What is wrong with a note, as one sentence; null for a valid one. */
export function noteFault(note: string): string | null {
  return note.length <= MOST_NOTE_CHARACTERS
    ? null
    : `A note can have at most ${integer(MOST_NOTE_CHARACTERS)} characters; this one has ${integer(note.length)}.`;
}

/** The note without blanks at its ends, with \n at the end of lines, and without control characters. */
export const cleanNote = (note: string): string =>
  note
    .replace(/\r\n?/g, '\n')
    .replace(/[^\P{Cc}\n\t]/gu, '')
    .trim();

/** Tags in one cell of a table. */
export const tagsText = (tags: readonly string[]): string => tags.join('; ');

/** The tags in a cell: separated by semicolons or commas, or a JSON array. */
export function tagsOfText(text: string): string[] {
  return distinct(/^\s*\[/.test(text) ? listed(text) : text.split(/[;,\n]/));
}

const distinct = (tags: readonly string[]): string[] => [
  ...new Set(tags.map((tag) => tag.trim()).filter((tag) => tag !== '')),
];

function listed(text: string): string[] {
  try {
    const value: unknown = JSON.parse(text);
    if (Array.isArray(value)) return value.filter((one): one is string => typeof one === 'string');
  } catch {
    // Not JSON: the text is read as a list.
  }
  return text.split(/[;,\n]/);
}
