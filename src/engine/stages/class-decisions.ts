/** The user's decisions on classes: which name each class has. */
import { PlumblineError } from '../../contract/errors';
import type { FolderReading } from '../../contract/model/dataset';
import { labelSchema, type RenamedClass } from '../../contract/model/review';
import { classNameOf, type ClassAct } from '../../core/review/class-names';
import { quoted } from '../../core/text/names';
import type { Catalog } from '../catalog/catalog';
import { indexedClasses, storedClassNames } from '../catalog/class-names';
import { readDataset } from '../catalog/dataset';
import { appendActs } from '../catalog/decision-log';
import { readReview } from '../catalog/decisions';

/** The classes of the folder that have another name. */
export function renamedClasses(catalog: Catalog): RenamedClass[] {
  const names = storedClassNames(catalog);
  if (names.size === 0) return [];
  const images = new Map<string, number>();
  for (const one of indexedClasses(catalog)) images.set(one.own, (images.get(one.own) ?? 0) + one.images);
  return [...images].flatMap(([own, count]) => {
    const name = classNameOf(names, own);
    return name === own ? [] : [{ own, name, images: count }];
  });
}

/**
 * Gives classes a name. If several have the same name then, they are one class. Images that were relabelled to one of
 * the classes move along.
 * @returns the number of images in the folder whose class changes, and the batch that undo takes back
 * @throws PlumblineError not-found, bad-request
 */
export function renameClasses(
  catalog: Catalog,
  from: readonly string[],
  to: string,
  at: number,
): { images: number; batch: number | null } {
  const classes = indexedClasses(catalog);
  const { decisions } = readReview(catalog).state;
  const exists = (wanted: string): boolean =>
    classes.some(({ name }) => name === wanted) || decisions.some(({ label }) => label === wanted);
  const missing = from.find((name) => !exists(name));
  if (missing !== undefined)
    throw new PlumblineError('not-found', `This data set has no class ${quoted(missing)} any more.`, {
      details: { class: missing },
    });
  if (!exists(to) && !labelSchema.safeParse(to).success)
    throw new PlumblineError(
      'bad-request',
      'A class name must not be empty, must not begin or end with a blank, and must not contain control characters.',
      { details: { class: to } },
    );
  const others = [...new Set(from)].filter((name) => name !== to);
  const acts = others.map((given): ClassAct => ({ kind: 'rename', given, label: to }));
  const written = appendActs(catalog, [], { queue: null, note: null, source: null, at }, { classes: acts });
  return { images: imagesOf(classes.filter(({ name }) => others.includes(name))), batch: written?.batch ?? null };
}

/**
 * Gives the numbered classes the names from the file that names them. A number that shares its name with another one,
 * or with another class, keeps its number: two classes would become one.
 * @returns the number of classes that have another name now, and the batch that undo takes back
 * @throws PlumblineError not-found
 */
export function nameClasses(catalog: Catalog, at: number): { classes: number; batch: number | null } {
  const { reading } = readDataset(catalog);
  const found = reading === null ? null : (JSON.parse(reading) as FolderReading).classNames;
  if (found === null)
    throw new PlumblineError('not-found', 'No file of this folder has names for all classes.', { details: {} });
  const classes = indexedClasses(catalog);
  const taken = new Map<string, number>();
  for (const { name } of [...found.names, ...classes]) taken.set(name, (taken.get(name) ?? 0) + 1);
  const acts = found.names.flatMap(({ number, name }): ClassAct[] =>
    taken.get(name) === 1 && labelSchema.safeParse(name).success && classes.some((one) => one.name === number)
      ? [{ kind: 'class', given: number, label: name }]
      : [],
  );
  const written =
    acts.length === 0
      ? null
      : appendActs(catalog, [], { queue: null, note: null, source: null, at }, { classes: acts });
  return { classes: acts.length, batch: written?.batch ?? null };
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
    { queue: null, note: null, source: null, at },
    { classes: restored.map((one) => ({ kind: 'class', given: one.own, label: one.own })) },
  );
  return { images: imagesOf(restored) };
}

const imagesOf = (classes: readonly { readonly images: number }[]): number =>
  classes.reduce((sum, { images }) => sum + images, 0);
