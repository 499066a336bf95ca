/** What an export format is: a pure function from the finished export to files of text or bytes. */
import type { ExportOptions } from '../../contract/model/export';
import type { Remarks } from '../../contract/model/remarks';
import type { FoldedLog } from '../review/log';
import type { ExportClass, PlannedFile } from './plan';
import type { Selected } from './selection';

/** A file of the export, with the facts that are known only after it is written. */
export interface WrittenFile extends PlannedFile {
  readonly sha256: string;
  readonly bytes: number;
}

export interface ExportDocument {
  /** In path order of the source. */
  readonly files: readonly WrittenFile[];
  readonly left: readonly Selected[];
  readonly classes: readonly ExportClass[];
  readonly splits: readonly string[];
  /** The decisions and remarks that hold. */
  readonly log: Pick<FoldedLog, 'decisions' | 'remarks' | 'classNames'>;
  /** By image id. */
  readonly remarks: ReadonlyMap<number, Remarks>;
  readonly options: ExportOptions;
  /** Digest of all inputs that determine the content of the export. */
  readonly plan: string;
  /** Name of the source folder, and the version that wrote the export. */
  readonly source: string;
  readonly version: string;
  /** Writes a time in ms since 1970. */
  readonly timeText: (at: number) => string;
}

export interface ExportFormat {
  /** A file name, or a pattern where there are several. */
  readonly id: string;
  /** Files by their path in the export, each as a sequence of chunks. Yields nothing if the format does not apply. */
  files(document: ExportDocument): Iterable<readonly [path: string, chunks: Iterable<string | Uint8Array>]>;
}

export function json(value: unknown): string[] {
  return [`${JSON.stringify(value, null, 2)}\n`];
}
