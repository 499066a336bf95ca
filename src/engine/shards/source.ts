/** Where the images of a run come from. */
import type { LayoutKind, NamedReading } from '../../contract/model/dataset';
import type { MeasuredImage } from '../catalog/measured';
import type { Task } from '../process/task';
import type { FolderContents } from '../stages/scan';
import type { SourceImage } from './archives/archive';

/** What a source lists. */
export type SourceContents = Omit<FolderContents, 'images'> & { readonly images: readonly SourceImage[] };

interface MeasuredFile extends Omit<MeasuredImage, 'id'> {
  /** Of an image in an archive: what the plan could not know. */
  readonly stored?: Pick<SourceImage, 'bytes' | 'extension'>;
}

export interface ImageSource {
  /** The same on all machines: the real path of the folder, or `s3://…`. */
  readonly uri: string;
  /** How many files are measured at the same time. */
  readonly lanes: number;
  /**
   * @param named how the user wants it to be read; null: as detected
   * @param asked the kind of reading, if the user names only that
   * @throws PlumblineError as `inspectFolder` and `choiceOf`; bad-archive, bad-run, no-permission
   */
  list(task: Task, named: NamedReading | null, asked?: LayoutKind): Promise<SourceContents>;
  /** What is called once for each lane, and then for one file after another. A problem with a file never rejects. */
  measurer(): (file: SourceImage) => Promise<MeasuredFile>;
  /** The content of a file, or null if it no longer exists. */
  read(file: SourceImage): Promise<Uint8Array | null>;
}

/** Works on several items at a time, and stops at the first failure. */
export async function inLanes<T>(
  items: readonly T[],
  lanes: number,
  work: (item: T, index: number) => Promise<void>,
): Promise<void> {
  let next = 0;
  await Promise.all(
    Array.from({ length: Math.min(lanes, items.length) }, async () => {
      while (next < items.length) {
        const index = next++;
        try {
          await work(items[index]!, index);
        } catch (error) {
          next = items.length;
          throw error;
        }
      }
    }),
  );
}
