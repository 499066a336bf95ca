/** What the user decided about single images. */
import { counted, integer } from '../text/numbers';
import { html, type Markup } from './markup';
import type { ReportPage } from './material';

/** Null where nothing was decided yet. */
export function reviewSection({ report: { review } }: ReportPage): Markup | null {
  if (review === undefined || review.decisions === 0) return null;
  const { keep, relabel, exclude, unsure } = review.perVerdict;
  const figure = (name: string, n: number, note: string): Markup =>
    html`<div><dt>${name}</dt><dd class="value">${integer(n)}</dd><dd class="note">${note}</dd></div>`;
  return html`<section aria-labelledby="review"><h2 id="review">Review</h2>
<p class="lead">${counted(review.decisions, 'image is', 'images are')} decided. An export applies the decisions; the folder is not changed.</p>
<dl class="figures">${figure('Relabelled', relabel, 'another label')}${figure('Excluded', exclude, 'not exported')}${figure('Kept', keep, 'the label is right')}${figure('Unsure', unsure, 'not changed')}</dl></section>`;
}
