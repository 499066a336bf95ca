/** What was done with the rows of the used tables beyond taking them as they are. */
import type { FolderReading } from '../../contract/model/dataset';
import { matchCodeSchema } from '../../contract/model/matching';
import { named, quoted } from '../text/names';
import { joinedLabels, joinedTags } from './label-cells';
import type { GroupPart, TableGroup, TableReading } from './table';

type Note = FolderReading['notes'][number];

/** A note on labels of several classes, such as `cat|dog`. */
function joined({ labels, group }: TableReading & { readonly group: TableGroup }): Note[] {
  const counts = new Map<string, number>();
  for (const { className } of labels.values()) counts.set(className, (counts.get(className) ?? 0) + 1);
  const { read } = group.parts[0]!;
  const found = joinedLabels(counts) ?? joinedTags(read.columns[read.found.label] ?? '', counts);
  return found ? [{ code: 'joined', count: found.images, detail: found.example }] : [];
}

/** Class numbers start at 0. Many tables write −1 for an image without a label. */
function minusOne({ labels }: TableReading): Note[] {
  const names = Array.from(labels.values(), ({ className }) => className);
  const count = names.filter((name) => name === '-1').length;
  const others = new Set(names.filter((name) => name !== '-1'));
  // Where only −1 and 1 occur, they are the two classes.
  const numbered = others.size > 1 && [...others].every((name) => /^\d+$/.test(name));
  return count > 0 && numbered ? [{ code: 'minus-one', count, detail: '' }] : [];
}

/** R writes NA for what is missing. Among codes of two letters, it is one of them. */
function notAvailable({ labels }: TableReading): Note[] {
  const names = Array.from(labels.values(), ({ className }) => className);
  const count = names.filter((name) => name === 'NA').length;
  const others = [...new Set(names.filter((name) => name !== 'NA'))];
  const words = others.length > 1 && others.every((name) => !/^[A-Z]{1,3}$/.test(name));
  return count > 0 && words ? [{ code: 'minus-one', count, detail: 'NA' }] : [];
}

/** Columns that name several images of a row. */
function imageColumns({ read: { columns, found } }: GroupPart): Note[] {
  if (found.also.length === 0) return [];
  const names = [found.file, ...found.also].map((at) => quoted(columns[at]!));
  return [{ code: 'image-columns', count: names.length, detail: named(names, 5) }];
}

/** Which of several columns of one name are read. */
function sameNames({ read: { columns, found, oneHot } }: GroupPart): Note[] {
  const used = oneHot.length > 0 ? [found.file] : [found.file, found.label];
  return used.flatMap((at): Note[] => {
    const name = columns[at]!;
    const alike = columns.filter((one) => one.trim() !== '' && one === name).length;
    return alike > 1 ? [{ code: 'same-name', count: at + 1, detail: name }] : [];
  });
}

/** Whether each label stands only in the first of the rows that it is for, as merged cells of a spreadsheet are saved. */
function isMerged({ read: { rows, found, oneHot } }: GroupPart): boolean {
  const cells = rows.map((row) => (row[found.label] ?? '').trim());
  const filled = cells.filter((cell) => cell !== '');
  return (
    oneHot.length === 0 &&
    filled.length > 1 &&
    filled.length * 2 < cells.length &&
    new Set(filled).size === filled.length &&
    cells.every((cell, at) => (cell === '' ? at > 0 : cells[at + 1] === ''))
  );
}

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
    ...group.parts.flatMap(({ table }) => counted('title', table.before?.length ?? 0, table.before?.[0])),
    ...group.parts.flatMap(({ table }) => counted('headers', table.headers ?? 0)),
    ...group.parts.flatMap(({ table: { renamed } }) =>
      counted('renamed', renamed?.count ?? 0, `${renamed?.from ?? ''}\n${renamed?.to ?? ''}`),
    ),
    ...group.parts
      .slice(0, 1)
      .flatMap(({ table: { composed } }): Note[] =>
        composed === undefined
          ? []
          : [{ code: 'composed', count: 0, detail: `${named(composed.columns.map(quoted), 5)}\n${composed.example}` }],
      ),
    ...group.parts.slice(0, 1).flatMap(imageColumns),
    ...group.parts.flatMap(sameNames),
    ...group.parts.flatMap(({ table }) =>
      counted('wide', table.wide?.count ?? 0, `${table.path}, row ${table.wide?.first ?? 0}`),
    ),
    ...counted(group.parts.some((part) => part.read.soft) ? 'soft' : 'one-hot', oneHot.size),
    ...[...read.forms].map((code): Note => ({ code, count: 0, detail: '' })),
    ...joined({ ...read, group }),
    ...minusOne(read),
    ...notAvailable(read),
    ...matchCodeSchema.options.flatMap((code) => (code === 'missing' ? [] : counted(code, read.matches[code]))),
    ...counted('repeated', read.repeated),
    ...counted('several-splits', read.severalSplits.length, read.severalSplits[0]),
    ...counted(group.parts.some(isMerged) ? 'merged' : 'empty', read.empty),
    ...counted('contradicting', read.contradicting.length, read.contradicting[0]?.path),
  ];
}
