/** Marks pictures as different, which can be undone. */
import { counted } from '../../core/text/numbers';
import type { Dataset } from './dataset.svelte';
import { sideStepsOf } from './side-steps.svelte';

/**
 * Stores that images of a duplicate group are different pictures.
 * @param show called when they are marked, and when the mark is taken back
 * @param different how many of them have other bytes than the others
 */
export async function markDifferent(
  dataset: Dataset,
  images: readonly number[],
  show: (marked: boolean) => void,
  different = images.length,
): Promise<void> {
  const { engine, id } = dataset;
  const mark = async (): Promise<number> => {
    const { at } = await engine.call('findings.notDuplicate', { dataset: id, images: [...images] });
    show(true);
    return at;
  };
  const first = await mark();
  let at = first;
  sideStepsOf(dataset).add({
    at: first,
    title: 'Marked as different pictures',
    about: counted(different, 'image'),
    undone: 'the next check may call these pictures duplicates again.',
    redone: 'these are different pictures.',
    undo: async () => {
      await engine.call('findings.forgetNotDuplicate', { dataset: id, at });
      show(false);
      return true;
    },
    redo: async () => {
      at = await mark();
      return true;
    },
  });
}
