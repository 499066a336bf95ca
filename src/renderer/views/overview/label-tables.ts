/** The label tables among which the user can choose. */
import type { DatasetSummary } from '../../../contract/model/dataset';

/** Beyond this many a list is of no use: a folder may contain a table for each image. */
const MOST = 200;

/** Paths of all tables that were found, those that can label images first. */
export function labelTables({ layouts, reading, chosen }: DatasetSummary): string[] {
  const unused = (reading?.unused ?? []).filter(({ reason }) => reason.startsWith('table-'));
  const readable = unused.filter(({ reason }) => reason !== 'table-unreadable');
  const all = [
    reading?.labels.table ?? null,
    chosen?.table ?? null,
    ...layouts.map(({ table }) => table),
    ...readable.map(({ path }) => path),
  ];
  return [...new Set(all.filter((table) => table !== null))].slice(0, MOST);
}
