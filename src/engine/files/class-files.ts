/**
 * Reads the small files beside images that hold their class: `000.cls` beside `000.jpg`, as WebDataset stores it, one
 * word in `000.txt`, or the tags and flags of annotation tools in `000.jpg.json`.
 */
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { areLabels, sidecarLabel, type SidecarLabel } from '../../core/dataset/sidecar-labels';
import { withoutTool } from '../../core/dataset/sidecars';
import type { Table } from '../../core/dataset/table';
import { baseOf, folderOf, withoutEnding } from '../../core/dataset/row-path';
import type { Walked } from './walk';

/** Files that hold only the class of an image. */
export const CLASS_FILE = /\.(cls|class|label)$/i;
const FEWEST = 5;
const MOST_BYTES = 200;
const SIDECAR_ENDINGS = ['txt', 'json', 'xml'] as const;
type SidecarEnding = (typeof SIDECAR_ENDINGS)[number];
/** Larger files hold a longer text, the image itself, or many objects. */
const MOST_SIDECAR_BYTES: Readonly<Record<SidecarEnding, number>> = {
  txt: MOST_BYTES,
  json: 200_000,
  xml: 20_000,
};
/** If none of so many files names a class, the others are not read. */
const LOOKED_AT = 20;

type Found = Pick<Walked, 'images' | 'skipped'>;

/**
 * Tables with the label of each image that has such a file; none if fewer than half of the images have one.
 * @param walked `skipped` must contain all files of other types
 */
export const readClassFiles = (root: string, walked: Found): Table[] => [
  ...classFiles(root, walked),
  ...SIDECAR_ENDINGS.flatMap((ending) => sidecarTable(root, walked, ending)),
];

function classFiles(root: string, { images, skipped }: Found): Table[] {
  const files = skipped.filter(({ reason, path }) => reason === 'other-type' && CLASS_FILE.test(path));
  if (files.length < FEWEST || files.length * 2 < images.length) return [];
  const byStem = new Map(images.map(({ file }) => [withoutEnding(file.path), file.path]));
  const rows = files.flatMap(({ path }) => {
    const image = byStem.get(path.replace(CLASS_FILE, ''));
    return image === undefined ? [] : [[image, textIn(join(root, path), MOST_BYTES).trim()]];
  });
  const ending = CLASS_FILE.exec(files[0]!.path)![0];
  return rows.length * 2 < images.length
    ? []
    : [{ path: `*${ending}`, columns: ['file', 'label'], rows, problem: null }];
}

/** The folder around the folder of a file, and its name: `ds/img/1.jpg` and `ds/ann/1.jpg.json` are side by side. */
const besideKey = (path: string, name: string): string => `${folderOf(folderOf(path))}|${name}`;

interface Pair {
  readonly image: string;
  readonly file: string;
}

/** The images with a file of their own with this ending, and this file; none if fewer than half of them have one. */
function pairsOf({ images, skipped }: Found, ending: SidecarEnding): Pair[] {
  const files = skipped.filter(({ reason, path }) => reason === 'other-type' && path.endsWith(`.${ending}`));
  if (files.length < FEWEST || files.length * 2 < images.length) return [];
  const [inFolder, beside] = [new Map<string, string>(), new Map<string, string>()];
  for (const { path } of files) {
    const stem = withoutTool(path.slice(0, -ending.length - 1));
    inFolder.set(stem, path);
    beside.set(besideKey(path, baseOf(stem)), path);
  }
  const pairs = images.flatMap(({ file: { path } }) => {
    const stem = withoutEnding(path);
    const found =
      inFolder.get(path) ??
      inFolder.get(stem) ??
      beside.get(besideKey(path, baseOf(path))) ??
      beside.get(besideKey(path, baseOf(stem)));
    return found === undefined ? [] : [{ image: path, file: found }];
  });
  return pairs.length < FEWEST || pairs.length * 2 < images.length ? [] : pairs;
}

const labelIn = (root: string, ending: SidecarEnding, file: string): SidecarLabel =>
  sidecarLabel(ending, textIn(join(root, file), MOST_SIDECAR_BYTES[ending]));

function sidecarTable(root: string, walked: Found, ending: SidecarEnding): Table[] {
  const pairs = pairsOf(walked, ending);
  const read = ({ file }: Pair): SidecarLabel => labelIn(root, ending, file);
  const first = pairs.slice(0, LOOKED_AT).map(read);
  if (first.every(({ label }) => label === '')) return [];
  const found = [...first, ...pairs.slice(LOOKED_AT).map(read)];
  if (!areLabels(found, walked.images.length)) return [];
  const splits = found.some(({ split }) => split !== '');
  return [
    {
      path: `*.${ending}`,
      columns: ['file', 'label', ...(splits ? ['split'] : [])],
      rows: pairs.map(({ image }, at) => [image, found[at]!.label, ...(splits ? [found[at]!.split] : [])]),
      problem: null,
    },
  ];
}

/**
 * Brings the files that `readClassFiles` reads for single images into a folder, and not those that it would not read.
 * @param bytesOf the size of a file
 * @param bring copies files to their paths below the folder
 */
export async function bringSidecars(
  root: string,
  walked: Found,
  bytesOf: (path: string) => number,
  bring: (paths: readonly string[]) => Promise<void>,
): Promise<void> {
  for (const ending of SIDECAR_ENDINGS) {
    const all = pairsOf(walked, ending).map(({ file }) => file);
    const first = all.slice(0, LOOKED_AT);
    const fits = (path: string): boolean => bytesOf(path) <= MOST_SIDECAR_BYTES[ending];
    await bring(first.filter(fits));
    if (first.some((file) => labelIn(root, ending, file).label !== '')) await bring(all.slice(LOOKED_AT).filter(fits));
  }
}

/** '' for a file that is larger, or cannot be read. */
function textIn(file: string, most: number): string {
  try {
    return statSync(file).size > most ? '' : readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
