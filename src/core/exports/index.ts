/** The formats that every export is accompanied by. A new one, of text or bytes, is one file and one line here. */
import { classNames } from './class-names';
import { classWeights } from './class-weights';
import { decisionsCsv } from './decisions-csv';
import { excludedCsv } from './excluded-csv';
import type { ExportFormat } from './format';
import { huggingFace } from './hugging-face';
import { manifestCsv } from './manifest-csv';
import { manifestJsonl } from './manifest-jsonl';
import { manifestParquet } from './manifest-parquet';
import { normalizationFile } from './normalization';
import { provenance } from './provenance';
import { trainKeras } from './train-keras';
import { trainTorch } from './train-torch';

export const exportFormats: readonly ExportFormat[] = [
  manifestCsv,
  manifestJsonl,
  manifestParquet,
  excludedCsv,
  decisionsCsv,
  classNames,
  classWeights,
  normalizationFile,
  provenance,
  trainKeras,
  trainTorch,
  huggingFace,
];
