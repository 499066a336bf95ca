/** Images in a folder that all machines see under the same path. */
import { open, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { filePath } from '../files/paths';
import { measureFile, readBuffer } from '../images/measure-file';
import { systemCode } from '../process/failures';
import { choiceOf } from '../stages/named-reading';
import { readFolder, walkChecked } from '../stages/scan';
import { archiveFailure } from '../unpack/failure';
import { type Archive, isArchive, type PartReader, type SourceImage } from './archives/archive';
import { listArchives } from './archives/list-archives';
import { withArchives } from './archives/with-archives';
import { inLanes, type ImageSource } from './source';

/** A worker has one core: while an image is decoded, the next one is read. */
const FOLDER_LANES = 2;

/** @param root the real path of the folder */
export function folderSource(root: string): ImageSource {
  const at = ({ path, rawPath }: Pick<SourceImage, 'path' | 'rawPath'>): Buffer =>
    filePath(path, rawPath).absolute(root);
  const readPart: PartReader = async (path, start, end) => {
    try {
      const file = await open(join(root, path));
      try {
        const part = Buffer.alloc(end - start);
        const { bytesRead } = await file.read(part, 0, part.length, start);
        return part.subarray(0, bytesRead);
      } finally {
        await file.close();
      }
    } catch (error) {
      throw archiveFailure(error, path);
    }
  };
  const source: ImageSource = {
    uri: root,
    lanes: FOLDER_LANES,
    list: async (task, named, asked) => {
      const walked = await walkChecked(root, {
        most: Infinity,
        signal: task.signal,
        seen: (images) => task.progress({ stage: 'scan', done: images, total: null }),
      });
      const archives = walked.skipped.flatMap(({ path }) => (isArchive(path) ? [path] : []));
      if (walked.images.length > 0 || archives.length === 0 || named !== null || asked !== undefined)
        return readFolder(root, walked, named && (await choiceOf(root, named, Infinity)), asked);
      const found: Archive[] = [];
      await inLanes(archives, FOLDER_LANES, async (path) => {
        const { size, mtimeMs } = await stat(join(root, path));
        found.push({ path, bytes: size, modified: mtimeMs });
      });
      return listArchives(readPart, found, walked.skipped, task);
    },
    measurer: () => {
      const into = readBuffer();
      return (file) => measureFile(0, at(file), into);
    },
    read: (file) =>
      readFile(at(file)).catch((error: unknown) => {
        if (systemCode(error) === 'ENOENT') return null;
        throw error;
      }),
  };
  return withArchives(source, readPart, async (path) => (await stat(join(root, path))).size);
}
