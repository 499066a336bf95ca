import { csvLine } from '../text/csv';
import type { ExportFormat } from './format';
import { manifestColumns } from './manifest';

/**
 * Cells that a spreadsheet would run as a formula get an apostrophe in front. manifest.jsonl and manifest.parquet hold
 * the bare text.
 */
export const manifestCsv: ExportFormat = {
  id: 'manifest.csv',
  *files({ files, remarks }) {
    yield ['manifest.csv', lines()];
    function* lines(): Iterable<string> {
      yield csvLine(manifestColumns.map((column) => column.name));
      for (const file of files)
        yield csvLine(manifestColumns.map((column) => column.read(file, remarks.get(file.image.id))));
    }
  },
};
