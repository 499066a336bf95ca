/** What the user decided about single images and about classes. */
import type { Agreement } from '../../contract/model/agreement';
import type { RenamedClass } from '../../contract/model/review';
import { className } from '../text/names';
import { counted, integer } from '../text/numbers';
import { agreementRows, agreementSentences, COMPARED } from '../review/agreement-words';
import { breakable, html, type Markup } from './markup';
import type { ReportPage } from './material';

/** Null where nothing was decided yet. */
export function reviewSection({ report: { review } }: ReportPage): Markup | null {
  const classes = review?.classes ?? [];
  const reviewers = review?.reviewers ?? [];
  if (review === undefined || review.decisions + classes.length + reviewers.length === 0) return null;
  const { keep, relabel, exclude, unsure } = review.perVerdict;
  const figure = (name: string, n: number, note: string): Markup =>
    html`<div><dt>${name}</dt><dd class="value">${integer(n)}</dd><dd class="note">${note}</dd></div>`;
  return html`<section aria-labelledby="review"><h2 id="review">Review</h2>
<p class="lead">${counted(review.decisions, 'image is', 'images are')} decided. An export applies the decisions; the folder is not changed.</p>
<dl class="figures">${figure('Relabelled', relabel, 'another label')}${figure('Excluded', exclude, 'not exported')}${figure('Kept', keep, 'the label is right')}${figure('Unsure', unsure, 'not changed')}</dl>${classes.length > 0 && renamedTable(classes)}${reviewers.map(agreementPart)}</section>`;
}

function agreementPart(agreement: Agreement): Markup {
  const name = agreement.reviewer;
  const words = html`<h3>Agreement with ${breakable(name)}</h3>${agreementSentences(agreement).map((sentence) => html`<p>${sentence}</p>`)}`;
  if (agreement.both === 0) return words;
  return html`${words}<table class="list"><caption>Rows: the decision of this review. Columns: the decision of ${breakable(name)}. ${agreement.kappa !== null && 'The categories of Cohen’s κ are keep, exclude, and one for each new label.'}</caption>
<thead><tr><th scope="col"></th>${COMPARED.map((one) => html`<th scope="col" class="number">${one.name}</th>`)}</tr></thead>
<tbody>${agreementRows(agreement).map((row) => html`<tr><th scope="row" class="name">${row.name}</th>${row.cells.map(({ images, other }) => html`<td class="number">${integer(images)}${other > 0 && html` (${integer(other)} with another label)`}</td>`)}</tr>`)}</tbody></table>`;
}

function renamedTable(classes: readonly RenamedClass[]): Markup {
  return html`<table class="list"><caption>Renamed and merged classes. The counts of this report are those of the new classes.</caption>
<thead><tr><th scope="col">class of the folder</th><th scope="col">is now</th><th scope="col" class="number">images</th></tr></thead>
<tbody>${classes.map((one) => html`<tr><th scope="row" class="name">${breakable(className(one.own))}</th><td>${breakable(className(one.name))}</td><td class="number">${integer(one.images)}</td></tr>`)}</tbody></table>`;
}
