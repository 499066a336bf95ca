/** Saves, renames and deletes views of the images. */
import { PlumblineError } from '../../contract/errors';
import type { ImageFilter, ImageSort } from '../../contract/model/queries';
import { MOST_VIEW_NAME_CHARACTERS, savedViewNameSchema } from '../../contract/model/saved-views';
import { quoted } from '../../core/text/names';
import { integer } from '../../core/text/numbers';
import type { Catalog } from '../catalog/catalog';
import { hasSavedView, putSavedView, renameSavedView } from '../catalog/saved-views';

/** @throws PlumblineError bad-request */
function checkName(catalog: Catalog, name: string, mayExist: boolean): void {
  if (name.length > MOST_VIEW_NAME_CHARACTERS)
    throw new PlumblineError(
      'bad-request',
      `The name of a view can have at most ${MOST_VIEW_NAME_CHARACTERS} characters; this one has ${integer(name.length)}.`,
    );
  if (!savedViewNameSchema.safeParse(name).success)
    throw new PlumblineError(
      'bad-request',
      'The name of a view must not be empty, must not begin or end with a blank, and must not contain control characters.',
    );
  if (!mayExist && hasSavedView(catalog, name))
    throw new PlumblineError('bad-request', `There is already a view ${quoted(name)}. Choose another name.`, {
      details: { name },
    });
}

/**
 * Stores the filter and the order under a name.
 * @param replace whether a view with the same name is replaced
 * @throws PlumblineError bad-request for a name that is not valid or in use, and for a list of single images
 */
export function saveView(
  catalog: Catalog,
  view: { readonly name: string; readonly filter: ImageFilter; readonly sort: ImageSort },
  replace: boolean,
  at: number,
): void {
  checkName(catalog, view.name, replace);
  const { ids, ...filter } = view.filter;
  if (ids !== undefined)
    throw new PlumblineError(
      'bad-request',
      'A view cannot hold a list of single images. Give these images a tag, and save a view of the tag.',
    );
  putSavedView(catalog, { name: view.name, filter, sort: view.sort }, at);
}

/** @throws PlumblineError bad-request for a name that is not valid or in use; not-found */
export function renameView(catalog: Catalog, from: string, to: string): void {
  if (from === to) return;
  checkName(catalog, to, false);
  if (!renameSavedView(catalog, from, to))
    throw new PlumblineError('not-found', `There is no view ${quoted(from)} any more.`, { details: { name: from } });
}
