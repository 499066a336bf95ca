import type { Remarks } from '../../contract/model/remarks';
import { tagsText } from '../review/remarks';
import type { ExportFormat } from './format';

/**
 * One metadata file per split. With it, Hugging Face's imagefolder ignores the folder labels, so that the label is a
 * column.
 */
export const huggingFace: ExportFormat = {
  id: '<split>/metadata.jsonl',
  *files({ files, splits, options, remarks }) {
    if (!options.huggingFace) return;
    // All rows of all splits need the same columns with the same type, so a missing value is ''.
    const remarked = files.some(({ image }) => remarks.has(image.id));
    for (const split of splits) {
      const own = files.filter((file) => file.split === split);
      if (own.length > 0)
        yield [
          `${split}/metadata.jsonl`,
          own.map(
            (file) =>
              `${JSON.stringify({ file_name: file.file.slice(split.length + 1), label: file.outcome.label, ...(remarked && columnsOf(remarks.get(file.image.id))) })}\n`,
          ),
        ];
    }
  },
};

const columnsOf = (remarks: Remarks | undefined): { tags: string; note: string } => ({
  tags: tagsText(remarks?.tags ?? []),
  note: remarks?.note ?? '',
});
