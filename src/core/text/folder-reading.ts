/** What one reading of a folder took as labels, splits and classes, and what it did not use, in sentences. */
import type { FolderReading } from '../../contract/model/dataset';
import { named, quoted } from './names';
import { counted, integer } from './numbers';

function labelsText({ labels, alsoTable }: FolderReading): string {
  const also = alsoTable === null ? '' : ` ${alsoTable} labels the images that no class folder labels.`;
  switch (labels.from) {
    case 'folders':
      return `Labels: the names of the class folders.${also}`;
    case 'file-names':
      return 'Labels: the word before or after the number in each file name, because no folder tells classes apart.';
    case 'table':
      return labels.labelColumn === null || labels.imageColumn === null
        ? `Labels: ${labels.table ?? ''}.`
        : `Labels: the column ${quoted(labels.labelColumn)} of ${labels.table ?? ''}, with the images in the column ${quoted(labels.imageColumn)}.`;
  }
}

function splitsText({ splits, splitsInClasses }: FolderReading): string[] {
  if (splits.length === 0) return [];
  const from = splits.map(({ folder, split }) => (folder === split ? folder : `${split} from ${quoted(folder)}`));
  return [`Splits: ${named(from, 10)}, by the names of the folders${splitsInClasses ? ' inside each class' : ''}.`];
}

/** One sentence for each thing that was taken from the folder, with the reason where it is not obvious. */
export function takenText(reading: FolderReading): string[] {
  const { base, parts, same } = reading;
  return [
    labelsText(reading),
    ...splitsText(reading),
    ...(base === '' ? [] : [`The folder ${quoted(base)} is looked through and is no class.`]),
    ...(parts.length === 0
      ? []
      : [
          parts.length === 1
            ? `${quoted(parts[0]!)} contains the same class folders as those beside it and is no class.`
            : `${named(parts.map(quoted), 5)} are parts or copies of one data set and no classes.`,
        ]),
    ...(same.length === 0
      ? []
      : [`${named(same.map(quoted))} is the same for every class and is left out of the class names.`]),
  ];
}

const UNUSED: Record<FolderReading['unused'][number]['reason'], (path: string, detail: string) => string> = {
  'table-unreadable': (path, detail) => `${path} cannot be read: ${detail}.`,
  'table-no-columns': (path) => `${path} has no column that is known to name images, or none with labels.`,
  'table-no-image': (path) => `${path} names no image of this folder.`,
  'table-other-used': (path, detail) =>
    `${path} could label ${counted(Number(detail), 'image')}, but the labels are taken from elsewhere.`,
  'folder-beside-splits': (path, detail) =>
    `The folder ${quoted(path)} with ${counted(Number(detail), 'image')} is beside the splits and is none of them.`,
};

/** One sentence for each thing that was left out: images without a label, rows without an image, tables, folders. */
export function leftOutText({ unlabelled, unmatched, unused, labels }: FolderReading): string[] {
  const where = unlabelled.folders.map(
    ({ folder, images }) => `${integer(images)} ${folder === '' ? 'outside of folders' : `in ${quoted(folder)}`}`,
  );
  return [
    ...(unlabelled.images === 0
      ? []
      : [
          `${counted(unlabelled.images, 'image has', 'images have')} no label and ${unlabelled.images === 1 ? 'is' : 'are'} left out: ${named(where, 5)}.`,
        ]),
    ...(unmatched.rows === 0
      ? []
      : [
          `${counted(unmatched.rows, 'row', 'rows')} of ${labels.table ?? 'the table'} ${unmatched.rows === 1 ? 'names a file that is' : 'name files that are'} not in the folder, for example ${named(unmatched.examples.slice(0, 1).map(quoted))}.`,
        ]),
    ...unused.map(({ path, reason, detail }) => `Not used: ${UNUSED[reason](path, detail)}`),
  ];
}
