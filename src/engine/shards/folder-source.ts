/** Images in a folder that all machines see under the same path. */
import { readFile } from 'node:fs/promises';
import { filePath } from '../files/paths';
import { measureFile, readBuffer } from '../images/measure-file';
import { systemCode } from '../process/failures';
import { readFolder, walkChecked } from '../stages/scan';
import type { ImageSource, SourceFile } from './source';

/** A worker has one core: while an image is decoded, the next one is read. */
const FOLDER_LANES = 2;
/** @param root the real path of the folder */
export function folderSource(root: string): ImageSource {
  const at = ({ path, rawPath }: SourceFile): Buffer => filePath(path, rawPath).absolute(root);
  return {
    uri: root,
    lanes: FOLDER_LANES,
    list: async (task, choice, asked) => {
      const walked = await walkChecked(root, {
        most: Infinity,
        signal: task.signal,
        seen: (images) => task.progress({ stage: 'scan', done: images, total: null }),
      });
      return readFolder(root, walked, choice, asked);
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
}
