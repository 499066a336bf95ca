/** What was done with the rows of the used tables beyond taking them as they are. */
import type { FolderReading } from '../../contract/model/dataset';
import { matchCodeSchema } from '../../contract/model/matching';
import type { TableGroup, TableReading } from './table';

type Note = FolderReading['notes'][number];

export function tableNotes({ group, ...read }: TableReading & { readonly group: TableGroup }): Note[] {
  const counted = (code: Note['code'], count: number, detail = ''): Note[] =>
    count > 0 ? [{ code, count, detail }] : [];
  const encodings = new Set(
    group.parts.flatMap(({ table }) =>
      table.encoding === undefined || table.encoding === 'utf-8' ? [] : table.encoding,
    ),
  );
  const oneHot = new Set(group.parts.flatMap((part) => part.read.oneHot));
  return [
    ...[...encodings].map((detail): Note => ({ code: 'encoding', count: 0, detail })),
    ...(group.parts.some((part) => !part.read.header) ? [{ code: 'no-header', count: 0, detail: '' } as const] : []),
    ...counted('one-hot', oneHot.size),
    ...matchCodeSchema.options.flatMap((code) => (code === 'missing' ? [] : counted(code, read.matches[code]))),
    ...counted('repeated', read.repeated),
    ...counted('empty', read.empty),
    ...counted('contradicting', read.contradicting.length, read.contradicting[0]),
  ];
}
