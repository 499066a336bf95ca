import type { ExportFormat } from './format';

/**
 * One metadata file per split. With it, Hugging Face's imagefolder ignores the folder labels, so that the label is a
 * column.
 */
export const huggingFace: ExportFormat = {
  id: '<split>/metadata.jsonl',
  *files({ files, splits, options }) {
    if (!options.huggingFace) return;
    for (const split of splits) {
      const own = files.filter((file) => file.split === split);
      if (own.length > 0)
        yield [
          `${split}/metadata.jsonl`,
          own.map(
            (file) =>
              `${JSON.stringify({ file_name: file.file.slice(split.length + 1), label: file.outcome.label })}\n`,
          ),
        ];
    }
  },
};
