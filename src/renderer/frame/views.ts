/**
 * The registry: every view of a data set, in the order of the navigation. A new view is one folder and one line here.
 */
import { checklistView } from '../views/checklist/view';
import { collapseView } from '../views/collapse/view';
import { exportView } from '../views/export/view';
import { findingsView } from '../views/findings/view';
import { galleryView } from '../views/gallery/view';
import { labelsView } from '../views/labels/view';
import { overviewView } from '../views/overview/view';
import { reviewView } from '../views/review/view';
import type { WindowView } from '../views/view';

export const views: readonly WindowView[] = [
  overviewView,
  findingsView,
  labelsView,
  collapseView,
  checklistView,
  galleryView,
  reviewView,
  exportView,
];
