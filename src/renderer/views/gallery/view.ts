import Images from '@lucide/svelte/icons/images';
import { integer, counted } from '../../../core/text/numbers';
import { galleryOf } from '../../state/gallery.svelte';
import { COMPARE_KEYS, DECIDE_KEYS, LIKE_KEY, ZOOM_KEYS } from '../../parts/keys';
import type { WindowView } from '../view';
import Gallery from './Gallery.svelte';

export const galleryView: WindowView = {
  id: 'gallery',
  title: 'Images',
  icon: Images,
  component: Gallery,
  badge: (dataset) => {
    const summary = dataset.summary.value;
    if (summary === null) return null;
    const files = summary.images + summary.unreadable;
    return { text: integer(files), label: counted(files, 'image'), severity: null };
  },
  keep: (dataset) => galleryOf(dataset).keep(),
  keys: [
    { keys: ['←', '→', '↑', '↓'], does: 'Move' },
    { keys: ['Home', 'End'], does: 'First, last' },
    { keys: ['PgUp', 'PgDn'], does: 'A screen up, down' },
    { keys: ['Enter'], does: 'Open the image with its facts' },
    { keys: ['Space'], does: 'Select' },
    { keys: ['Shift', 'Click'], does: 'Select up to here' },
    { keys: ['Ctrl', 'A'], does: 'Select all images shown' },
    ...DECIDE_KEYS,
    ...ZOOM_KEYS,
    { keys: ['C'], does: 'Compare: two selected images, or this one with the most similar one' },
    ...COMPARE_KEYS,
    LIKE_KEY,
    { keys: ['F'], does: 'Large image' },
    { keys: ['/'], does: 'Search paths and notes' },
    { keys: ['Esc'], does: 'Close, then clear the selection' },
  ],
};
