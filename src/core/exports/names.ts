/** Names for folders and files that are safe and different on every file system. */
import type { ImageFormat } from '../../contract/model/image';

const RESERVED = /^(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(\.|$)/i;
const FORBIDDEN = /[<>:"|?*\\/\p{Cc}]/gu;
/** Leaves room for a number and an extension below the usual limit of 255 bytes; a character is four bytes at most. */
const LONGEST = 60;

/** Extensions that loaders take for each format; the first is used where a name has another. */
const EXTENSIONS: Record<ImageFormat, readonly [string, ...string[]]> = {
  jpeg: ['jpg', 'jpeg'],
  png: ['png'],
  webp: ['webp'],
  gif: ['gif'],
  tiff: ['tif', 'tiff'],
  avif: ['avif'],
  heif: ['heic', 'heif'],
  bmp: ['bmp'],
  ppm: ['ppm', 'pgm'],
  jp2: ['jp2'],
  jxl: ['jxl'],
};

/** What a case-insensitive, normalizing file system (macOS, Windows) holds for the same name. */
export function nameKey(name: string): string {
  return name.normalize('NFC').toLowerCase();
}

/**
 * One path component that no system refuses; nested class names (`a/b`) become one level, because loaders read only
 * one.
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

/** File name without folder, made safe, with an extension that fits the content: loaders go by it. */
export function fileStem(path: string, format: ImageFormat): { stem: string; ending: string } {
  const base = path.slice(path.lastIndexOf('/') + 1);
  const dot = base.lastIndexOf('.');
  const extension = dot > 0 ? base.slice(dot + 1) : '';
  const fits = EXTENSIONS[format].includes(extension.toLowerCase());
  const known = fits || Object.values(EXTENSIONS).some((list) => list.includes(extension.toLowerCase()));
  return { stem: safeName(known ? base.slice(0, dot) : base), ending: `.${fits ? extension : EXTENSIONS[format][0]}` };
}
