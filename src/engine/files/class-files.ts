/** Reads the small files beside images that hold their class: `000.cls` beside `000.jpg`, as WebDataset stores it. */
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Table } from '../../core/dataset/table';
import { withoutEnding } from '../../core/dataset/row-path';
import type { Walked } from './walk';

/** Files that hold only the class of an image. */
export const CLASS_FILE = /\.(cls|class|label)$/i;
const FEWEST = 5;
const MOST_BYTES = 200;

/**
 * One table with the label of each image that has such a file; none if fewer than half of the images have one.
 * @param walked `skipped` must contain all files of other types
 */
export function readClassFiles(root: string, { images, skipped }: Pick<Walked, 'images' | 'skipped'>): Table[] {
  const files = skipped.filter(({ reason, path }) => reason === 'other-type' && CLASS_FILE.test(path));
  if (files.length < FEWEST || files.length * 2 < images.length) return [];
  const byStem = new Map(images.map(({ file }) => [withoutEnding(file.path), file.path]));
  const rows = files.flatMap(({ path }) => {
    const image = byStem.get(path.replace(CLASS_FILE, ''));
    return image === undefined ? [] : [[image, labelIn(join(root, path))]];
  });
  const ending = CLASS_FILE.exec(files[0]!.path)![0];
  return rows.length * 2 < images.length
    ? []
    : [{ path: `*${ending}`, columns: ['file', 'label'], rows, problem: null }];
}

/** '' for a file that holds more than a class, or cannot be read. */
function labelIn(file: string): string {
  try {
    return statSync(file).size > MOST_BYTES ? '' : readFileSync(file, 'utf8').trim();
  } catch {
    return '';
  }
}
