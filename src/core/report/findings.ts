/** The findings, worst first. Muted findings come last, with their reasons. */
import { labelError } from '../checks/label-error';
import { checkOf } from '../checks/index';
import { counted } from '../text/numbers';
import { evidence } from './evidence';
import { html, type Markup } from './markup';
import { mark, SEVERITY_NAMES } from './marks';
import type { PageFinding, ReportPage } from './material';
import { groupStrips, imageStrip } from './pictures';
import { unbroken } from '../text/names';

/** Number of findings with evidence and images; later ones are listed by name. */
export const MOST_DETAILED = 100;
const MOST_LISTED = 500;

/** Suspicious labels have a section of their own, so that their images are not shown twice. */
const showsBelow = (check: string, { suspects }: ReportPage): boolean =>
  check === labelError.id && suspects.some((suspect) => suspect.flagged);

function detailed({ finding, cards, groups }: PageFinding, at: number, page: ReportPage): Markup {
  const check = checkOf(finding.check);
  const strips = showsBelow(finding.check, page)
    ? html`<p class="more"><a href="#labels">The images are below, in the section on suspicious labels.</a></p>`
    : groups.length > 0
      ? groupStrips(
          groups,
          page,
          finding.groups.map((group) => group.length),
        )
      : imageStrip(cards, page, finding.evidence.histogram, finding.images.length);
  return html`<article class="card finding" id="finding-${at + 1}">
<p class="kind">${mark(finding.severity)} <strong>${SEVERITY_NAMES[finding.severity]}</strong><span class="dim">${check?.title ?? finding.check}</span></p>
<h3>${unbroken(finding.title)}</h3>
${check !== undefined && html`<p class="why">${unbroken(check.why)}</p>`}
<p class="remedy"><strong>What to do</strong> ${unbroken(finding.remedy)}</p>
${evidence(finding.evidence)}
${strips}
</article>`;
}

/** An overview of all findings. */
function index(findings: readonly PageFinding[]): Markup {
  return html`<nav class="card" aria-label="Findings"><ol class="index">${findings.map(
    ({ finding }, at) =>
      html`<li><a href="#finding-${at + 1}">${mark(finding.severity)}<span><span class="unseen">${SEVERITY_NAMES[finding.severity]}: </span>${unbroken(finding.title)}</span></a></li>`,
  )}</ol></nav>`;
}

function listed(findings: readonly PageFinding[]): Markup {
  const shown = findings.slice(0, MOST_LISTED);
  return html`<div class="card"><table class="list"><caption>${counted(findings.length, 'more finding')}, short form</caption><tbody>
${shown.map(({ finding }) => html`<tr><td class="kind">${mark(finding.severity)} ${SEVERITY_NAMES[finding.severity]}</td><td>${unbroken(finding.title)}</td></tr>`)}
</tbody></table>${findings.length > shown.length && html`<p class="more">and ${counted(findings.length - shown.length, 'more finding')} in report.json</p>`}</div>`;
}

export function findingsSection(page: ReportPage): Markup {
  const { findings } = page;
  const counting = findings.filter(({ finding }) => finding.muted === null);
  const [first, rest] = [counting.slice(0, MOST_DETAILED), counting.slice(MOST_DETAILED)];
  return html`<section aria-labelledby="findings"><h2 id="findings">Findings</h2>
${counting.length === 0 && html`<p class="card">${mark('good')} No check found anything.</p>`}
${first.length > 1 && index(first)}
${first.map((one, at) => detailed(one, at, page))}
${rest.length > 0 && listed(rest)}</section>`;
}

export function mutedSection({ findings }: ReportPage): Markup | null {
  const muted = findings.filter(({ finding }) => finding.muted !== null);
  if (muted.length === 0) return null;
  const shown = muted.slice(0, MOST_LISTED);
  return html`<section aria-labelledby="muted"><h2 id="muted">Muted findings</h2><div class="card">
<table class="list"><thead><tr><th scope="col">Severity</th><th scope="col">Finding</th><th scope="col">Why it was muted</th></tr></thead>
<tbody>${shown.map(({ finding }) => html`<tr><td class="kind">${mark(finding.severity)} ${SEVERITY_NAMES[finding.severity]}</td><td>${unbroken(finding.title)}</td><td>${finding.muted}</td></tr>`)}</tbody></table>
${muted.length > shown.length && html`<p class="more">and ${counted(muted.length - shown.length, 'more finding')}</p>`}</div></section>`;
}
