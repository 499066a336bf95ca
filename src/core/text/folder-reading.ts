/** What one reading of a folder took as labels, splits and classes, and what it did not use, in sentences. */
import type { FolderReading } from '../../contract/model/dataset';
import type { UnreadableCode } from '../../contract/model/image';
import { matchCodeSchema, type MatchCounts } from '../../contract/model/matching';
import { foldsOfSplits } from './folds';
import { unreadText } from './unread-files';
import { matchSentences, renamedSentence } from './matching';
import { named, quoted } from './names';
import { counted, integer } from './numbers';

function columnText({ labels, notes }: FolderReading): string {
  const classes = notes.find(({ code }) => code === 'one-hot');
  const table = labels.table ?? '';
  if (classes) return `one column of yes and no for each of the ${integer(classes.count)} classes in ${table}`;
  const shares = notes.find(({ code }) => code === 'soft');
  if (shares)
    return `the largest of the ${integer(shares.count)} columns of shares or votes in ${table}, one column for each class`;
  return `the column ${quoted(labels.labelColumn ?? '')} of ${table}`;
}

function labelsText(reading: FolderReading): string {
  const { labels, alsoTable } = reading;
  const also = alsoTable === null ? '' : ` ${alsoTable} labels the images that no class folder labels.`;
  switch (labels.from) {
    case 'folders':
      return `Labels: the names of the class folders.${also}`;
    case 'file-names':
      if (labels.nameField !== undefined)
        return `Labels: field ${labels.nameField.field} of each file name, with ${quoted(labels.nameField.separator)} between the fields.`;
      return 'Labels: the word before or after the number in each file name, or after a word such as “label=”, because no folder tells classes apart.';
    case 'table':
      return labels.labelColumn === null || labels.imageColumn === null
        ? `Labels: ${labels.table ?? ''}.`
        : labels.table?.startsWith('*.') === true
          ? `Labels: the ${labels.table.slice(1)} file of each image.`
          : `Labels: ${columnText(reading)}, with the images in the column ${quoted(labels.imageColumn)}.${othersText(reading)}`;
  }
}

/** Other columns that the user can take as labels. */
function othersText({ labels, notes }: FolderReading): string {
  const others = labels.labelColumns.filter((name) => name !== labels.labelColumn);
  if (others.length === 0 || notes.some(({ code }) => code === 'one-hot' || code === 'soft')) return '';
  return ` ${others.length === 1 ? 'The column' : 'The columns'} ${named(others.map(quoted), 5)} could hold labels too.`;
}

function splitsText({ splits, splitsInClasses, labels, splitLists }: FolderReading): string[] {
  if (splitLists.length > 0)
    return [
      `Splits: ${named(
        [...new Set(splitLists.map(({ path }) => path))].map((list) => {
          const own = splitLists.flatMap(({ path, split }) => (path === list ? [split] : []));
          return `${named(own)} from the list ${list}`;
        }),
        10,
      )}.`,
    ];
  if (labels.splitColumn !== null) return [`Splits: the column ${quoted(labels.splitColumn)}.`];
  if (splits.length === 0) return [];
  const from = splits.map(({ folder, split }) => (folder === split ? folder : `${split} from ${quoted(folder)}`));
  const names = splits.map(({ split }) => split);
  const alike = names.filter((name) =>
    names.some((other) => other !== name && other.toLowerCase() === name.toLowerCase()),
  );
  return [
    `Splits: ${named(from, 10)}, by the names of the folders${splitsInClasses ? ' inside each class' : ''}.`,
    ...(foldsOfSplits(names).size > 0
      ? ['Each fold contains splits of its own, so a copy of an image in another fold is not a leak by itself.']
      : []),
    ...(alike.length > 0
      ? [`${named(alike.map(quoted))} differ only in upper and lower case and may be one split.`]
      : []),
  ];
}

/** Named classes that are told as examples. */
const MOST_CLASSES = 3;

function classNamesText({ classNames }: FolderReading): string[] {
  if (classNames === null) return [];
  const first = classNames.names
    .slice(0, MOST_CLASSES)
    .map(({ number, name }) => `${quoted(number)} is ${quoted(name)}`);
  const more = classNames.names.length > MOST_CLASSES ? ', …' : '.';
  return [
    `${classNames.file} names the classes: ${first.join(', ')}${more} The classes keep their numbers until you use these names.`,
  ];
}

const ENCODINGS: Record<string, string> = { 'utf-16le': 'UTF-16', 'utf-16be': 'UTF-16' };

type Note = FolderReading['notes'][number];

/** Codes of matching have a sentence together; a column for each class is named with the labels. */
const NOTES: Partial<Record<Note['code'], (note: Note, table: string) => string>> = {
  encoding: ({ detail }, table) =>
    `${table} is not UTF-8; it is read as ${ENCODINGS[detail] ?? detail}. If names look wrong, save it as UTF-8.`,
  'no-header': (_, table) => `${table} has no header: its first line is read as a row.`,
  title: ({ count, detail }, table) =>
    `${table} has ${counted(count, 'line')} above the header, which ${count === 1 ? 'is' : 'are'} not read: ${quoted(detail)}${count === 1 ? '' : ', …'}.`,
  headers: ({ count }, table) =>
    `${counted(count, 'row repeats', 'rows repeat')} the header of ${table} and ${count === 1 ? 'is' : 'are'} left out.`,
  'session-classes': ({ detail }) =>
    `The folders are named like days, patients, places or folders of a camera, for example ${quoted(detail)}. They are read as classes because nothing else labels the images.`,
  'days-in-names': ({ count, detail }) => {
    const [example = '', rests = ''] = detail.split('\n');
    return `${counted(count, 'class', 'classes')} have a day in their names, for example ${quoted(example)}, and ${rests} names are left without the days. If the days are no part of the classes, make a folder for each day with the class folders in it.`;
  },
  'one-each': ({ count, detail }) =>
    `${counted(count, 'folder')} hold ${counted(Number(detail), 'image')}, so they may be patients or pictures, not classes. They are read as classes because nothing else labels the images.`,
  'one-folder': ({ detail }) => {
    const [whole = '', own = ''] = detail.split('\n');
    return `One folder alone names each class: ${quoted(whole)} is read as ${quoted(own)}.`;
  },
  'band-folders': ({ count, detail }) =>
    `${counted(count, 'folder holds', 'folders hold')} files with the same endings (${detail}), so each folder is likely one picture in several bands. Each file is read as an image of its own: join the files of a folder into one picture, and label the pictures by class folders or a CSV.`,
  renamed: ({ count, detail }, table) => {
    const [from = '', to = ''] = detail.split('\n');
    return renamedSentence(table, { count, from, to });
  },
  composed: ({ detail }, table) => {
    const [columns = '', example = ''] = detail.split('\n');
    return `${table} does not write the names of the files, but its columns ${columns} name one file each together, such as ${quoted(example)}.`;
  },
  'image-columns': ({ count, detail }, table) =>
    `The columns ${detail} of ${table} name ${count === 2 ? 'two' : 'several'} images in each row; each of them gets the label of the row. To read one column, name it with --labels ${table} --image-column.`,
  'same-name': ({ count, detail }, table) =>
    `${table} has several columns with the name ${quoted(detail)}; column ${count} is read.`,
  wide: ({ count, detail }) =>
    `${counted(count, 'row has', 'rows have')} more cells than the header (the first is ${detail}) and ${count === 1 ? 'is' : 'are'} left out: put texts that contain the delimiter in quotes.`,
  whole: (_, table) => `${table} writes its labels with decimals; 1.0 is read as 1.`,
  positions: (_, table) =>
    `Each label in ${table} is a list of one 1 among zeros; the position of the 1 is read as the number of the class, counted from 0.`,
  lists: (_, table) => `Each label in ${table} is in a list or an object; its content is read.`,
  boxes: (_, table) => `${table} writes boxes after each label; they are not read.`,
  joined: ({ count, detail }) =>
    `${counted(count, 'image seems', 'images seem')} to have several labels, for example ${quoted(detail)}. Each combination is read as a class of its own.`,
  'minus-one': ({ count, detail }, table) =>
    `${counted(count, 'image has', 'images have')} the label ${quoted(detail === '' ? '-1' : detail)}, which is read as a class. If it means “no label”, delete these rows in ${table}.`,
  repeated: ({ count }) => `${counted(count, 'row repeats', 'rows repeat')} an image with the same label.`,
  'several-splits': ({ count, detail }) =>
    `${counted(count, 'image is', 'images are')} listed in several splits, for example ${quoted(detail)}, and ${count === 1 ? 'is' : 'are'} read without a split.`,
  merged: ({ count }) =>
    `${counted(count, 'row has', 'rows have')} no label, and each label stands once above them, as merged cells of a spreadsheet are saved. Write the label into each row.`,
  empty: ({ count }) => `${counted(count, 'row gives', 'rows give')} no label, or several.`,
  contradicting: ({ count, detail }) =>
    `${counted(count, 'image has', 'images have')} rows with different labels, for example ${quoted(detail)}; ${count === 1 ? 'it is' : 'they are'} left without a label.`,
};

/** How the tables were read and their rows matched, beyond taking them as they are. */
function notesText({ notes, labels, alsoTable }: FolderReading): string[] {
  const table = labels.table ?? alsoTable ?? '';
  const sum = (code: string): number =>
    notes.filter((note) => note.code === code).reduce((all, { count }) => all + count, 0);
  const matches = Object.fromEntries(matchCodeSchema.options.map((code) => [code, sum(code)])) as MatchCounts;
  return [...notes.flatMap((note) => NOTES[note.code]?.(note, table) ?? []), ...matchSentences(matches)];
}

/** One sentence for each thing that was taken from the folder, with the reason where it is not obvious. */
export function takenText(reading: FolderReading): string[] {
  const { base, parts, same, repeated } = reading;
  return [
    labelsText(reading),
    ...splitsText(reading),
    ...classNamesText(reading),
    ...notesText(reading),
    ...(base === '' ? [] : [`The folder ${quoted(base)} is looked through and is no class.`]),
    ...(parts.length === 0
      ? []
      : [
          parts.length === 1
            ? `${quoted(parts[0]!)} contains the same class folders as those beside it and is no class.`
            : `${named(parts.map(quoted), 5)} are parts or copies of one data set and no classes.`,
        ]),
    ...(repeated.length === 0
      ? []
      : [
          `${named(repeated.map(quoted), 5)} contain folders of the same names, so their own names are part of the class names.`,
        ]),
    ...(same.length === 0
      ? []
      : [`${named(same.map(quoted))} is the same for every class and is left out of the class names.`]),
  ];
}

/** What the names of images could say, and how to use it. */
export const fieldsAsLabels = (separator: string, fields: string, inWindow = ''): string =>
  `The file names have several fields with ${quoted(separator)} between them: ${fields}. To take one as the label, ${inWindow}give its number on the command line with --label-field.`;

/** What columns of whole numbers may be, by their names. */
export const numbersText = (columns: string): string =>
  `${columns} hold whole numbers, which may be measures or the numbers of classes. To take one as the label, name it with --label-column and the table with --labels`;

const WHY_GROUPS: Readonly<Record<string, string>> = {
  sessions: 'They are named like days, patients, visits or recordings',
  magnifications: 'They are named like magnifications and slides',
  numbered: 'They are named like their class with a number',
  'one-split': 'Each is in one split only',
  repeated: 'They repeat the names of the classes',
  'in-each': 'Each class has one of the same name beside its images',
};

const UNUSED: Record<FolderReading['unused'][number]['reason'], (path: string, detail: string) => string> = {
  'table-unreadable': (path, detail) => `${path} cannot be read: ${detail}.`,
  'table-no-label': (path, columns) =>
    columns === ''
      ? `${path} has no column that could hold labels.`
      : `${path} has no column that is sure to hold labels: ${numbersText(columns)}.`,
  'table-no-image': (path, detail) => `${path} names no image of this folder${detail === '' ? '' : `: ${detail}`}.`,
  'table-ambiguous': (path, detail) =>
    `${path} has ${counted(Number(detail), 'row')} whose file name is in several folders, so it does not say which image is meant. Write the path with the folder into each row.`,
  'table-many-labels': (path) =>
    `${path} has several columns of yes and no, and several can be yes for one image. To take one as the label, name it with --labels ${path} --label-column.`,
  'table-same': (path, detail) => `${path} gives ${counted(Number(detail), 'image')} the label that is used.`,
  'table-disagrees': (path, detail) =>
    `${path} gives ${counted(Number(detail), 'image')} another label than the one that is used.`,
  'table-one-label': (path, detail) =>
    `${path} gives all its ${counted(Number(detail), 'image')} the same label, which tells no classes apart.`,
  'table-other-used': (path, detail) =>
    `${path} could label ${counted(Number(detail), 'image')}, but the labels are taken from elsewhere.`,
  'list-of-other-splits': (path) => `${path} divides the images in another way.`,
  'file-for-each-image': (path, detail) =>
    `${counted(Number(detail), 'image has', 'images have')} a file of the same name, for example ${path}. Plumbline reads one class for each image, and no boxes or texts of single images.`,
  'fields-in-names': (separator, fields) => fieldsAsLabels(separator, fields, 'choose it under “Change”, or '),
  'class-list-differs': (path, detail) => `${path} does not fit the classes: ${detail}.`,
  'class-list': (path) => `${path} lists the classes and labels no image.`,
  'unread-file': (path) => unreadText(path),
  'masks-beside-images': (path, detail) =>
    `${counted(Number(detail), 'image')} named like masks of other images, for example ${path}; they have no label. To read them like all other images, choose it under “Change”, or with --with-masks on the command line.`,
  'folders-inside-classes': (path, detail) =>
    `The names of folders inside the classes, for example ${quoted(path)}. ${WHY_GROUPS[detail] ?? WHY_GROUPS['one-split']!}, so they are taken as groups of images, not as classes.`,
  'folder-beside-splits': (path, detail) =>
    `The folder ${quoted(path)} with ${counted(Number(detail), 'image')} is beside the splits and is none of them.`,
  'folder-copy': (path, detail) =>
    `The folder ${quoted(path)} with ${counted(Number(detail), 'image')} is named like a copy, and its folders hold the same numbers of images as those beside it.`,
};

/** A folder may contain a table for each image: beyond this many, things left out for one reason are only counted. */
const MOST_UNUSED = 5;

const MORE: Partial<Record<FolderReading['unused'][number]['reason'], string>> = {
  'folder-beside-splits': 'more folder',
  'folder-copy': 'more folder',
  'unread-file': 'more file',
};

function unusedText(unused: FolderReading['unused']): string[] {
  return [...new Set(unused.map(({ reason }) => reason))].flatMap((reason) => {
    const all = unused.filter((one) => one.reason === reason);
    const more = all.length - MOST_UNUSED;
    const what = counted(more, MORE[reason] ?? 'more table');
    return [
      ...all.slice(0, MOST_UNUSED).map(({ path, detail }) => `Not used: ${UNUSED[reason](path, detail)}`),
      ...(more > 0 ? [`Not used for the same reason: ${what}.`] : []),
    ];
  });
}

/** Whether files that a table names are missing, and listed as unreadable. */
export const hasMissing = ({
  unreadableReasons,
}: {
  unreadableReasons: readonly { code: UnreadableCode }[];
}): boolean => unreadableReasons.some(({ code }) => code === 'vanished');

/**
 * One sentence for each thing that was left out: images without a label, rows without an image, tables, folders.
 * @param missing whether missing files are told elsewhere, as unreadable files
 */
export function leftOutText({ unlabelled, unmatched, unused, labels }: FolderReading, missing: boolean): string[] {
  const where = unlabelled.folders.map(
    ({ folder, images }) => `${integer(images)} ${folder === '' ? 'outside of folders' : `in ${quoted(folder)}`}`,
  );
  return [
    ...(unlabelled.images === 0
      ? []
      : [
          `${counted(unlabelled.images, 'image has', 'images have')} no label and ${unlabelled.images === 1 ? 'is' : 'are'} left out: ${named(where, 5)}.`,
        ]),
    ...(unmatched.rows === 0 || missing
      ? []
      : [
          `${counted(unmatched.rows, 'row', 'rows')} of ${labels.table ?? 'the table'} ${unmatched.rows === 1 ? 'names a file that is' : 'name files that are'} not in the folder, for example ${named(unmatched.examples.slice(0, 1).map(quoted))}.`,
        ]),
    ...unusedText(unused),
  ];
}
