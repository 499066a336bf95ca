/** The tables of a run: Parquet, which pandas, Spark and DuckDB read too. */
import { parquetReadObjects } from 'hyparquet';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { type RunCell, runColumns, type RunRow } from '../catalog/run-rows';
import { badRun, readWholeFile, type RunStore } from './run-store';

const WHOLE = new Set([
  ...['id', 'state', 'measured_by', 'width', 'height', 'channels', 'depth', 'pages', 'orientation'],
  ...['has_alpha', 'has_icc', 'image_id', 'group_number'],
]);
const TEXT = new Set([
  ...[
    'path',
    'raw_path',
    'class_name',
    'own_class',
    'split',
    'extension',
    'unreadable_code',
    'unreadable_reason',
    'archive',
  ],
  ...['sha256', 'format', 'colour_space', 'camera', 'png_fault', 'p_hash', 'd_hash', 'pixel_hash'],
  ...['finding_key', 'check_name', 'severity', 'title', 'relation'],
]);

/** All other columns are numbers with a fraction, also those that may exceed 32 bits. */
const typeOf = (name: string): 'INT32' | 'STRING' | 'DOUBLE' =>
  WHOLE.has(name) ? 'INT32' : TEXT.has(name) ? 'STRING' : 'DOUBLE';

export async function writeRunRows(
  store: RunStore,
  name: string,
  rows: readonly RunRow[],
  columns = runColumns,
): Promise<void> {
  const columnData = columns.map((column) => ({
    name: column,
    type: typeOf(column),
    data: rows.map((row) => row[column] ?? null),
  }));
  await store.write(name, new Uint8Array(parquetWriteBuffer({ columnData })));
}

/**
 * @param count the rows that the file must have
 * @throws PlumblineError bad-run
 */
export async function readRunRows(
  store: RunStore,
  name: string,
  count: number,
  columns = runColumns,
): Promise<Record<string, RunCell>[]> {
  const bytes = await readWholeFile(store, name);
  try {
    const file = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length) as ArrayBuffer;
    const rows = await parquetReadObjects({ file, columns: [...columns] });
    if (rows.length !== count) throw new Error(`it has ${rows.length} rows instead of ${count}`);
    return rows as Record<string, RunCell>[];
  } catch (error) {
    throw damaged(store, name, error);
  }
}

/** The error of a file whose content is not what the step that wrote it had written. */
export function damaged({ uri }: RunStore, name: string, error: unknown): Error {
  return badRun(
    `${name} in the run ${uri} is damaged (${error instanceof Error ? error.message : String(error)}). Delete this file and start the same command again: only what it held is made again.`,
    error,
  );
}
