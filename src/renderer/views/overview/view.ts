import LayoutDashboard from '@lucide/svelte/icons/layout-dashboard';
import type { WindowView } from '../view';
import Overview from './Overview.svelte';

export const overviewView: WindowView = {
  id: 'overview',
  title: 'Overview',
  icon: LayoutDashboard,
  component: Overview,
  badge: () => null,
  keys: [
    { keys: ['Tab'], does: 'To the next chart, class or finding' },
    { keys: ['Enter'], does: 'On a class: its images' },
  ],
};
