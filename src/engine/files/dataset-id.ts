import { createHash } from 'node:crypto';
import type { DatasetId } from '../../contract/model/dataset';

/** The same folder has the same id, whatever link or relative path it was opened by. */
export function datasetIdOf(realPath: string): DatasetId {
  return createHash('sha256').update(realPath).digest('hex').slice(0, 16);
}
