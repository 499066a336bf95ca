/**
 * The registry: every view of a data set, in the order of the navigation. A new view is one folder and one line here.
 */
import { checklist } from '../views/checklist/view';
import { collapse } from '../views/collapse/view';
import { exportView } from '../views/export/view';
import { findings } from '../views/findings/view';
import { gallery } from '../views/gallery/view';
import { labels } from '../views/labels/view';
import { overview } from '../views/overview/view';
import { review } from '../views/review/view';
import type { View } from '../views/view';

export const views: readonly View[] = [overview, findings, labels, collapse, checklist, gallery, review, exportView];
