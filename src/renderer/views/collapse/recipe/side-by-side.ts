import type { ScriptRemedy } from '../../../../contract/model/remedy';

/** One row: a line before and after. Null where there is none. */
export interface DiffRow {
  readonly before: string | null;
  readonly after: string | null;
  readonly changed: boolean;
}

/** The lines of a hunk in rows: removed lines are beside the lines that were added in their place. */
export function sideBySide(lines: ScriptRemedy['hunks'][number]['lines']): DiffRow[] {
  const rows: DiffRow[] = [];
  let [removed, added]: [string[], string[]] = [[], []];
  const flush = (): void => {
    for (let i = 0; i < Math.max(removed.length, added.length); i++)
      rows.push({ before: removed[i] ?? null, after: added[i] ?? null, changed: true });
    [removed, added] = [[], []];
  };
  for (const { kind, text } of lines) {
    if (kind === 'removed') removed.push(text);
    else if (kind === 'added') added.push(text);
    else {
      flush();
      rows.push({ before: text, after: text, changed: false });
    }
  }
  flush();
  return rows;
}
