/** The note beside an unpacked copy that says where it comes from. */
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { z } from 'zod';
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
