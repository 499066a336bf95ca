/** A source that can also hold its images in archives. */
import { measureBytes } from '../../images/measure-file';
import type { ImageSource } from '../source';
import type { PartReader, SourceImage } from './archive';
import { extensionByContent, memberReader } from './read-members';

/**
 * @param read reads parts of the files of the source
 * @param sizeOf bytes of a file of the source
 */
export function withArchives(
  source: ImageSource,
  read: PartReader,
  sizeOf: (path: string) => Promise<number>,
): ImageSource {
  const readMember = memberReader(read, sizeOf);
  const bytesOf = async ({ member, ...image }: SourceImage): Promise<Uint8Array | null> =>
    member === undefined ? source.read(image) : readMember({ ...image, member });
  return {
    ...source,
    measurer: () => {
      const measure = source.measurer();
      return async (image) => {
        if (image.member === undefined) return measure(image);
        const bytes = Buffer.from((await bytesOf(image)) ?? []);
        const stored = { bytes: bytes.length, extension: image.extension || extensionByContent(bytes) };
        return { ...(await measureBytes(0, bytes)), stored };
      };
    },
    read: bytesOf,
  };
}
