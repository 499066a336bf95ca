/** Columns that hold one class each: 0 and 1, or shares and votes. */
import { LABEL_NAMES, plainColumn as plain } from './column-names';

/** A column of a table and what its cells are like. */
export interface TableColumn {
  readonly at: number;
  readonly name: string;
  readonly cells: readonly string[];
  readonly filled: readonly string[];
  readonly distinct: number;
  readonly numeric: boolean;
}

/** What tables say about an image besides its label. */
const OTHER_NAMES =
  /^(age|sex|gender|width|height|size|date|time|year|month|day|source|camera(id|name|model)?|device(id)?|fold|url|license|author|author.*|patient.*|lesion.*|localization|location|site|view|bbox.*|xmin|xmax|ymin|ymax|x|roi.*|dxtype|unnamed.*|index|dataset|md|sha|hash|confidence|score|timestamp|createdat|updatedat|createdby|updatedby|leadtime|annotationid|annotator.*|annotatedby|labell?er|labell?edby|rater|reviewer|worker.*|prfer|prufer|pruefer|bearbeiter|gutachter|arzt|untersucher|reader|user|username|userid|email.*|httpcode|httpstatus|statuscode|comments?|remarks?|notes?|iso|isospeed.*|flash|lens.*|aperture.*|fnumber|exposure.*|focallength.*|provider|dataprovider|centerid|hospital|scanner|institution|verification.*|laterality|modality|bodypart.*|patientorientation|photometric.*|manufacturer.*|seriesdescription|studydescription|(sop|study|series|frame).*uid)$/;

/** `y` alone is a label; `y1` is a corner of a box. */
const isCorner = (name: string): boolean => /^y[-_ ]?\d+$/i.test(name.trim());

/** `verification_label` says whether the label was found right. */
const OF_CHECKING = /^verification/;

export const isLabelName = (name: string): boolean =>
  !OF_CHECKING.test(plain(name)) &&
  ((LABEL_NAMES.includes(plain(name)) && !isCorner(name)) ||
    // The labels of several people: `label_A`, `label_B`.
    /^label[-_ ][a-z]$/i.test(name.trim()) ||
    /(label|class|category|species|breed|diagnosis|diagnostic)(name)?$/.test(plain(name)));

/** Grades of a disease, and not of the picture. */
const isGrade = ({ name, distinct }: TableColumn): boolean =>
  distinct > 1 && /(grade|severity)$/.test(plain(name)) && !/quality|image|photo/.test(plain(name));

export const isKnown = (column: TableColumn): boolean => isLabelName(column.name) || isGrade(column);

/** The name of a coordinate: `lefteye_x`, `nose.y`, `x3`. Joined tables have such names for labels too: `label_x`. */
function isCoordinate(name: string): boolean {
  const of = /^(.*?)[-_. ][xy][-_. ]?\d*$/i.exec(name.trim());
  return of ? !isLabelName(of[1]!) : /^[xy][-_. ]?\d+$/i.test(name.trim());
}

/** Whether a column says something else about the image than its label. */
export const isOther = ({ name, numeric }: TableColumn): boolean =>
  OTHER_NAMES.test(plain(name)) || (numeric && isCoordinate(name));

/** What tells something about a person. It is a label only where nothing else is. */
export const isOfPerson = ({ name, numeric, distinct }: TableColumn): boolean =>
  /^(age(group|range)?|sex|gender)$/.test(plain(name)) && !numeric && distinct > 1;

const OF_CAMERA = /^(iso|isospeed.*|flash|lens.*|aperture.*|fnumber|exposure.*|focallength.*|shutter.*)$/;
const OF_DOWNLOAD = /^(httpcode|httpstatus|statuscode)$/;

/** The corner and the size of a box, where both coordinates are there: `x` and `y`, `dx` and `dy`. */
function boxColumns(all: readonly TableColumn[]): ReadonlySet<TableColumn> {
  const named = (name: string) => all.filter((column) => column.numeric && plain(column.name) === name);
  const pairs = [
    [named('x'), named('y')],
    [named('dx'), named('dy')],
  ];
  return new Set(pairs.flatMap(([one = [], other = []]) => (one.length * other.length > 0 ? [...one, ...other] : [])));
}

/**
 * Whether a column, by those beside it, tells how the picture was taken or fetched: the model of a camera beside its lens,
 * the status of a download beside its code; or where something is in it.
 */
export function isOtherBeside(all: readonly TableColumn[]): (column: TableColumn) => boolean {
  const box = boxColumns(all);
  const camera = all.filter(({ name }) => OF_CAMERA.test(plain(name))).length > 1;
  const download = all.some(({ name }) => OF_DOWNLOAD.test(plain(name)));
  return (column) =>
    box.has(column) ||
    (camera && /^(make|model|cameramodel|cameramake)$/.test(plain(column.name))) ||
    (download && plain(column.name) === 'status');
}

const LEAST_ONE_HOT = 0.8;

/** A cross or a word in the cells that people tick. */
const isTick = (cell: string): boolean => /^([x×✓✔☑]|ja|oui|s[ií]|sim|tak|да)$/iu.test(cell.trim());
export const isOne = (cell: string): boolean => /^(1|1[.,]0+|true|yes)$/i.test(cell.trim()) || isTick(cell);
const isNo = (cell: string): boolean =>
  /^(0|0[.,]0+|-1|-1[.,]0+|false|no|[✗✘☐]|nein|non|n[aã]o|nie|нет)$/iu.test(cell.trim());

const UNKNOWN = /^(unk|unknown|na|n\/a|none|\?)$/i;

/** Whether a column answers a question with yes or no: `smoker` with True and False. Numbers may be those of classes. */
export const isFlag = ({ filled }: TableColumn): boolean =>
  filled.length > 0 &&
  filled.every((cell) => ((isOne(cell) || isNo(cell)) && !/\d/.test(cell)) || UNKNOWN.test(cell.trim()));

const isBinary = ({ filled }: TableColumn): boolean =>
  filled.length > 0 && filled.every((cell) => isOne(cell) || isNo(cell));

/** Whether the columns only have ticks, and almost every row has exactly one: an empty cell is a no. */
function isTicked(columns: readonly TableColumn[]): boolean {
  const only = columns.every(({ filled, cells }) => filled.length < cells.length && filled.every(isOne));
  const rows = columns[0]?.cells.length ?? 0;
  const single = Array.from({ length: rows }, (_, row) => columns.filter(({ cells }) => isOne(cells[row]!)).length);
  return only && columns.length > 1 && single.filter((n) => n === 1).length >= LEAST_ONE_HOT * rows;
}

/**
 * Columns of yes and no. An empty cell is a no where several columns have such cells, as in CheXpert; in one or two, it is
 * an answer that is missing.
 */
function yesAndNo(all: readonly TableColumn[]): TableColumn[] {
  const binary = all.filter(isBinary);
  if (isTicked(binary)) return binary;
  const whole = binary.filter(({ filled, cells }) => filled.length === cells.length);
  return binary.length - whole.length >= FEWEST_ATTRIBUTES ? binary : whole;
}

/** Fewest columns of yes and no that are attributes of an image, and not several ways to label it. */
const FEWEST_ATTRIBUTES = 3;

/**
 * Columns of 0 and 1, or −1 and 1. `hot`: almost every row has exactly one 1. `many`: rows have several, so that the
 * columns are attributes. Both are empty if the table has no such columns.
 */
export function binaryColumns(all: readonly TableColumn[]): { hot: TableColumn[]; many: TableColumn[] } {
  const binary = yesAndNo(all);
  const rows = binary[0]?.cells.length ?? 0;
  const single = Array.from({ length: rows }, (_, row) => binary.filter(({ cells }) => isOne(cells[row]!)).length);
  if (binary.length < 2 || binary.filter(({ cells }) => new Set(cells).size > 1).length < 2)
    return { hot: [], many: [] };
  if (single.filter((n) => n === 1).length >= LEAST_ONE_HOT * rows) return { hot: binary, many: [] };
  // A table of nothing else gives several classes to an image.
  const alone = binary.length === all.length && !binary.some(isKnown);
  return { hot: [], many: binary.length >= FEWEST_ATTRIBUTES || alone ? binary : [] };
}

const numberIn = (cell: string): number => Number(cell.replace(',', '.'));

/** Share of the rows whose shares or votes must have the same sum. */
const LEAST_SUMS = 0.95;

/**
 * Columns of shares or votes, one for each class: no value is negative, and the sum is the same in almost every row, as
 * in labels of several annotators. The same column may not be the largest everywhere, as a large number of a place is.
 * Empty if there are none.
 */
export function softColumns(all: readonly TableColumn[]): TableColumn[] {
  const shares = all.filter(
    (column) =>
      column.numeric &&
      column.filled.length === column.cells.length &&
      !isOther(column) &&
      column.filled.every((one) => numberIn(one) >= 0),
  );
  const rows = shares[0]?.cells.length ?? 0;
  if (shares.length < 2 || rows < 2) return [];
  const sums = Array.from({ length: rows }, (_, row) =>
    shares.reduce((sum, { cells }) => sum + numberIn(cells[row]!), 0),
  );
  const middle = [...sums].sort((a, b) => a - b)[Math.floor(rows / 2)]!;
  const same = sums.filter((sum) => Math.abs(sum - middle) <= 0.015 * middle).length;
  const winners = new Set(
    Array.from({ length: rows }, (_, row) => {
      const values = shares.map(({ cells }) => numberIn(cells[row]!));
      return values.indexOf(Math.max(...values));
    }),
  );
  const several = winners.size > 1 && shares.filter(({ distinct }) => distinct > 1).length > 1;
  return middle > 0 && same >= LEAST_SUMS * rows && several ? shares : [];
}

/** The name of the column with the largest value; '' if two are equal. */
export function largest(columns: readonly TableColumn[], row: readonly string[]): string {
  const values = columns.map(({ at }) => numberIn(row[at] ?? ''));
  const most = Math.max(...values);
  return values.filter((value) => value === most).length === 1 ? columns[values.indexOf(most)]!.name : '';
}
