/**
 * The registry: every view of a data set, in the order of the navigation. A new view is one folder and one line here.
 */
import { checklist } from './checklist/view';
import { collapse } from './collapse/view';
import { exportView } from './export/view';
import { findings } from './findings/view';
import { gallery } from './gallery/view';
import { labels } from './labels/view';
import { overview } from './overview/view';
import { review } from './review/view';
import type { View } from './view';

export const views: readonly View[] = [overview, findings, labels, collapse, checklist, gallery, review, exportView];
