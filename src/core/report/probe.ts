/** The accuracy of the probe, whether it collapsed, and the labels that it calls wrong. */
import { ERRORS_MAY_BE_MORE, errorCount } from '../text/error-count';
import type { Suspect } from '../../contract/model/labels';
import type { Report } from '../../contract/model/report';
import { counted, integer, percent, probability, short } from '../text/numbers';
import { breakable, html, type Markup } from './markup';
import { bar, mark } from './marks';
import type { ReportPage } from './material';
import { figure, remarked } from './pictures';
import { className } from '../text/names';
import { decisionText, judgedBy, NETWORK_ABSENT } from '../text/labels';

/** Number of suspicious labels shown with their image; later ones are table rows. */
export const MOST_SUSPECT_PICTURES = 24;
const MOST_SUSPECT_ROWS = 40;
const MOST_CLASSES = 60;

const rate = (value: number | null): string => (value === null ? '–' : percent(value));

function value(name: string, text: string, note: string): Markup {
  return html`<div><dt>${name}</dt><dd class="value">${text}</dd><dd class="note">${note}</dd></div>`;
}

function collapseFigures(collapse: NonNullable<Report['collapse']>): Markup {
  const worst = [...collapse.perClass].sort((a, b) => (a.recall ?? 2) - (b.recall ?? 2));
  const shown = worst.slice(0, MOST_CLASSES);
  return html`<dl class="figures">
${value('Accuracy', percent(collapse.accuracy), 'each image predicted by a probe not trained on it')}
${value('Majority baseline', percent(collapse.majorityBaseline), 'always predicting the largest class')}
${value('Balanced accuracy', percent(collapse.balancedAccuracy), 'mean recall over classes')}
${value('Chance', percent(collapse.chance), '1 / number of classes')}
</dl>
<div class="card"><p class="kind">${mark(collapse.verdict === 'learns' ? 'good' : collapse.verdict === 'inconclusive' ? 'info' : 'warning')} <strong>${collapse.sentence}</strong></p>
<table class="classes"><caption>Recall by class, lowest first</caption><thead><tr><th scope="col">Class</th><th scope="col"><span class="unseen">Bar</span></th><th scope="col" class="number">Recall</th><th scope="col" class="number">Precision</th><th scope="col" class="number">Images</th><th scope="col" class="number">Predicted</th></tr></thead>
<tbody>${shown.map((one) => html`<tr><th scope="row" class="name">${breakable(className(one.name))}</th><td class="wide">${bar([{ length: one.recall ?? 0, kind: 'all' }])}</td><td class="number">${rate(one.recall)}</td><td class="number">${rate(one.precision)}</td><td class="number">${integer(one.images)}</td><td class="number${one.predicted === 0 && one.images > 0 && ' bad'}">${integer(one.predicted)}</td></tr>`)}</tbody></table>
${worst.length > shown.length && html`<p class="more">and ${counted(worst.length - shown.length, 'more class', 'more classes')}</p>`}</div>`;
}

function suspectFigure(
  { card, given, suggested, wrong }: Suspect,
  { pictures, decisions, remarks }: ReportPage,
): Markup {
  const decision = decisions.get(card.id);
  const other = html` → <strong><bdi>${breakable(className(decision?.verdict === 'relabel' ? (decision.label ?? suggested) : suggested))}</bdi></strong>`;
  return figure(card, pictures, [
    html`<bdi>${breakable(className(given))}</bdi>${other}`,
    decision === undefined ? `${probability(wrong)} wrong` : decisionText(decision),
    ...remarked(card, remarks),
  ]);
}

function suspicious(page: ReportPage, labels: NonNullable<Report['labels']>): Markup {
  if (labels.withheld !== null)
    return html`<p class="card">${mark('info')} No label is flagged as wrong: ${labels.withheld}</p>`;
  const issues = labels.images.filter((image) => image.issue);
  // Labels that the review found right are not listed, as in the findings.
  const flagged = issues.filter((image) => image.decided?.verdict !== 'keep');
  const right = issues.length - flagged.length;
  const reviewed = flagged.filter((image) => image.decided !== undefined).length;
  const lead = html`<p>${labels.estimate !== null && countSentence(labels.estimate, labels.images.length)}${counted(flagged.length, 'label looks', 'labels look')} wrong${reviewed > 0 && `; ${integer(reviewed)} of them ${reviewed === 1 ? 'is' : 'are'} reviewed`}${right > 0 && `; ${counted(right, 'more was', 'more were')} found correct`}.</p>`;
  if (flagged.length === 0) return html`<div class="card">${lead}</div>`;
  const pictured = page.suspects
    .filter((suspect) => suspect.flagged && page.decisions.get(suspect.card.id)?.verdict !== 'keep')
    .slice(0, MOST_SUSPECT_PICTURES);
  const known = new Set(pictured.map((suspect) => suspect.card.path));
  const rest = flagged.filter((image) => !known.has(image.path)).sort((a, b) => a.quality - b.quality);
  const rows = rest.slice(0, MOST_SUSPECT_ROWS);
  return html`<div class="card">${lead}
<div class="strip">${pictured.map((suspect) => suspectFigure(suspect, page))}</div>
${
  rows.length > 0 &&
  html`<table class="list"><caption>Next in the list</caption><thead><tr><th scope="col">Image</th><th scope="col">Given</th><th scope="col">Suggested</th><th scope="col" class="number">Probably wrong</th>${reviewed > 0 && html`<th scope="col">Review</th>`}</tr></thead>
<tbody>${rows.map((image) => html`<tr><td class="path">${breakable(image.path)}</td><td>${breakable(className(image.given))}</td><td>${breakable(className(image.suggested))}</td><td class="number">${probability(1 - image.quality)}</td>${reviewed > 0 && html`<td>${image.decided === undefined ? '' : decisionText(image.decided)}</td>`}</tr>`)}</tbody></table>`
}
${rest.length > rows.length && html`<p class="more">and ${integer(rest.length - rows.length)} more in report.json</p>`}</div>`;
}

export function probeSection(page: ReportPage): Markup | null {
  const { labels, collapse } = page.report;
  if (labels === null) {
    return html`<section aria-labelledby="labels"><h2 id="labels">Suspicious labels</h2><p class="card">${mark('info')} No probe has run on the current state of this data set, so labels were not judged.</p></section>`;
  }
  return html`<section aria-labelledby="labels"><h2 id="labels">Suspicious labels</h2>
<p class="lead">Judged by ${judgedBy(labels.probe, labels)}${labels.seconds > 0 && ` in ${short(labels.seconds)} s`}. ${labels.skill.sentence}${labels.pretrained === 'not-installed' && ` ${NETWORK_ABSENT}`}</p>
${suspicious(page, labels)}</section>
${collapse !== null && html`<section aria-labelledby="collapse"><h2 id="collapse">${labels.probe === 'predictions' ? 'Your predictions' : 'Predictions of the probe'}</h2>${collapseFigures(collapse)}</section>`}`;
}

function countSentence(estimate: Parameters<typeof errorCount>[0], judged: number): string {
  const { claim, interval } = errorCount(estimate, judged);
  return `${claim} (${interval}). ${ERRORS_MAY_BE_MORE} `;
}
