/** Class names that another reviewer gave, as the names of this user. */
import { counted } from '../text/numbers';
import { classNameOf, type ClassNames } from './class-names';
import type { ExchangeRow } from './exchange-row';

/**
 * Rows about images, with each label in the names that the user gave to the classes. The rows that rename classes are
 * used for this only. A name that the reviewer gave to several classes stays as it is: it does not tell which one is
 * meant.
 * @param own the classes of the folder or table
 */
export function inNamesOf(
  rows: readonly ExchangeRow[],
  own: ReadonlySet<string>,
  names: ClassNames,
): { rows: ExchangeRow[]; notes: string[] } {
  const given = new Map(
    rows.flatMap(({ kind, ownClass, label }) =>
      kind === 'class' && ownClass !== null && label !== null && own.has(ownClass) ? [[ownClass, label] as const] : [],
    ),
  );
  const meant = new Map<string, string | null>();
  if (given.size > 0)
    for (const name of own) {
      const theirs = given.get(name) ?? name;
      meant.set(theirs, meant.has(theirs) ? null : name);
    }
  const images = rows
    .filter(({ kind }) => kind !== 'class')
    .map((row) => {
      const name = row.label === null ? null : meant.get(row.label);
      return name == null ? row : { ...row, label: classNameOf(names, name) };
    });
  const notes =
    given.size === 0
      ? []
      : [
          `The file gives ${counted(given.size, 'class', 'classes')} another name. These names were used to read it, but your classes keep theirs.`,
        ];
  return { rows: images, notes };
}
