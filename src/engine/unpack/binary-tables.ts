/** Reads the label tables of a folder that are no texts: spreadsheets and Parquet. */
import { asyncBufferFromFile, parquetMetadataAsync, parquetReadObjects, parquetSchema } from 'hyparquet';
import { compressors } from 'hyparquet-compressors';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { sharedStrings, sheetRows, sheetsOf } from '../../core/dataset/spreadsheet';
import type { Table } from '../../core/dataset/table';
import { withZip, type ZipEntry } from './zip';
import { tableOfCells } from '../files/tables';

const BINARY_TABLE = /\.(xlsx|xlsm|parquet)$/i;
/** A folder with more such files holds other data. */
const MOST_FILES = 20;
const MOST_BYTES = 64 * 1024 * 1024;
const MOST_XML_BYTES = 256 * 1024 * 1024;
const MOST_ROWS = 2_000_000;

interface BinaryTable {
  readonly path: string;
  /** One for each sheet. */
  readonly tables: readonly Table[];
}

async function xmlOf(entries: readonly ZipEntry[], path: string): Promise<string> {
  const entry = entries.find((one) => one.path === path);
  if (entry === undefined) return '';
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of await entry.open()) {
    bytes += chunk.length;
    if (bytes > MOST_XML_BYTES) throw new Error('it is too large');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** The sheets with a header and a row. The only one has the name of the file. */
async function spreadsheet(root: string, path: string): Promise<Table[]> {
  return withZip(join(root, path), path, async (entries) => {
    const shared = sharedStrings(await xmlOf(entries, 'xl/sharedStrings.xml'));
    const sheets = sheetsOf(
      await xmlOf(entries, 'xl/workbook.xml'),
      await xmlOf(entries, 'xl/_rels/workbook.xml.rels'),
    );
    const filled: { name: string; rows: string[][] }[] = [];
    for (const { name, path: part } of sheets) {
      const rows = sheetRows(await xmlOf(entries, part), shared);
      if (rows.length > 1) filled.push({ name, rows });
    }
    return filled.map(({ name, rows }) => ({
      ...tableOfCells(rows),
      path: filled.length === 1 ? path : `${path} (${name})`,
      problem: null,
    }));
  });
}

const cellOf = (value: unknown): string =>
  typeof value === 'string'
    ? value
    : typeof value === 'number' || typeof value === 'bigint' || typeof value === 'boolean'
      ? String(value)
      : '';

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
