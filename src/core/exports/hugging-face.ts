import type { ExportFormat } from './format';

/**
 * A metadata file makes Hugging Face's imagefolder drop the folder labels, so the label is a column of it. One per
 * split.
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
