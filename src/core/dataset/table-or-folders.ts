/** Whether the folders tell the classes better than a table of the same images. */
import { isLabelName } from './class-columns';
import type { TableLabel } from './folders';
import type { Material } from './layout-types';

type Labels = ReadonlyMap<string, TableLabel>;
type Placed = Material['groups'][number];

/** Least share of the images that show what the folders or the table tell. */
const ALMOST_ALL = 0.95;

const OF_PERSONS = /^(age|sex|gender)/i;

const hasLetters = (name: string): boolean => /\p{L}/u.test(name);
const OF_GROUP = /^(site|batch|part|scanner|cam|camera|cent(er|re)|hospital|group|set|folder|lab)[-_ ]?[\da-z]{0,2}$/i;
/** Not a group of images, such as `batch_A`, or the number of a person or a place, such as `30601258@N03` of Flickr. */
const isName = (name: string): boolean => /^\p{L}|\p{L}{2}/u.test(name) && !OF_GROUP.test(name);
const isNumber = (name: string): boolean => /^\d+$/.test(name);

/** Whether the column of the labels has the name of one. Metadata may hold only sizes, boxes or captions. */
export const namesLabels = ({ group }: Placed): boolean =>
  group.parts.every(({ read }) => read.oneHot.length > 0 || isLabelName(read.columns[read.found.label]!));

/** Whether a table only numbers the classes that folders name: `glass/1.jpg 1`. */
function numbersFolders(named: Labels, folders: Labels): boolean {
  const [there, back] = [new Map<string, string>(), new Map<string, string>()];
  for (const [path, { className: number }] of named) {
    const folder = folders.get(path)?.className;
    if (folder === undefined || !isNumber(number) || !hasLetters(folder)) return false;
    if ((there.get(number) ?? folder) !== folder || (back.get(folder) ?? number) !== number) return false;
    there.set(number, folder);
    back.set(folder, number);
  }
  return there.size > 1;
}

/**
 * Whether a column of another kind stands beside names of folders: numbers, such as magnifications and ratings, or the sex
 * of patients.
 */
function isMeasure(one: Placed, folders: Labels): boolean {
  if (one.group.parts.some(({ read }) => read.oneHot.length > 0) || namesLabels(one)) return false;
  const ofPersons = one.group.parts.every(({ read }) => OF_PERSONS.test(read.columns[read.found.label]!.trim()));
  return [...one.labels].every(
    ([path, { className }]) => (ofPersons || isNumber(className)) && isName(folders.get(path)?.className ?? ''),
  );
}

const SEPARATORS = /[|;, ]+/;
/** Whether a table gives images more labels beside the class of their folder: `banded` and `banded zigzagged`. */
function addsToFolders(named: Labels, folders: Labels): boolean {
  let [known, more] = [0, 0];
  for (const [path, { className }] of named) {
    const folder = folders.get(path)?.className;
    if (folder === undefined) continue;
    if (className === folder) known += 1;
    else if (className.split(SEPARATORS).includes(folder)) more += 1;
  }
  return more > 0 && known + more >= named.size * ALMOST_ALL;
}

/** Whether a table gives only some of the images the class of their folder. */
function repeatsFolders(named: Labels, folders: Labels): boolean {
  if (named.size >= folders.size) return false;
  const same = [...named].filter(([path, { className }]) => folders.get(path)?.className === className).length;
  return same >= named.size * ALMOST_ALL;
}

export const foldersTellBetter = (one: Placed, folders: Labels): boolean =>
  numbersFolders(one.labels, folders) ||
  isMeasure(one, folders) ||
  addsToFolders(one.labels, folders) ||
  repeatsFolders(one.labels, folders);

const BEGINNING = /^[\da-z]{1,3}$/i;

/**
 * Whether the folders only spread many files: each image is in folders of the first characters of its own name, as in
 * `0/a/3/0a3f91.jpg`.
 */
export function areBeginnings(folders: Labels): boolean {
  let fits = 0;
  for (const [path, { className }] of folders) {
    const parts = className.split('/');
    const name = path.slice(path.lastIndexOf('/') + 1).toLowerCase();
    const start = parts.join('').toLowerCase();
    if (parts.length < 2 || !parts.every((part) => BEGINNING.test(part)) || !name.startsWith(start)) continue;
    if (/^[\da-z]/.test(name.slice(start.length))) fits += 1;
  }
  return fits > 0 && fits >= folders.size * ALMOST_ALL;
}
