/** Tells whether a cell names an image file, whatever comes before the name and whether it has an ending. */
import { baseOf, rowPath, withoutEnding, withoutNumberZeros, withoutUploadPrefix } from './row-path';

const fold = (name: string): string => withoutEnding(name).normalize('NFC').toLowerCase();

/** The names by which a file can be meant; a number counts without its zeros at the start. */
export function nameKeys(path: string): string[] {
  const name = fold(baseOf(path.replaceAll('\\', '/')));
  const number = withoutNumberZeros(name);
  return number === name ? [name] : [name, number];
}

/** @param names the keys of all images, from `nameKeys` */
export function namesImage(cell: string, names: ReadonlySet<string>): boolean {
  if (cell.trim() === '') return false;
  const name = baseOf(rowPath(cell, (one) => names.has(fold(one))).path);
  return [name, withoutUploadPrefix(name)].some(
    (one) => names.has(fold(one)) || names.has(withoutNumberZeros(fold(one))),
  );
}
