/** How a picture is laid over the one that it copies. */
import type { Relation } from '../../../contract/model/finding';

/**
 * CSS transform that brings a member upright onto its representative: what was done to it (mirrored first, then turned
 * clockwise) undone
 * in reverse. In a square box that both pictures fill, a quarter turn keeps them on each other.
 */
export function undoing(relation: Relation | null): string {
  if (relation === null) return 'none';
  const turn = /rotated-(\d+)/.exec(relation)?.[1];
  const parts = [
    ...(relation.startsWith('mirrored') ? ['scaleX(-1)'] : []),
    ...(turn === undefined ? [] : [`rotate(-${turn}deg)`]),
  ];
  return parts.length === 0 ? 'none' : parts.join(' ');
}
