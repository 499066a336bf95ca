/** Undo and redo with their messages. */
import type { Dataset } from './dataset.svelte';
import { stepBack } from './decider.svelte';
import type { Session } from './session.svelte';

/** Undoes or redoes the last step and says what was done. */
export function stepAndSay({ notices }: Session, dataset: Dataset, kind: 'undo' | 'redo'): void {
  void notices.attempt(async () => {
    const said = await stepBack(dataset, kind);
    // A notice that offers to undo the same step is out of date.
    for (const { id, action } of notices.list) if (action !== null) notices.close(id);
    notices.info(said);
  });
}

/** Says what was done and offers to undo it, unless something else was decided since. */
export function sayWithUndo({ notices }: Session, dataset: Dataset, message: string, batch: number): void {
  const takeBack = async (): Promise<void> => {
    const { images } = await dataset.engine.call('review.undo', { dataset: dataset.id, batch });
    if (images.length === 0) notices.info('Other decisions were made since. Undo those first.');
  };
  notices.info(message, { label: 'Undo', run: () => void notices.attempt(takeBack) });
}
