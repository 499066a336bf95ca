import { createHash } from 'node:crypto';
import type { DatasetId } from '../../contract/model/dataset';

/** A folder has the same id no matter by which link or relative path it was opened. */
export function datasetIdOf(realPath: string): DatasetId {
  return createHash('sha256').update(realPath).digest('hex').slice(0, 16);
}
