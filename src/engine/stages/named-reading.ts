/** Turns what the user names as the reading of a folder into the chosen layout. */
import { existsSync, realpathSync } from 'node:fs';
import { relative, resolve, sep } from 'node:path';
import { PlumblineError } from '../../contract/errors';
import type { ChosenLayout, Layout, NamedReading } from '../../contract/model/dataset';
import { chosenAs } from '../../core/dataset/layout-types';
import { inspectFolder } from './scan';

export const namedTable = (
  table: string,
  { imageColumn, labelColumn }: Pick<ChosenLayout, 'imageColumn' | 'labelColumn'>,
): ChosenLayout => ({ kind: 'table', table, imageColumn, labelColumn });

export const namedField = (nameField: number): ChosenLayout => ({
  kind: 'file-names',
  table: null,
  imageColumn: null,
  labelColumn: null,
  nameField,
});

/**
 * @param root for the message
 * @throws PlumblineError layout-impossible if there are no masks to read
 */
export function masksAmong(layouts: readonly Layout[], root: string): ChosenLayout {
  const layout = layouts.find(({ withMasks }) => withMasks === true);
  if (layout) return chosenAs(layout);
  throw new PlumblineError(
    'layout-impossible',
    'No images of this folder are named like masks of other images, so all images are read already.',
    { details: { root } },
  );
}

/**
 * @param most so many entries are looked at for masks
 * @throws PlumblineError bad-table for a file that does not exist; as `masksAmong`
 */
export async function choiceOf(root: string, named: NamedReading, most: number): Promise<ChosenLayout> {
  if ('nameField' in named) return namedField(named.nameField);
  if ('withMasks' in named) return masksAmong((await inspectFolder(root, null, most)).layouts, root);
  const path = resolve(named.file);
  if (!existsSync(path))
    throw new PlumblineError('bad-table', `There is no label table ${named.file}.`, { details: { table: named.file } });
  return namedTable(relative(root, realpathSync(path)).split(sep).join('/'), named);
}
