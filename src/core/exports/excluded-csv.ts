import { csvLine } from '../text/csv';
import type { ExportFormat } from './format';
import { excludedColumns } from './manifest';

export const excludedCsv: ExportFormat = {
  id: 'excluded.csv',
  *files({ left, remarks }) {
    yield ['excluded.csv', lines()];
    function* lines(): Iterable<string> {
      yield csvLine(excludedColumns.map((column) => column.name));
      for (const row of left)
        yield csvLine(excludedColumns.map((column) => column.read(row, remarks.get(row.image.id))));
    }
  },
};
