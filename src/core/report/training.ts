/** The user's own training: checklist, predictions, and the lab's result. */
import type { ChecklistItem } from '../../contract/model/checklist';
import type { Report } from '../../contract/model/report';
import { counted, integer, percent } from '../text/numbers';
import { headline, roleWords, YARDSTICK } from '../collapse/lab-words';
import { html, type Markup } from './markup';
import { mark } from './marks';
import type { ReportPage } from './material';

type Lab = NonNullable<Report['lab']>;

const MARKS = { ok: 'good', problem: 'error', 'not-checked': 'info' } as const;
const VERDICTS: Record<ChecklistItem['verdict'], string> = {
  ok: 'OK',
  problem: 'Problem',
  'not-checked': 'Not checked',
};
const MOST_EVIDENCE = 6;

function checklistLine({ title, verdict, evidence, next }: ChecklistItem): Markup {
  const shown = evidence.slice(0, MOST_EVIDENCE);
  return html`<tr><th scope="row" class="kind">${mark(MARKS[verdict])} ${VERDICTS[verdict]}</th><td><strong>${title}</strong>${shown.map((one) => html`<br>${one.sentence}`)}
${evidence.length > shown.length && html`<br><span class="dim">and ${counted(evidence.length - shown.length, 'more observation')}</span>`}${next !== null && html`<br><span class="dim">Next: ${next}</span>`}</td></tr>`;
}

function labCard(lab: Lab): Markup {
  const share = (level: Lab['user']): string => (level === null ? '–' : percent(level.mean));
  const { title, tone } = headline(lab);
  return html`<div class="card"><p class="kind">${mark(tone)} <strong>${title}</strong></p>
<p>${lab.sentence}</p>
<p>These images can give a balanced accuracy of ${percent(lab.yardstick.balancedAccuracy)} (${YARDSTICK}; chance ${percent(lab.chance)}); the sound recipe recovers ${share(lab.sound)} of that, the user’s ${share(lab.user)}. ${counted(lab.runs, 'net was', 'nets were')} trained.</p>
${[...lab.causes.map((one) => ({ word: 'Cause', ...one })), ...lab.remedies.map((one) => ({ word: 'Remedy', ...one }))].map((one) => html`<p>${one.word}${!one.confirmed && ' (not confirmed)'}: ${one.sentence}</p>`)}
${
  lab.choices.length > 0 &&
  html`<table class="list"><caption>Differences between the recipe and the sound recipe</caption><thead><tr><th scope="col">Choice</th><th scope="col">The user’s</th><th scope="col">Sound</th><th scope="col">Found</th></tr></thead>
<tbody>${lab.choices.map((one) => html`<tr><td>${one.title}${one.line !== null && ` (line ${one.line})`}</td><td>${one.user}</td><td>${one.sound}</td><td>${roleWords(one).title}</td></tr>`)}</tbody></table>`
}
${lab.notes.map((note) => html`<p class="more">${note}</p>`)}</div>`;
}

/** Empty if the report was made without any of these. */
export function trainingSection({ report: { checklist = [], predictions = [], lab = null } }: ReportPage): Markup {
  return html`${
    checklist.length > 0 &&
    html`<section aria-labelledby="checklist"><h2 id="checklist">Why a net may collapse on these images</h2>
<div class="card"><table class="list"><caption class="unseen">Checklist</caption><tbody>${checklist.map(checklistLine)}</tbody></table></div></section>`
  }
${lab !== null && html`<section aria-labelledby="lab"><h2 id="lab">What the lab found</h2>${labCard(lab)}</section>`}
${
  predictions.length > 0 &&
  html`<section aria-labelledby="predictions"><h2 id="predictions">The user’s own predictions</h2>
${predictions.map(
  (
    one,
  ) => html`<div class="card"><p class="kind">${mark(one.verdict === 'learns' ? 'good' : one.verdict === 'inconclusive' ? 'info' : 'warning')} <strong>${one.name}</strong></p>
<p>${one.sentence}</p><p class="dim">${integer(one.images)} images; accuracy ${percent(one.accuracy)}, balanced accuracy ${percent(one.balancedAccuracy)}.</p>${one.notes.map((note) => html`<p class="more">${note}</p>`)}</div>`,
)}</section>`
}`;
}
