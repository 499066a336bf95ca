import ListChecks from '@lucide/svelte/icons/list-checks';
import type { WindowView } from '../view';
import Review from './Review.svelte';

export const reviewView: WindowView = {
  id: 'review',
  title: 'Review',
  icon: ListChecks,
  component: Review,
  badge: () => null,
  keys: [
    { keys: ['K'], does: 'The label is right: keep' },
    { keys: ['Enter'], does: 'Take the suggested class; in groups: keep this, exclude the others' },
    { keys: ['1', '…', '9'], does: 'Relabel to the class with this number' },
    { keys: ['R'], does: 'Relabel: type a class' },
    { keys: ['X'], does: 'Exclude from the data set' },
    { keys: ['S'], does: 'Unsure: seen, not settled' },
    { keys: ['Backspace'], does: 'Take the decision on this image back' },
    { keys: ['U'], does: 'Undo the last decision, as Ctrl+Z does' },
    { keys: ['Shift', 'U'], does: 'Redo, as Ctrl+Y does' },
    { keys: ['←', '→'], does: 'Previous, next image' },
    { keys: ['Shift', '→'], does: 'Select a range' },
    { keys: ['Ctrl', 'A'], does: 'Select the whole queue' },
    { keys: ['Space'], does: 'Select this image' },
    { keys: ['G'], does: 'One image, or many at once' },
    { keys: ['D'], does: 'In groups: these are no duplicates' },
    { keys: ['C'], does: 'In groups: compare two images' },
    { keys: ['Esc'], does: 'Clear the selection' },
  ],
};
