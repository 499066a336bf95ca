import type { ExportFormat } from './format';
import { manifestColumns } from './manifest';

export const manifestJsonl: ExportFormat = {
  id: 'manifest.jsonl',
  *files({ files, remarks }) {
    yield ['manifest.jsonl', lines()];
    function* lines(): Iterable<string> {
      for (const file of files)
        yield `${JSON.stringify(Object.fromEntries(manifestColumns.map((column) => [column.name, column.read(file, remarks.get(file.image.id))])))}\n`;
    }
  },
};
