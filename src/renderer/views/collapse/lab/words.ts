/** Words of the lab's views. */
import type { LabRun } from '../../../../contract/model/lab';

/**
 * Control runs: on shuffled labels a net must fail, and on a few images it must succeed. Neither says anything about a
 * recipe.
 */
export function isControl(kind: LabRun['kind']): boolean {
  return kind === 'permuted-labels' || kind === 'blank-images' || kind === 'overfit';
}

export function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
