import FileOutput from '@lucide/svelte/icons/file-output';
import type { WindowView } from '../view';
import Export from './Export.svelte';

export const exportView: WindowView = {
  id: 'export',
  title: 'Export',
  icon: FileOutput,
  component: Export,
  badge: () => null,
  keys: [
    { keys: ['Tab'], does: 'To the next option' },
    { keys: ['Ctrl', 'Enter'], does: 'Choose the folder, then export' },
  ],
};
