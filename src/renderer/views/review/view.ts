import ListChecks from '@lucide/svelte/icons/list-checks';
import { reviewOf } from '../../state/review.svelte';
import { COMPARE_KEYS, LIKE_KEY, ZOOM_KEYS } from '../../parts/keys';
import type { WindowView } from '../view';
import Review from './Review.svelte';

export const reviewView: WindowView = {
  id: 'review',
  title: 'Review',
  icon: ListChecks,
  component: Review,
  badge: () => null,
  keep: (dataset) => reviewOf(dataset).keep(),
  keys: [
    { keys: ['K'], does: 'The label is right: keep' },
    { keys: ['Enter'], does: 'Use the suggested class; in groups: keep this image, exclude the others' },
    { keys: ['1', '…', '9', '0'], does: 'Relabel to the class with this key' },
    { keys: ['R', 'Alt', '1'], does: 'Relabel: give the class under the cursor another key' },
    { keys: ['R'], does: 'Relabel: type a class' },
    { keys: ['X'], does: 'Exclude from the data set' },
    { keys: ['S'], does: 'Unsure: seen, but not decided' },
    { keys: ['Backspace'], does: 'Remove the decision on this image' },
    { keys: ['U'], does: 'Undo the last decision (also Ctrl+Z)' },
    { keys: ['Shift', 'U'], does: 'Redo (also Ctrl+Y)' },
    { keys: ['←', '→'], does: 'Previous, next image' },
    { keys: ['Shift', '→'], does: 'Select a range' },
    { keys: ['Ctrl', 'A'], does: 'Select the whole queue' },
    { keys: ['Space'], does: 'Select this image' },
    ...ZOOM_KEYS,
    { keys: ['G'], does: 'One image, or many at once' },
    { keys: ['D'], does: 'In groups: these are not duplicates' },
    { keys: ['C'], does: 'Compare with the most similar image; in groups: compare two images' },
    ...COMPARE_KEYS,
    LIKE_KEY,
    { keys: ['Esc'], does: 'Clear the selection' },
  ],
};
