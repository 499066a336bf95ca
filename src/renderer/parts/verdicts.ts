/** How decisions look. */
import Check from '@lucide/svelte/icons/check';
import CircleHelp from '@lucide/svelte/icons/circle-question-mark';
import Tag from '@lucide/svelte/icons/tag';
import Trash from '@lucide/svelte/icons/trash';
import type { LucideIcon } from '@lucide/svelte';
import type { ReviewVerdict } from '../../contract/model/review';

export const VERDICT_ICONS: Record<ReviewVerdict, LucideIcon> = {
  keep: Check,
  relabel: Tag,
  exclude: Trash,
  unsure: CircleHelp,
};
export const VERDICT_TONES: Record<ReviewVerdict, string> = {
  keep: 'var(--good)',
  relabel: 'var(--accent)',
  exclude: 'var(--error)',
  unsure: 'var(--text-3)',
};
