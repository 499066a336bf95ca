/**
 * Reads the few tags of an EXIF block that the index and the window show. Every read is bounded. The package
 * exif-reader was rejected: it reads all tags, and lists of any claimed length may overlap, so that a small damaged
 * block can fill the memory.
 */
import type { ImageMetadata } from '../../contract/model/image';

const MAKE = 0x010f;
const MODEL = 0x0110;
const TIME = 0x0132;
const PHOTO = 0x8769;
const POSITION = 0x8825;
const TIME_TAKEN = 0x9003;
const LATITUDE = 0x0002;
const ASCII = 2;
const LONG = 4;
const MOST_ENTRIES = 512;
const LONGEST_TEXT = 200;

interface Entry {
  readonly tag: number;
  /** A text, or a whole number; null for every other kind of value. */
  readonly value: string | number | null;
}

interface Block {
  readonly view: DataView;
  readonly little: boolean;
  readonly first: number;
}

/** @throws RangeError where the block is too short */
function openBlock(block: Uint8Array): Block {
  const start = block[0] === 0x45 && block[1] === 0x78 ? 6 : 0;
  const view = new DataView(block.buffer, block.byteOffset + start, Math.max(0, block.byteLength - start));
  const little = view.getUint16(0) === 0x4949;
  return { view, little, first: view.getUint32(4, little) };
}

function textAt(view: DataView, from: number, length: number): string {
  let text = '';
  for (let i = 0; i < length; i += 1) {
    const code = view.getUint8(from + i);
    if (code === 0) break;
    if (code >= 0x20 && code < 0x7f) text += String.fromCharCode(code);
  }
  return text.trim();
}

/** The wanted entries of one directory. @throws RangeError where one points outside of the block */
function entriesAt({ view, little }: Block, directory: number, wanted: readonly number[]): Entry[] {
  const entries: Entry[] = [];
  for (let entry = 0; entry < Math.min(MOST_ENTRIES, view.getUint16(directory, little)); entry += 1) {
    const at = directory + 2 + entry * 12;
    const tag = view.getUint16(at, little);
    if (!wanted.includes(tag)) continue;
    const kind = view.getUint16(at + 2, little);
    const length = Math.min(LONGEST_TEXT, view.getUint32(at + 4, little));
    if (kind === ASCII) {
      const from = length > 4 ? view.getUint32(at + 8, little) : at + 8;
      entries.push({ tag, value: textAt(view, from, length) });
    } else entries.push({ tag, value: kind === LONG ? view.getUint32(at + 8, little) : null });
  }
  return entries;
}

const valueOf = (entries: readonly Entry[], tag: number) => entries.find((entry) => entry.tag === tag)?.value ?? null;

/** What a read outside of the block leaves behind. */
function within<T>(read: () => T, otherwise: T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof RangeError) return otherwise;
    throw error;
  }
}

/** @param block as the decoder gives it, with or without its "Exif\0\0" prefix; @returns "make model", or null */
export function cameraOf(block: Uint8Array): string | null {
  return within(() => {
    const opened = openBlock(block);
    const names = entriesAt(opened, opened.first, [MAKE, MODEL]).flatMap(({ value }) =>
      typeof value === 'string' && value !== '' ? [value] : [],
    );
    return names.length > 0 ? names.join(' ') : null;
  }, null);
}

/** "2024:05:01 12:30:00" as "2024-05-01 12:30:00"; null for anything else. */
function timeOf(value: string | number | null): string | null {
  const parts = /^(\d{4}):(\d\d):(\d\d) (\d\d:\d\d:\d\d)$/.exec(String(value));
  return parts === null || parts[1] === '0000' ? null : `${parts[1]}-${parts[2]}-${parts[3]} ${parts[4]}`;
}

/** Time and position of an EXIF block, which is as in `cameraOf`. A damaged block gives what is read before the damage. */
export function readExif(block: Uint8Array): Omit<ImageMetadata, 'profile'> {
  const none = { exif: 'damaged', taken: null, position: false } as const;
  const opened = within<Block | null>(() => openBlock(block), null);
  if (opened === null || ![0x4949, 0x4d4d].includes(opened.view.getUint16(0))) return none;
  const main = within<Entry[] | null>(() => entriesAt(opened, opened.first, [TIME, PHOTO, POSITION]), null);
  if (main === null) return none;
  const below = (pointer: number, tag: number): Entry[] => {
    const at = valueOf(main, pointer);
    return typeof at === 'number' ? within(() => entriesAt(opened, at, [tag]), []) : [];
  };
  return {
    exif: 'read',
    taken: timeOf(valueOf(below(PHOTO, TIME_TAKEN), TIME_TAKEN)) ?? timeOf(valueOf(main, TIME)),
    position: below(POSITION, LATITUDE).length > 0,
  };
}
