/** Why a folder of images gives no labels. */
import { fieldsAsLabels, numbersText } from '../text/folder-reading';
import { named, quoted } from '../text/names';
import { counted } from '../text/numbers';
import { imageNames, readColumns, type NotRead } from './columns';
import { countFolders, planFolders } from './folders';
import { joinById } from './id-tables';
import { isListName } from './list-file';
import type { FolderListing } from './layout-types';
import { fieldsText, nameFields } from './name-fields';
import { numberColumns } from './number-columns';
import { sidecars, withoutSidecars } from './sidecars';
import { joinOneVsRest } from './one-vs-rest';
import { readTables, type Table } from './table';
import { whyNoImage } from './why-no-image';
import { unreadFiles, unreadText } from '../text/unread-files';

const WHY_NOT: Readonly<Record<NotRead | 'contradicting', string>> = {
  'no-image': 'no column names images of this folder',
  'no-label': 'no column could hold labels',
  'many-labels':
    'it has several columns of yes and no, and several can be yes for one image. Name one of them with --labels and --label-column',
  contradicting: 'its rows give no image one label',
};

function whyNotUsed(table: Table, names: ReturnType<typeof imageNames>, images: readonly string[]): string {
  const { columns, problem } = table;
  if (problem !== null) return problem;
  if (columns.length < 2) return columns.length === 0 ? 'it is empty' : 'it has a single column';
  const read = readColumns(table, names);
  if (typeof read !== 'string') {
    const group = { name: table.path, parts: [{ table, read, split: null }], metadata: false };
    const { matches, labels } = readTables(group, images);
    if (labels.size === 0 && matches.ambiguous > 0)
      return `${counted(matches.ambiguous, 'row has a file name that is', 'rows have a file name that is')} in several folders, so that no row says which image is meant. Open one of these folders alone, or write the path with the folder into each row`;
  }
  const numbers = read === 'no-label' ? numberColumns(table, names) : [];
  if (numbers.length > 0) return `no column is sure to hold labels: ${numbersText(named(numbers.map(quoted), 5))}`;
  const why = WHY_NOT[typeof read === 'string' ? read : 'contradicting'];
  const detail = read === 'no-image' ? whyNoImage(table, images) : null;
  return `${why} (columns: ${named(columns.map(quoted), 8)})${detail === null ? '' : `; ${detail}`}`;
}

/** Fewest lines of labels that are no chance. */
const FEWEST_LINES = 5;

/** What to do with a list of labels that names no images but has one for each of them, in an order that it does not say. */
function labelsInOrder({ path, columns, rows, problem }: Table, images: readonly string[]): string | null {
  if (problem !== null || columns.length !== 1) return null;
  const lines = rows.map((row) => row[0]!);
  // A CSV without a header has a label in its place.
  const all = lines.length === images.length - 1 ? [columns[0]!, ...lines] : lines;
  const distinct = new Set(all).size;
  if (all.length !== images.length || all.length < FEWEST_LINES || distinct < 2 || distinct * 2 > all.length)
    return null;
  return `${path} has one line for each of the ${counted(images.length, 'image')}, but does not say which image a line belongs to. If the lines are labels, write a CSV with the columns filename and label.`;
}

/** For a listing without a likely reading: one sentence on each thing that was tried and why it gives no labels. */
export function whyNoLabels(listing: FolderListing): string[] {
  const { images, others = [] } = listing;
  const { splits } = planFolders(countFolders(images), true);
  const folders = [...splits.keys()].map(quoted);
  const fields = nameFields(images);
  const names = imageNames(images);
  // A list of single words is no table.
  const tables = joinOneVsRest(joinById(withoutSidecars(listing))).filter(
    ({ columns, path, problem }) => columns.length > 1 || problem !== null || !isListName(path),
  );
  return [
    ...(folders.length === 0
      ? []
      : [`The names of the folders ${named(folders)} say that they are splits, so they are no classes.`]),
    ...tables.slice(0, 3).map((table) => `${table.path} was not used: ${whyNotUsed(table, names, images)}.`),
    ...listing.tables.flatMap((table) => labelsInOrder(table, images) ?? []),
    ...(fields === null ? [] : [fieldsAsLabels(fields.separator, fieldsText(fields))]),
    ...unreadFiles(others).slice(0, 3).map(unreadText),
    ...sidecars(images, others).map(
      ({ ending, count, example }) =>
        `${counted(count, 'image has', 'images have')} a .${ending} file of the same name (${example}), as ${SIDECAR_TOOLS[ending]} writes them. Plumbline needs one class for each image: cut the objects out into one folder per class, or write a CSV.`,
    ),
  ];
}

const SIDECAR_TOOLS: Readonly<Record<string, string>> = {
  txt: 'YOLO or a tool for captions',
  xml: 'Pascal VOC or another tool',
  json: 'LabelMe or Supervisely',
};
