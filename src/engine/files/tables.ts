/** Reads the label tables of a folder. */
import { parse } from 'csv-parse/sync';
import { closeSync, openSync, readFileSync, readSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { delimiterOf } from '../../core/dataset/delimiter';
import { isListName, parseLabelObject, parseListFile } from '../../core/dataset/list-file';
import type { Table } from '../../core/dataset/table';
import { decodeText } from './decode';

/** Larger tables are not read: they would label more images than this app can show. */
const MOST_BYTES = 512 * 1024 * 1024;
/** A larger list is none of labels: it may hold boxes or captions, and takes long to parse. */
const MOST_LIST_BYTES = 64 * 1024 * 1024;

function parseLines(text: string): Pick<Table, 'columns' | 'rows'> {
  const records = text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => JSON.parse(line) as unknown);
  const columns = new Map<string, number>();
  for (const record of records) {
    if (typeof record !== 'object' || record === null || Array.isArray(record))
      throw new Error('a line is not a JSON object');
    for (const key of Object.keys(record)) if (!columns.has(key)) columns.set(key, columns.size);
  }
  const cell = (value: unknown) =>
    value === null || value === undefined ? '' : typeof value === 'string' ? value : JSON.stringify(value);
  const rows = records.map((record) =>
    Array.from(columns.keys(), (key) => cell((record as Record<string, unknown>)[key])),
  );
  return { columns: [...columns.keys()], rows };
}

const readList = (name: string, text: string) =>
  name.endsWith('.json') ? parseLabelObject(text) : parseListFile(text);

function parseCells(text: string, name: string): Pick<Table, 'columns' | 'rows'> {
  // Spreadsheets write the delimiter in a first line of its own.
  const given = /^\uFEFF?sep=(.)\r?\n/i.exec(text);
  const [columns = [], ...rows] = parse(given ? text.slice(given[0].length) : text, {
    delimiter: given?.[1] ?? delimiterOf(text, name),
    bom: true,
    relax_column_count: true,
    skip_empty_lines: true,
    relax_quotes: true,
  });
  return { columns: columns.map((column) => column.trim()), rows };
}

/**
 * The cells of a table in a text. The file name tells JSON lines from delimited tables.
 * @throws Error whose message says what is wrong with the table
 */
export function parseTable(name: string, text: string): Pick<Table, 'columns' | 'rows'> {
  if (text.includes('\0')) throw new Error('it holds binary data');
  if (isListName(name)) {
    const list = readList(name, text);
    if (list === null) throw new Error('it does not name one image and one label per entry');
    return list;
  }
  return name.endsWith('.jsonl') ? parseLines(text) : parseCells(text, name);
}

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
    const { text, encoding } = decodeText(readFileSync(file));
    return { path, ...parseTable(path, text), encoding, problem: null };
  } catch (error) {
    return {
      path,
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
