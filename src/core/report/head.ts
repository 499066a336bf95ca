/** The data set, the version and the time; then the main figures. */
import type { Severity } from '../../contract/model/finding';
import { hasMissing, leftOutText, takenText } from '../text/folder-reading';
import { runCopiesText } from '../text/run-copies';
import { unpackedText } from '../text/unpacked';
import { counted, effectiveNumberText, integer, percent, ratio } from '../text/numbers';
import { quoted } from '../text/names';
import { breakable, html, type Markup, type MarkupPart } from './markup';
import { mark } from './marks';
import type { ReportPage } from './material';
import { UNREADABLE } from '../text/labels';

const NOUNS: Record<Severity, string> = { error: 'error', warning: 'warning', info: 'note' };

/** "2026-03-01T09:30:00.000Z" → "2026-03-01, 09:30 UTC". */
const timeText = (iso: string): string => iso.replace(/T(\d\d:\d\d).*/, ', $1 UTC');

function health({ report }: ReportPage): Markup {
  const counting = report.findings.filter((finding) => finding.muted === null);
  if (counting.length === 0) return html`<p class="health"><span>${mark('good')} No findings</span></p>`;
  const severities: readonly Severity[] = ['error', 'warning', 'info'];
  const counts = severities.map((severity) => ({
    severity,
    n: counting.filter((finding) => finding.severity === severity).length,
  }));
  return html`<p class="health">${counts.filter(({ n }) => n > 0).map(({ severity, n }) => html`<span>${mark(severity)} ${counted(n, NOUNS[severity])}</span>`)}</p>`;
}

export function head(page: ReportPage): Markup {
  const { report, name, note } = page;
  return html`<header>
<p class="brand"><svg width="18" height="18" viewBox="0 0 20 20" aria-hidden="true"><path class="cord" d="M10 0v7M7.6 7h4.8"/><path class="bob" d="M6.2 9.2h7.6l-1.1 4.1L10 19.2l-2.7-5.9z"/></svg> Plumbline report</p>
<h1>${name}</h1>
<p class="lead">${report.dataset.readAs}</p>
${report.dataset.reading ? html`<ul class="reading">${[...(report.dataset.copiesOfRun ? runCopiesText(report.dataset.copiesOfRun) : []), ...(report.dataset.unpacked ? unpackedText(report.dataset.unpacked) : []), ...takenText(report.dataset.reading), ...leftOutText(report.dataset.reading, hasMissing(report.dataset))].map((line) => html`<li>${line}</li>`)}</ul>` : null}
${note !== null && html`<p class="notice">${note}</p>`}
<dl class="facts"><div><dt>Folder</dt><dd class="path">${breakable(report.dataset.root)}</dd></div>${report.dataset.table !== null && html`<div><dt>Label table</dt><dd class="path">${breakable(report.dataset.table)}</dd></div>`}<div><dt>Created</dt><dd>${timeText(report.createdAt)}</dd></div><div><dt>By</dt><dd>Plumbline ${report.plumbline}</dd></div></dl>
${health(page)}
</header>`;
}

function figure(name: string, value: string, note: MarkupPart, bad = false): Markup {
  return html`<div><dt>${name}</dt><dd class="value${bad && ' bad'}">${value}</dd><dd class="note">${note}</dd></div>`;
}

export function figures({ report: { dataset } }: ReportPage): Markup {
  const { classes, splits, majorityShare, imbalanceRatio, effectiveClasses } = dataset;
  const whole = splits.length > 1 ? ', all splits' : '';
  const empty = classes.filter((one) => one.count === 0).length;
  const largest = classes.reduce<{ name: string; count: number } | null>(
    (top, one) => (top === null || one.count > top.count ? one : top),
    null,
  );
  const reasons = dataset.unreadableReasons.map((one) => `${integer(one.count)} ${UNREADABLE[one.code]}`).join(', ');
  return html`<section aria-label="Key figures"><dl class="figures">
${figure('Images', integer(dataset.images), 'readable')}
${figure('Unreadable', integer(dataset.unreadable), dataset.unreadable === 0 ? 'all files can be decoded' : reasons, dataset.unreadable > 0)}
${figure('Classes', integer(classes.length), empty > 0 ? `${integer(empty)} without an image` : 'all have images')}
${figure('Splits', splits.length === 0 ? '–' : integer(splits.length), splits.length === 0 ? 'none found' : splits.map((split) => `${split.name} ${integer(split.count)}`).join(' · '))}
${figure('Majority share', majorityShare === null ? '–' : percent(majorityShare), majorityShare === null || largest === null ? '' : `accuracy of always answering ${quoted(largest.name)}`)}
${figure('Imbalance', imbalanceRatio === null ? '–' : ratio(imbalanceRatio), `largest to smallest class${whole}`)}
${figure('Effective classes', effectiveClasses === null ? '–' : effectiveNumberText(effectiveClasses), `of ${counted(classes.length, 'class', 'classes')}${whole}`)}
</dl></section>`;
}
