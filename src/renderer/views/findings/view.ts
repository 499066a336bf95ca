import Stethoscope from '@lucide/svelte/icons/stethoscope';
import { integer, counted } from '../../../core/text/numbers';
import { findingsOf } from '../../state/findings.svelte';
import { COMPARE_KEYS, ZOOM_KEYS } from '../../parts/keys';
import type { WindowView } from '../view';
import Findings from './Findings.svelte';

export const findingsView: WindowView = {
  id: 'findings',
  title: 'Findings',
  icon: Stethoscope,
  component: Findings,
  badge: (dataset) => {
    const open = dataset.openFindings;
    const worst = open[0];
    return worst === undefined
      ? null
      : { text: integer(open.length), label: counted(open.length, 'finding'), severity: worst.severity };
  },
  keep: (dataset) => findingsOf(dataset).keep(),
  keys: [
    { keys: ['↑', '↓'], does: 'Previous, next finding' },
    { keys: ['Enter'], does: 'To the images of the finding' },
    { keys: ['M'], does: 'Mute the finding' },
    { keys: ['Ctrl', 'Z'], does: 'Undo the last mute' },
    ...COMPARE_KEYS,
    ...ZOOM_KEYS,
    { keys: ['←', '→'], does: 'On a threshold: move it' },
  ],
};
