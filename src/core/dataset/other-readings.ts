/** The readings of a folder that are not in use, with the option of the command line for each. */
import { isExampleTable } from './table';
import type { FolderReading, Layout } from '../../contract/model/dataset';

/** More readings than this are looked for in the window. */
const MOST_OFFERED = 3;

const isOfFolders = ({ kind }: Layout): boolean => kind === 'class-folders' || kind === 'split-class-folders';

/** A path as a shell takes it. */
const inShell = (path: string): string => (/^[\w./:\\-]+$/.test(path) ? path : JSON.stringify(path));

/**
 * @param root the folder, with the slashes of the system
 * @param layouts all that fit, the one in use first
 * @returns one sentence for each likely one: of another kind, and of a table only if it gives other labels
 */
export function otherReadingsText(
  root: string,
  [used, ...others]: readonly Layout[],
  reading: FolderReading | null,
): string[] {
  if (used === undefined) return [];
  const differing = new Set(
    (reading?.unused ?? [])
      .filter(({ reason }) => reason === 'table-other-used' || reason === 'table-disagrees')
      .map(({ path }) => path),
  );
  const seen = new Set<Layout['kind']>();
  const offered = others.flatMap((layout): string[] => {
    const { kind, table, nameField, withMasks, sentence } = layout;
    const isFirst = !seen.has(kind);
    seen.add(kind);
    if (withMasks || nameField !== undefined || (isOfFolders(layout) && isOfFolders(used))) return [];
    if (table !== null && (!differing.has(table) || isExampleTable(table))) return [];
    if (table === null && !isFirst) return [];
    return [
      `${sentence.replace(/^Read/, 'Could also be read')}, with ${table === null ? `--layout ${kind}` : `--labels ${inShell(`${root}/${table}`)}`}.`,
    ];
  });
  return offered.slice(0, MOST_OFFERED);
}
