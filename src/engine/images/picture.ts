/** Reads the full picture for the detail view from the user's file. */
import { readFile } from 'node:fs/promises';
import { PlumblineError } from '../../contract/errors';
import type { Catalog } from '../catalog/catalog';
import { getImage, locate } from '../catalog/images';
import { systemCode } from '../process/failures';
import { filePath } from '../files/paths';
import { encodePicture } from './pixels';
import { UnreadableImage } from './refusals';

/**
 * Upright sRGB as WebP.
 * @throws PlumblineError not-found when the image is or has become unreadable
 */
export async function readPicture(catalog: Catalog, image: number): Promise<Buffer> {
  const { unreadable } = getImage(catalog, image);
  if (unreadable) throw new PlumblineError('not-found', unreadable.reason, { details: { image } });
  const { path, raw } = locate(catalog, image);
  try {
    return await encodePicture(await readFile(filePath(path, raw).absolute(catalog.root)));
  } catch (error) {
    const missing =
      systemCode(error) !== '' ? 'The file no longer exists or cannot be read; index the folder again.' : null;
    if (missing === null && !(error instanceof UnreadableImage)) throw error;
    throw new PlumblineError('not-found', missing ?? (error as Error).message, { details: { image }, cause: error });
  }
}
