import { labelError } from '../../../core/checks/label-error';
import Tags from '@lucide/svelte/icons/tags';
import { integer, counted } from '../../../core/text/numbers';
import { labelsOf } from '../../state/labels.svelte';
import { COMPARE_KEYS, DECIDE_KEYS, LIKE_KEY, ZOOM_KEYS } from '../../parts/keys';
import type { WindowView } from '../view';
import Labels from './Labels.svelte';

export const labelsView: WindowView = {
  id: 'labels',
  title: 'Labels',
  icon: Tags,
  component: Labels,
  badge: (dataset) => {
    const wrong = dataset.openFindings.find((finding) => finding.check === labelError.id);
    if (wrong === undefined) return null;
    const left = wrong.progress?.left ?? wrong.images;
    return { text: integer(left), label: counted(left, 'undecided suspicious label'), severity: wrong.severity };
  },
  keep: (dataset) => labelsOf(dataset).keep(),
  keys: [
    { keys: ['←', '→', '↑', '↓'], does: 'Move between suspects' },
    { keys: ['Enter'], does: 'Open the image with its facts' },
    ...DECIDE_KEYS,
    ...ZOOM_KEYS,
    { keys: ['C'], does: 'Open image: compare it with the most similar one' },
    ...COMPARE_KEYS,
    LIKE_KEY,
    { keys: ['F'], does: 'Large image' },
    { keys: ['Esc'], does: 'Close' },
    { keys: ['Shift', 'Drag'], does: 'On the map: select images by dragging around or across them' },
    { keys: ['Wheel'], does: 'On the map: zoom' },
  ],
};
