import FlaskConical from '@lucide/svelte/icons/flask-conical';
import { collapseOf } from '../../state/collapse.svelte';
import type { WindowView } from '../view';
import Collapse from './Collapse.svelte';

export const collapseView: WindowView = {
  id: 'collapse',
  title: 'Collapse',
  icon: FlaskConical,
  component: Collapse,
  badge: () => null,
  keep: (dataset) => {
    const place = collapseOf(dataset);
    const { tab } = place;
    return () => (place.tab = tab);
  },
  keys: [
    { keys: ['D'], does: 'Diagnosis of predictions' },
    { keys: ['R'], does: 'Recipe of the training' },
    { keys: ['L'], does: 'Lab' },
    { keys: ['T'], does: 'Your own training' },
    { keys: ['Enter'], does: 'On a run of the lab: its curves' },
  ],
};
