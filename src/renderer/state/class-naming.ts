/** Renames and merges classes, with messages that offer to undo it. */
import { quoted } from '../../core/text/names';
import { counted } from '../../core/text/numbers';
import type { Dataset } from './dataset.svelte';
import type { Session } from './session.svelte';
import { sayWithUndo } from './undo';

/**
 * Gives classes a name. If a class has this name already, they become part of it.
 * @returns whether it succeeded; errors are shown
 */
export function giveName(session: Session, dataset: Dataset, from: readonly string[], to: string): Promise<boolean> {
  const exists = (dataset.summary.value?.classes ?? []).some(({ name }) => name === to);
  const others = from.filter((name) => name !== to);
  return session.notices.attempt(async () => {
    const { images, batch } = await dataset.engine.call('review.renameClasses', {
      dataset: dataset.id,
      from: [...from],
      to,
    });
    if (batch === null) return;
    const what = others.length === 1 ? quoted(others[0]!) : counted(others.length, 'class', 'classes');
    const verb = others.length === 1 ? 'is' : 'are';
    const now = exists ? `part of ${quoted(to)}` : `called ${quoted(to)}`;
    const said = `${what} ${verb} now ${now} (${counted(images, 'image')}). The folder is not changed.`;
    sayWithUndo(session, dataset, said, batch);
  });
}

/** Gives the numbered classes the names from the file of the folder that names them. */
export function useFileNames(session: Session, dataset: Dataset): Promise<boolean> {
  return session.notices.attempt(async () => {
    const { classes, batch } = await dataset.engine.call('review.nameClasses', { dataset: dataset.id });
    if (batch === null) return;
    const said = `${counted(classes, 'class has', 'classes have')} a name instead of a number now. The folder is not changed.`;
    sayWithUndo(session, dataset, said, batch);
  });
}

/** Gives classes of the folder their own names back. */
export function restoreNames(session: Session, dataset: Dataset, own: readonly string[]): Promise<boolean> {
  return session.notices.attempt(() =>
    dataset.engine.call('review.restoreClasses', { dataset: dataset.id, own: [...own] }),
  );
}
