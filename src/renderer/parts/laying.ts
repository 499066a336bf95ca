/** How a copy is turned to match its representative. */
import type { Relation } from '../../contract/model/finding';

/**
 * CSS transform that turns a member to match its representative: the inverse of how it was changed (first mirrored,
 * then turned clockwise). In a square box filled by both images, a quarter turn keeps them aligned.
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
