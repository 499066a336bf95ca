/** The notes beside copies that say where they come from: beside unpacked ones, and those of a run on a cluster. */
import { readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { z } from 'zod';
import { copiesOfRunSchema, type RunCopies } from '../../contract/model/run-copies';
import { unpackedSchema, type Unpacked } from '../../contract/model/unpacked';

export const COPY_RECORD = 'plumbline-unpacked.json';

export const copyRecordSchema = unpackedSchema.extend({
  /** Name of the folder with the copy, beside this file. */
  folder: z.string(),
  /** Of the source. */
  fingerprint: z.string(),
  /** Of the code that unpacked it. */
  version: z.int(),
});
export type CopyRecord = z.infer<typeof copyRecordSchema>;

/** @returns null if there is no record that this version can read */
export function readCopyRecord(folder: string): CopyRecord | null {
  try {
    return copyRecordSchema.parse(JSON.parse(readFileSync(join(folder, COPY_RECORD), 'utf8')));
  } catch {
    return null;
  }
}

/** Where the images of a data set come from; null for a folder that was not unpacked by Plumbline. */
export function sourceOfCopy(root: string): Unpacked | null {
  const record = readCopyRecord(dirname(root));
  return record === null ? null : { source: record.source, notes: record.notes };
}

/** Files of a run on a cluster. */
export const RUN_COPIES = { folder: 'store', record: 'copies.json', report: 'report.html' } as const;

/** The run that made the copies in a folder; null for any other folder. */
export function runOfCopies(root: string): RunCopies | null {
  if (basename(root) !== RUN_COPIES.folder) return null;
  const run = dirname(root);
  try {
    const copies = copiesOfRunSchema.parse(JSON.parse(readFileSync(join(run, RUN_COPIES.record), 'utf8')));
    return { ...copies, report: join(run, RUN_COPIES.report) };
  } catch {
    return null;
  }
}
