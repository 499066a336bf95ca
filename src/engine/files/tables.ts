/** Reads the label tables of a folder. */
import { closeSync, openSync, readFileSync, readSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { withJoinedLabels } from '../../core/dataset/cloud-rows';
import { delimited } from '../../core/dataset/delimiter';
import { withAlignedCells } from '../../core/dataset/aligned-cells';
import { labelsOfJson, tableOfRecords } from '../../core/dataset/label-json';
import { KnownFormatError } from '../../core/dataset/label-json-tools';
import { pixelTableIn } from '../../core/dataset/pixel-table';
import { parseNames } from '../../core/dataset/name-lists';
import { isListName, parseListFile } from '../../core/dataset/list-file';
import {
  namesColumns,
  wideRows,
  withoutHeaders,
  withoutQuotes,
  withoutTitle,
  withRowNames,
} from '../../core/dataset/title-rows';
import type { Table } from '../../core/dataset/table';
import { rowsOfXml } from '../../core/dataset/xml-rows';
import { readCvatXml } from '../../core/review/exchange-cvat';
import { readJson } from '../../core/review/exchange-json';
import type { ExchangeRow } from '../../core/review/exchange-row';
import { parseJson } from '../../core/text/json-table';
import { csvRecords } from './csv-records';
import { decodeText } from './decode';

/** Larger tables are not read: they would label more images than this app can show. */
const MOST_BYTES = 512 * 1024 * 1024;
/** A larger list is none of labels: it may hold boxes or captions, and takes long to parse. */
const MOST_LIST_BYTES = 64 * 1024 * 1024;

/** Enough to tell a table of pixels from one of labels. */
const PIXEL_HEAD_BYTES = 512;

type ParsedTable = Pick<Table, 'columns' | 'rows' | 'before'>;

const COLUMNS = ['file', 'label'] as const;

/** Exports of Label Studio and CVAT. A row with several labels has none. */
const tableOfExport = (rows: readonly ExchangeRow[]): ParsedTable => ({
  columns: COLUMNS,
  rows: rows.map(({ path, label, problem }) => [path, problem === null ? (label ?? '') : '']),
});

/** A task of Label Studio, or a row of Labelbox. */
const isTask = (entry: unknown): boolean =>
  typeof entry === 'object' &&
  entry !== null &&
  ((('annotations' in entry || 'completions' in entry) && 'data' in entry) ||
    ('data_row' in entry && 'projects' in entry));

/** The table in a text whose first line names the columns, and whose lines all have the same number of cells; or null. */
function headedTable(name: string, text: string): ParsedTable | null {
  const [line = ''] = text.replace(/^\uFEFF/, '').split('\n', 1);
  if (!namesColumns(line.split(/[\t,;|]/).map((cell) => cell.trim().replace(/^"(.*)"$/, '$1')))) return null;
  const table = parseCells(text, name);
  const whole = table.rows.length > 0 && table.rows.every((row) => row.length === table.columns.length);
  return whole && table.columns.length > 1 ? table : null;
}

function readList(name: string, text: string): ParsedTable | null {
  if (/\.ya?ml$/i.test(name)) return parseNames(name, text);
  if (/^\s*</.test(text)) return /<image\s/.test(text) ? tableOfExport(readCvatXml(text)) : rowsOfXml(text);
  if (!/^\s*[[{]/.test(text)) return headedTable(name, text) ?? parseListFile(text) ?? parseNames(name, text);
  let document: unknown;
  try {
    document = parseJson(text);
  } catch (error) {
    // A Python dictionary is not JSON.
    const names = parseNames(name, text);
    if (names === null) throw error;
    return names;
  }
  if (Array.isArray(document) && document.length > 0 && document.every(isTask))
    return tableOfExport(readJson(document));
  return labelsOfJson(document);
}

/** One JSON object in each line. */
function parseLines(text: string): ParsedTable {
  const records = text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => JSON.parse(line) as unknown);
  if (records.length > 0 && records.every(isTask)) return tableOfExport(readJson(records));
  const table = tableOfRecords(records);
  if (table === null && records.length > 0) throw new Error('a line is not a JSON object');
  return table ?? { columns: [], rows: [] };
}

function parseCells(text: string, name: string): ParsedTable {
  const { text: body, delimiter } = delimited(text, name);
  return parsedCells(withJoinedLabels(withAlignedCells(csvRecords(body, delimiter))));
}

function parsedCells(records: readonly (readonly string[])[]): ParsedTable {
  const {
    rows: [columns = [], ...rows],
    before,
  } = withoutTitle(records);
  const [plain = [], ...cells] = withoutQuotes([columns, ...rows]);
  return { columns: withRowNames(plain, cells), rows: cells, ...(before.length > 0 && { before }) };
}

/** The table in cells of another kind of file, the header first. */
export const tableOfCells = (records: readonly (readonly string[])[]): Omit<Table, 'path' | 'problem'> =>
  withUsableRows(parsedCells(records.map((row) => row.map((cell) => cell.trim()))));

/**
 * The cells of a table in a text. The file name tells JSON lines from delimited tables.
 * @throws Error whose message says what is wrong with the table
 */
export function parseTable(name: string, text: string): ParsedTable {
  if (text.includes('\0')) throw new Error('it holds binary data');
  if (!isListName(name)) return parseCells(text, name);
  const plain = text.replace(/^\uFEFF/, '');
  if (/\.(jsonl|ndjson|manifest)$/i.test(name)) return parseLines(plain);
  const list = readList(name, plain);
  if (list === null) throw new Error('it does not name one image and one label per entry');
  return list;
}

/**
 * The table without rows that hold no data: those that repeat the header, and those with more cells than the header, in
 * which no cell can be trusted to be in its column.
 */
function withUsableRows(table: ParsedTable): Omit<Table, 'path' | 'problem'> {
  const wide = new Set(wideRows(table.columns, table.rows));
  const [first] = wide;
  const { rows, repeated } = withoutHeaders(
    table.columns,
    first === undefined ? table.rows : table.rows.filter((_, at) => !wide.has(at)),
  );
  return {
    ...table,
    rows,
    ...(repeated > 0 && { headers: repeated }),
    ...(first !== undefined && { wide: { count: wide.size, first: first + 1 } }),
  };
}

/** JSON with such a name is meant to hold labels, so that a mistake in it must be said. */
const NAMED_LABELS = /(^|\/)[^/]*(label|annotation)[^/]*\.(json|jsonl|ndjson)$/i;

/**
 * A table that cannot be parsed is returned with its problem in one sentence, because a folder may contain tables for
 * other purposes.
 */
export function readTable(root: string, path: string): Table {
  try {
    const file = join(root, path);
    const { size } = statSync(file);
    if (size > MOST_BYTES || (isListName(path) && size > MOST_LIST_BYTES))
      throw new Error(`it is larger than ${isListName(path) ? 64 : 512} MB`);
    const bytes = readFileSync(file);
    if (pixelTableIn(bytes.subarray(0, PIXEL_HEAD_BYTES).toString('latin1')) === 'named')
      throw new KnownFormatError(
        'it contains the pixels of images of its own and names no file; to audit those images, open the table itself',
      );
    const { text, encoding } = decodeText(bytes);
    return { path, ...withUsableRows(parseTable(path, text)), encoding, problem: null };
  } catch (error) {
    return {
      path,
      known: error instanceof KnownFormatError || (error instanceof SyntaxError && NAMED_LABELS.test(path)),
      columns: [],
      rows: [],
      encoding: 'utf-8',
      problem: error instanceof Error ? error.message : String(error),
    };
  }
}

/** Enough for the first rows of any table. */
const HEAD_BYTES = 512 * 1024;

/**
 * The columns and the first rows of a table, without reading all of a large one. No columns for the name of several
 * tables that are read together, because it is not the name of a file.
 */
export function readTableHead(root: string, path: string): Table {
  const file = join(root, path);
  const size = statSync(file, { throwIfNoEntry: false })?.size;
  if (size === undefined) return { path, columns: [], rows: [], problem: null };
  if (size <= HEAD_BYTES || isListName(path)) return readTable(root, path);
  const head = Buffer.alloc(HEAD_BYTES);
  const handle = openSync(file, 'r');
  try {
    readSync(handle, head, 0, HEAD_BYTES, 0);
  } finally {
    closeSync(handle);
  }
  const { text, encoding } = decodeText(head);
  try {
    return { path, ...parseTable(path, text.slice(0, text.lastIndexOf('\n') + 1)), encoding, problem: null };
  } catch {
    // The cut may be inside a quoted cell that contains line breaks.
    return readTable(root, path);
  }
}
