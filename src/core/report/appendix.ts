/** Thresholds and timings. */
import { short } from '../text/numbers';
import { html, type Markup } from './markup';
import type { ReportPage } from './material';

export function appendix({ report, thresholds }: ReportPage): Markup {
  const timings = Object.entries(report.timings);
  const changed = thresholds.filter((one) => one.value !== one.default).length;
  return html`<section aria-labelledby="thresholds"><h2 id="thresholds">Thresholds</h2><div class="card">
<p>${changed === 0 ? 'All at their defaults.' : `${changed} of ${thresholds.length} differ from their defaults and are marked with ●.`}</p>
<table class="list"><thead><tr><th scope="col">Threshold</th><th scope="col" class="number">Used</th><th scope="col" class="number">Default</th><th scope="col">Unit</th></tr></thead>
<tbody>${thresholds.map((one) => html`<tr${one.value !== one.default && html` class="changed"`}><td>${one.value !== one.default && '● '}${one.id}</td><td class="number">${short(one.value)}</td><td class="number dim">${short(one.default)}</td><td class="dim">${one.unit}</td></tr>`)}</tbody></table></div></section>
${timings.length > 0 && html`<section aria-labelledby="timings"><h2 id="timings">Timings</h2><div class="card"><dl class="facts">${timings.map(([stage, seconds]) => html`<div><dt>${stage}</dt><dd>${short(seconds)} s</dd></div>`)}</dl></div></section>`}
<footer>Made by Plumbline ${report.plumbline} on this machine; nothing was sent anywhere. Paths are relative to the folder above. report.json, which is saved from the same menu or with <code>--json</code>, holds what is cut short here.</footer>`;
}
