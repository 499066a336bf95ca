/** Reads the label tables of a folder that are no texts: spreadsheets and Parquet. */
import { asyncBufferFromFile, parquetMetadataAsync, parquetReadObjects, parquetSchema } from 'hyparquet';
import { compressors } from 'hyparquet-compressors';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import readSpreadsheet from 'read-excel-file/node';
import type { Table } from '../../core/dataset/table';
import { withZip } from './zip';
import { tableOfCells } from '../files/tables';

const BINARY_TABLE = /\.(xlsx|xlsm|parquet)$/i;
/** A folder with more such files holds other data. */
const MOST_FILES = 20;
const MOST_BYTES = 64 * 1024 * 1024;
const MOST_UNPACKED_BYTES = 256 * 1024 * 1024;
const MOST_ROWS = 2_000_000;

interface BinaryTable {
  readonly path: string;
  /** One for each sheet. */
  readonly tables: readonly Table[];
}

const cellOf = (value: unknown): string =>
  value instanceof Date
    ? value.toISOString().slice(0, 10)
    : typeof value === 'string'
      ? value
      : typeof value === 'number' || typeof value === 'bigint' || typeof value === 'boolean'
        ? String(value)
        : '';

/** The sheets with a header and a row. The only one has the name of the file. */
async function spreadsheet(root: string, path: string): Promise<Table[]> {
  const file = join(root, path);
  const unpacked = await withZip(file, path, (entries) =>
    Promise.resolve(entries.reduce((sum, { size }) => sum + size, 0)),
  );
  if (unpacked > MOST_UNPACKED_BYTES) return [];
  const sheets = (await readSpreadsheet(file)).map(({ sheet, data }) => ({
    name: sheet,
    rows: data.map((row) => row.map(cellOf)).filter((row) => row.some((cell) => cell.trim() !== '')),
  }));
  const filled = sheets.filter(({ rows }) => rows.length > 1);
  return filled.map(({ name, rows }) => ({
    ...tableOfCells(rows),
    path: filled.length === 1 ? path : `${path} (${name})`,
    problem: null,
  }));
}

/** None for a table with columns of bytes or structures: it holds images. */
async function parquet(root: string, path: string): Promise<Table[]> {
  const file = await asyncBufferFromFile(join(root, path));
  const metadata = await parquetMetadataAsync(file);
  const fields = parquetSchema(metadata).children;
  const isPlain = fields.every(
    ({ children, element: { type, converted_type: converted, logical_type: logical } }) =>
      children.length === 0 && (type !== 'BYTE_ARRAY' || converted === 'UTF8' || logical?.type === 'STRING'),
  );
  if (!isPlain || fields.length < 2 || Number(metadata.num_rows) > MOST_ROWS) return [];
  const columns = fields.map(({ element: { name } }) => name);
  const records = await parquetReadObjects({ file, metadata, compressors });
  const rows = records.map((record) => columns.map((name) => cellOf(record[name])));
  return [{ ...tableOfCells([columns, ...rows]), path, problem: null }];
}

/**
 * The tables of one file; none if it cannot be read as a label table.
 * @param path relative to the root
 */
async function readBinaryTable(root: string, path: string): Promise<Table[]> {
  try {
    if (statSync(join(root, path)).size > MOST_BYTES) return [];
    return await (path.toLowerCase().endsWith('.parquet') ? parquet(root, path) : spreadsheet(root, path));
  } catch {
    // What cannot be read is named with the other files that are not read.
    return [];
  }
}

/** The files of this kind among others, with their tables. Those that cannot be read are left out. */
export async function readBinaryTables(root: string, others: readonly string[]): Promise<BinaryTable[]> {
  const paths = others.filter((path) => BINARY_TABLE.test(path));
  if (paths.length > MOST_FILES) return [];
  const read = await Promise.all(paths.map(async (path) => ({ path, tables: await readBinaryTable(root, path) })));
  return read.filter(({ tables }) => tables.length > 0);
}

/**
 * The table of this name: that of a file, of one of its sheets (`labels.xlsx (train)`), or of the first sheet of a file
 * with several. Null for any other table.
 */
export async function binaryTableNamed(root: string, name: string): Promise<Table | null> {
  const [path] = /^.*?\.(xlsx|xlsm|parquet)(?= \(|$)/i.exec(name) ?? [];
  const tables = path === undefined ? [] : await readBinaryTable(root, path);
  const [first] = tables;
  return tables.find((table) => table.path === name) ?? (first && path === name ? { ...first, path } : null);
}
