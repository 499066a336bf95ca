/** Names for folders and files that are safe and different on every file system. */
import { formatOf, FORMATS } from '../images/formats';

const RESERVED = /^(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(\.|$)/i;
const FORBIDDEN = /[<>:"|?*\\/\p{Cc}]/gu;
/**
 * Leaves room for a number and an extension below the usual limit of 255 bytes; a character takes at most four bytes.
 */
const LONGEST = 60;

/** The name as a case-insensitive, normalizing file system (macOS, Windows) compares it. */
export function nameKey(name: string): string {
  return name.normalize('NFC').toLowerCase();
}

/**
 * One path component that is valid on every system. Nested class names (`a/b`) become one level, because loaders read
 * only one level.
 */
export function safeName(text: string): string {
  const plain = text
    .normalize('NFC')
    .replaceAll('/', '__')
    .replace(FORBIDDEN, '_')
    .replace(/[. ]+$/, '_')
    .replace(/^[. ]/, '_');
  const short = Array.from(plain).slice(0, LONGEST).join('');
  if (short === '') return '_';
  return RESERVED.test(short) ? `_${short}` : short;
}

/** Chooses names that differ by more than case: the second `cat` becomes `cat_2`. */
export function uniqueNames(): (stem: string, ending?: string) => string {
  const taken = new Set<string>();
  const next = new Map<string, number>();
  return (stem, ending = '') => {
    const key = nameKey(stem + ending);
    let name = stem + ending;
    let number = next.get(key) ?? 2;
    while (taken.has(nameKey(name))) name = `${stem}_${number++}${ending}`;
    next.set(key, number);
    taken.add(nameKey(name));
    return name;
  };
}

/**
 * File name without folder, made safe, with an ending that fits the content, because loaders choose files by it.
 * @param format id of an image format
 */
export function fileStem(path: string, format: string): { stem: string; ending: string } {
  const base = path.slice(path.lastIndexOf('/') + 1);
  const dot = base.lastIndexOf('.');
  const ending = dot > 0 ? base.slice(dot + 1) : '';
  const isUsual = (endings: { readonly usual: readonly string[] }) => endings.usual.includes(ending.toLowerCase());
  const { endings } = formatOf(format);
  const known = FORMATS.some((each) => isUsual(each.endings));
  return {
    stem: safeName(known ? base.slice(0, dot) : base),
    ending: `.${isUsual(endings) ? ending : endings.usual[0]}`,
  };
}
