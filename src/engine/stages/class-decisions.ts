/** The user's decisions on classes: which name each class has. */
import { PlumblineError } from '../../contract/errors';
import { labelSchema, type RenamedClass } from '../../contract/model/review';
import { quoted } from '../../core/text/names';
import type { Catalog } from '../catalog/catalog';
import { indexedClasses } from '../catalog/class-names';
import { appendActs, readReview } from '../catalog/decisions';

/** The classes of the folder that have another name. */
export function renamedClasses(catalog: Catalog): RenamedClass[] {
  return indexedClasses(catalog).filter(({ own, name }) => own !== name);
}

/**
 * Renames a class, or merges it into another one that has this name. Images that were relabelled to the class move
 * along.
 * @returns the number of images in the folder whose class changes
 * @throws PlumblineError not-found, bad-request
 */
export function renameClass(catalog: Catalog, from: string, to: string, at: number): { images: number } {
  const classes = indexedClasses(catalog);
  const { decisions } = readReview(catalog).state;
  const exists = (wanted: string): boolean =>
    classes.some(({ name }) => name === wanted) || decisions.some(({ label }) => label === wanted);
  if (!exists(from))
    throw new PlumblineError('not-found', `This data set has no class ${quoted(from)} any more.`, {
      details: { class: from },
    });
  if (!exists(to) && !labelSchema.safeParse(to).success)
    throw new PlumblineError(
      'bad-request',
      'A class name must not be empty, must not begin or end with a blank, and must not contain control characters.',
      { details: { class: to } },
    );
  if (from !== to)
    appendActs(catalog, [], { queue: null, note: null, at }, [{ kind: 'rename', given: from, label: to }]);
  return { images: from === to ? 0 : imagesOf(classes.filter(({ name }) => name === from)) };
}

/**
 * Gives classes of the folder their own names back.
 * @returns the number of images whose class changes
 */
export function restoreClasses(catalog: Catalog, own: readonly string[], at: number): { images: number } {
  const wanted = new Set(own);
  const restored = renamedClasses(catalog).filter((one) => wanted.has(one.own));
  appendActs(
    catalog,
    [],
    { queue: null, note: null, at },
    restored.map((one) => ({ kind: 'class', given: one.own, label: one.own })),
  );
  return { images: imagesOf(restored) };
}

const imagesOf = (classes: readonly { readonly images: number }[]): number =>
  classes.reduce((sum, { images }) => sum + images, 0);
