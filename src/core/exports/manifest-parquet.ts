import { parquetWriteBuffer } from 'hyparquet-writer';
import type { ExportFormat } from './format';
import { manifestColumns } from './manifest';

/** The manifest's columns for pandas, Polars, DuckDB and pyarrow. */
export const manifestParquet: ExportFormat = {
  id: 'manifest.parquet',
  *files({ files, remarks }) {
    const columnData = manifestColumns.map((column) => ({
      name: column.name,
      type: column.type,
      data: files.map((file) => column.read(file, remarks.get(file.image.id))),
      nullable: true,
    }));
    yield ['manifest.parquet', [new Uint8Array(parquetWriteBuffer({ columnData }))]];
  },
};
