/** The columns that all manifests share. */
import type { Remarks } from '../../contract/model/remarks';
import { tagsText } from '../review/remarks';
import type { ExportClass } from './plan';
import type { Selected } from './selection';
import type { WrittenFile } from './format';

export type ColumnType = 'STRING' | 'INT32' | 'DOUBLE';

export interface ManifestColumn {
  readonly name: string;
  readonly type: ColumnType;
  read(file: WrittenFile, remarks: Remarks | undefined): string | number | null;
}

const tags = (_: unknown, remarks: Remarks | undefined): string | null =>
  remarks === undefined || remarks.tags.length === 0 ? null : tagsText(remarks.tags);
const note = (_: unknown, remarks: Remarks | undefined): string | null => remarks?.note ?? null;

/** `renamed`: nothing was decided on the image, but its class has another name. */
function actionOf({ image, outcome: { action } }: Selected): string {
  return action === 'unchanged' && image.className !== image.ownClass ? 'renamed' : action;
}

/** Every row is a file of the export; what was left out is in excluded.csv. */
export const manifestColumns: readonly ManifestColumn[] = [
  { name: 'file_name', type: 'STRING', read: (file) => file.file },
  { name: 'split', type: 'STRING', read: (file) => file.split },
  { name: 'label', type: 'STRING', read: (file) => file.outcome.label },
  { name: 'label_index', type: 'INT32', read: (file) => file.labelIndex },
  { name: 'given_label', type: 'STRING', read: (file) => file.image.ownClass },
  { name: 'action', type: 'STRING', read: actionOf },
  { name: 'reason', type: 'STRING', read: (file) => file.outcome.reason },
  { name: 'score', type: 'DOUBLE', read: (file) => file.score },
  { name: 'duplicate_group', type: 'INT32', read: (file) => file.group },
  { name: 'sha256', type: 'STRING', read: (file) => file.sha256 },
  { name: 'bytes', type: 'DOUBLE', read: (file) => file.bytes },
  { name: 'source', type: 'STRING', read: (file) => file.image.path },
  { name: 'source_split', type: 'STRING', read: (file) => file.image.split },
  { name: 'source_sha256', type: 'STRING', read: (file) => file.image.sha256 },
  { name: 'converted', type: 'STRING', read: (file) => file.convertTo },
  { name: 'tags', type: 'STRING', read: tags },
  { name: 'note', type: 'STRING', read: note },
];

export const excludedColumns: readonly {
  readonly name: string;
  read(row: Selected, remarks: Remarks | undefined): string | number | null;
}[] = [
  { name: 'source', read: (row) => row.image.path },
  { name: 'given_label', read: (row) => row.image.ownClass },
  { name: 'reason', read: (row) => row.outcome.reason },
  { name: 'score', read: (row) => row.score },
  { name: 'source_split', read: (row) => row.image.split },
  { name: 'source_sha256', read: (row) => row.image.sha256 },
  { name: 'tags', read: tags },
  { name: 'note', read: note },
];

/** Images of each class, in the order of the classes. */
export function splitClassCounts(
  files: readonly WrittenFile[],
  classes: readonly ExportClass[],
  split: string,
): number[] {
  const counts = classes.map(() => 0);
  for (const file of files) if (file.split === split) counts[file.labelIndex]! += 1;
  return counts;
}
