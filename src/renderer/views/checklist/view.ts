import ClipboardCheck from '@lucide/svelte/icons/clipboard-check';
import type { WindowView } from '../view';
import Checklist from './Checklist.svelte';

export const checklistView: WindowView = {
  id: 'checklist',
  title: 'Checklist',
  icon: ClipboardCheck,
  component: Checklist,
  badge: () => null,
  keys: [
    { keys: ['Tab'], does: 'To the next piece of evidence' },
    { keys: ['Enter'], does: 'Show the source of the evidence' },
  ],
};
