/** Reads the full picture for the detail view from the user's file. */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PlumblineError } from '../../contract/errors';
import type { ImageMetadata } from '../../contract/model/image';
import { profileName } from '../../core/images/colour-profile';
import { readExif } from '../../core/images/exif';
import type { Catalog } from '../catalog/catalog';
import { getImage, locate } from '../catalog/images';
import { systemCode } from '../process/failures';
import { filePath } from '../files/paths';
import { encodePicture, metadataBlocks } from './pixels';
import { UnreadableImage } from './refusals';

/** Files in use, by data set and image. The panel of an image asks for its picture and its metadata at the same time. */
const inUse = new Map<string, { readonly bytes: Promise<Buffer>; users: number }>();

/** Reads a file once for all who use it at the same time. */
async function sharing<T>(key: string, read: () => Promise<Buffer>, use: (bytes: Buffer) => Promise<T>): Promise<T> {
  const file = inUse.get(key) ?? { bytes: read(), users: 0 };
  inUse.set(key, file);
  file.users += 1;
  try {
    return await use(await file.bytes);
  } finally {
    file.users -= 1;
    if (file.users === 0) inUse.delete(key);
  }
}

/** @throws PlumblineError not-found when the image is or has become unreadable */
async function withFile<T>(catalog: Catalog, image: number, use: (bytes: Buffer) => Promise<T>): Promise<T> {
  const { unreadable } = getImage(catalog, image);
  if (unreadable) throw new PlumblineError('not-found', unreadable.reason, { details: { image } });
  const { path, raw } = locate(catalog, image);
  try {
    const file = filePath(path, raw).absolute(catalog.root);
    return await sharing(`${catalog.id} ${image}`, () => readFile(file), use);
  } catch (error) {
    const missing =
      systemCode(error) !== '' ? 'The file no longer exists or cannot be read; index the folder again.' : null;
    if (missing === null && !(error instanceof UnreadableImage)) throw error;
    throw new PlumblineError('not-found', missing ?? (error as Error).message, { details: { image }, cause: error });
  }
}

/**
 * Upright sRGB as WebP.
 * @throws PlumblineError not-found when the image is or has become unreadable
 */
export function readPicture(catalog: Catalog, image: number): Promise<Buffer> {
  return withFile(catalog, image, encodePicture);
}

/**
 * EXIF and colour profile. A damaged block is reported as damaged and does not throw.
 * @throws PlumblineError not-found when the image is or has become unreadable
 */
export function readMetadata(catalog: Catalog, image: number): Promise<ImageMetadata> {
  return withFile(catalog, image, async (bytes) => {
    const blocks = await metadataBlocks(bytes);
    const none = { exif: blocks === null ? 'unread' : 'none', taken: null, position: false } as const;
    const exif = blocks?.exif === undefined ? none : readExif(blocks.exif);
    return { ...exif, profile: blocks?.icc === undefined ? null : profileName(blocks.icc) };
  });
}

/**
 * The absolute path of the user's file.
 * @throws PlumblineError not-found when the image or its file is gone, or when the file name is not text
 */
export function userFile(catalog: Catalog, image: number): string {
  const { path, raw } = locate(catalog, image);
  const file = filePath(path, raw).absolute(catalog.root);
  if (!existsSync(file))
    throw new PlumblineError('not-found', 'The file no longer exists; index the folder again.', { details: { image } });
  if (raw !== null)
    throw new PlumblineError('not-found', 'The name of this file is not valid text, so no other program gets it.', {
      details: { image },
    });
  return join(catalog.root, path);
}
