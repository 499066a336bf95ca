/** manifest.parquet: the manifest's columns, for pandas, Polars, DuckDB and pyarrow. */
import { parquetWriteBuffer } from 'hyparquet-writer';
import { manifestColumns } from '../../core/exports/manifest';
import type { WrittenFile } from '../../core/exports/format';

export function parquetManifest(files: readonly WrittenFile[]): Uint8Array {
  const columnData = manifestColumns.map((column) => ({
    name: column.name,
    type: column.type,
    data: files.map((file) => column.read(file)),
    nullable: true,
  }));
  return new Uint8Array(parquetWriteBuffer({ columnData }));
}
