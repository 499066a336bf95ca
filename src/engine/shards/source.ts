/** Where the images of a run come from. */
import type { ChosenLayout, LayoutKind } from '../../contract/model/dataset';
import type { MeasuredImage } from '../catalog/measured';
import type { Task } from '../process/task';
import type { FolderContents } from '../stages/scan';

export interface SourceFile {
  readonly path: string;
  /** The bytes of the path, where its text does not determine them. */
  readonly rawPath: Buffer | null;
}

export interface ImageSource {
  /** The same on all machines: the real path of the folder, or `s3://…`. */
  readonly uri: string;
  /** How many files are measured at the same time. */
  readonly lanes: number;
  /** @throws PlumblineError as `inspectFolder`; bad-run, no-permission */
  list(task: Task, choice: ChosenLayout | null, asked?: LayoutKind): Promise<FolderContents>;
  /** What is called once for each lane, and then for one file after another. A problem with a file never rejects. */
  measurer(): (file: SourceFile) => Promise<Omit<MeasuredImage, 'id'>>;
  /** The content of a file, or null if it no longer exists. */
  read(file: SourceFile): Promise<Buffer | null>;
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
