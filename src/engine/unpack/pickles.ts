/** The arrays in Python pickles: images, and a label for each. */
import { readFileSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { headerOf, type ArrayHeader } from '../../core/unpack/array-header';
import { isPickledArray, namedValues, pickledText, readPickle, type Pickled } from '../../core/unpack/pickle';
import { archiveFailure, badArchive } from './failure';

/** A pickle is read as a whole. The training rows of CIFAR-100 take 155 MB. */
const MOST_BYTES = 400_000_000;
const MOST_NAMES_BYTES = 1_000_000;
/** What pickles say about each image besides its label. */
const NO_LABELS = /^(filenames?|batch_label|coarse_labels|coords|sizes|names)$/;

export interface MemoryArray {
  readonly name: string;
  readonly header: ArrayHeader;
  /** The elements. */
  readonly data: Uint8Array;
}

/** Texts as NumPy stores them, four bytes a character. */
function arrayOfTexts(name: string, texts: readonly string[]): MemoryArray {
  const size = 4 * Math.max(1, ...texts.map((text) => Array.from(text).length));
  const data = new Uint8Array(size * texts.length);
  const view = new DataView(data.buffer);
  texts.forEach((text, row) =>
    Array.from(text).forEach((character, at) => view.setUint32(row * size + 4 * at, character.codePointAt(0)!, true)),
  );
  return { name, header: { kind: 'U', size, little: true, shape: [texts.length], start: 0 }, data };
}

const utf8 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('utf8');
const isLabel = (value: Pickled): boolean => typeof value === 'number' || pickledText(value) !== '';

/** Files beside the batches of CIFAR-10 and CIFAR-100 that name the classes, and where the names are in them. */
const NAME_FILES = { 'batches.meta': 'label_names', meta: 'fine_label_names' } as const;

export const isNamesOfBatches = (path: string): boolean => Object.hasOwn(NAME_FILES, basename(path));

/** The class names beside a batch; none without such a file. */
function namesBeside(file: string): string[] {
  for (const [meta, key] of Object.entries(NAME_FILES)) {
    try {
      const beside = join(dirname(file), meta);
      if (statSync(beside).size > MOST_NAMES_BYTES) continue;
      const names = namedValues(readPickle(readFileSync(beside), utf8))?.get(key);
      if (Array.isArray(names)) return (names as readonly Pickled[]).map(pickledText);
    } catch {
      // Another file with this name has no class names.
    }
  }
  return [];
}

/**
 * The arrays and lists of a dictionary by their names; the fine labels of CIFAR-100 are called `labels`.
 * @param path of the file in messages
 * @throws PlumblineError bad-archive
 */
export function arraysOfPickle(file: string, path: string): MemoryArray[] {
  if (statSync(file).size > MOST_BYTES)
    throw badArchive(path, 'it is larger than 400 MB; save its arrays with numpy.savez');
  let values: ReadonlyMap<string, Pickled> | null;
  try {
    values = namedValues(readPickle(readFileSync(file), utf8));
  } catch (error) {
    if (error instanceof Error && !('code' in error)) throw badArchive(path, error.message, error);
    throw archiveFailure(error, path);
  }
  if (values === null) throw badArchive(path, 'it is not a dictionary of arrays; save its arrays with numpy.savez');
  return [...values].flatMap(([key, value]): MemoryArray[] => {
    if (NO_LABELS.test(key)) return [];
    const name = key === 'fine_labels' ? 'labels' : key;
    if (isPickledArray(value)) {
      const { type, shape, data } = value;
      try {
        const header = headerOf({ type, fortran: false, shape, start: 0 });
        if (shape.reduce((product, one) => product * one, header.size) !== data.length)
          throw new Error('its number of bytes does not fit its shape');
        return [{ name, header, data }];
      } catch (error) {
        throw badArchive(`${key} in ${path}`, error instanceof Error ? error.message : String(error), error);
      }
    }
    if (!Array.isArray(value)) return [];
    const list = value as readonly Pickled[];
    if (list.length === 0 || !list.every(isLabel)) return [];
    const classes = namesBeside(file);
    return [
      arrayOfTexts(
        name,
        list.map((one) => (typeof one === 'number' ? (classes[one] ?? String(one)) : pickledText(one))),
      ),
    ];
  });
}
