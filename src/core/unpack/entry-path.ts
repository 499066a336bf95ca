/** Turns the names in an archive, and the names of classes, into safe paths. */

/** The limit of most file systems, in bytes of UTF-8. */
const MOST_NAME_BYTES = 255;

/** Of UTF-8. */
function byteLength(text: string): number {
  let length = 0;
  for (const character of text) {
    const point = character.codePointAt(0)!;
    length += point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;
  }
  return length;
}

/**
 * The path of an entry relative to the folder that the archive is unpacked into. A leading slash and a drive letter
 * are removed, as tar and unzip do.
 * @returns null for a path that leads out of the folder, or that no file can have
 */
export function entryPath(name: string): string | null {
  if (name.includes('\0')) return null;
  const parts = name
    .replaceAll('\\', '/')
    .replace(/^[a-z]:/i, '')
    .split('/')
    .filter((part) => part !== '' && part !== '.');
  if (parts.length === 0 || parts.includes('..')) return null;
  return parts.some((part) => byteLength(part) > MOST_NAME_BYTES) ? null : parts.join('/');
}

/** The folder of a class. Slashes become dashes, and a leading dot, which would hide the folder, an underscore. */
export function classFolder(className: string): string {
  let folder = className
    .replace(/[/\\\0]/g, '-')
    .trim()
    .replace(/^\./, '_.');
  while (byteLength(folder) > MOST_NAME_BYTES) folder = folder.slice(0, -1);
  return folder === '' ? '(no name)' : folder;
}
