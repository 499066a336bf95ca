/** How decisions look and read. */
import Check from '@lucide/svelte/icons/check';
import CircleHelp from '@lucide/svelte/icons/circle-question-mark';
import Tag from '@lucide/svelte/icons/tag';
import Trash from '@lucide/svelte/icons/trash';
import type { LucideIcon } from '@lucide/svelte';
import type { Decision, Verdict } from '../../../contract/review';
import { className } from '../../parts/format';

export const VERDICT_ICONS: Record<Verdict, LucideIcon> = { keep: Check, relabel: Tag, exclude: Trash, unsure: CircleHelp };
export const VERDICT_TONES: Record<Verdict, string> = { keep: 'var(--good)', relabel: 'var(--accent)', exclude: 'var(--error)', unsure: 'var(--text-3)' };
const WORDS: Record<Verdict, string> = { keep: 'Kept: the label is right', relabel: 'Relabelled', exclude: 'Excluded', unsure: 'Unsure' };

export function decisionText(decision: Decision): string {
  return decision.verdict === 'relabel' ? `Relabelled to ${className(decision.label ?? '')}` : WORDS[decision.verdict];
}
