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

/**
 * Levels below this are shown as poor: half of what the sound recipe recovers, which may be less than the images can
 * give.
 * @param sound what runs of the sound recipe recover
 */
export const poorLevel = (sound: readonly number[]): number =>
  sound.length === 0 ? 0.5 : 0.5 * Math.min(1, sound.reduce((sum, value) => sum + value, 0) / sound.length);
