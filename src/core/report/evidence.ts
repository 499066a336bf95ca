/** The evidence of a finding: facts, tables, and the distribution of its measure with the threshold. */
import type { Evidence } from '../../contract/model/finding';
import { counted, short, withUnit } from '../text/numbers';
import { breakable, html, type Markup } from './markup';
import { factText } from '../text/labels';

const MOST_ROWS = 15;
const MOST_COLUMNS = 12;
const MOST_TABLES = 4;

type Table = NonNullable<Evidence['tables']>[number];

const cellText = (cell: string | number | null | undefined): string =>
  cell === null || cell === undefined ? '–' : typeof cell === 'number' ? short(cell) : cell;

/** A column of numbers, shares and empty marks is numeric; a column with a word in it is text. */
const isNumber = (cell: string | number | null | undefined): boolean =>
  typeof cell !== 'string' || /^(< )?-?[\d.,]+ ?%?$|^–$/.test(cell);

function evidenceTable({ title, columns, rows }: Table): Markup {
  const names = columns.slice(0, MOST_COLUMNS);
  const numeric = names.map((_, at) => rows.every((row) => isNumber(row[at])));
  const more = [
    rows.length > MOST_ROWS && counted(rows.length - MOST_ROWS, 'more row'),
    columns.length > names.length && counted(columns.length - names.length, 'more column'),
  ].filter((text) => text !== false);
  return html`<div class="table"><table><caption>${title}</caption>
<thead><tr>${names.map((name, at) => html`<th scope="col"${numeric[at] === true && html` class="number"`}>${name}</th>`)}</tr></thead>
<tbody>${rows.slice(0, MOST_ROWS).map((row) => html`<tr>${names.map((_, at) => html`<td${numeric[at] === true && html` class="number"`}>${numeric[at] === true ? cellText(row[at]) : breakable(cellText(row[at]))}</td>`)}</tr>`)}</tbody></table>
${more.length > 0 && html`<p class="more">and ${more.join(', ')} in report.json</p>`}</div>`;
}

/** Relative position of a value between the ends, 0–1; null outside. */
function place(value: number, edges: readonly number[], log: boolean): number | null {
  const [low, high] = [edges[0], edges.at(-1)];
  if (low === undefined || high === undefined || high <= low || value < low || value > high) return null;
  if (log && low > 0) return Math.log(value / low) / Math.log(high / low);
  return (value - low) / (high - low);
}

function histogramChart({
  title,
  unit,
  edges,
  counts,
  log,
  threshold,
  side,
}: NonNullable<Evidence['histogram']>): Markup | null {
  const most = counts.reduce((top, n) => Math.max(top, n), 0);
  if (most === 0 || edges.length < 2) return null;
  const line = place(threshold, edges, log);
  const bars = counts.map((n, at) => {
    const [from, to] = [edges[at], edges[at + 1]];
    if (n === 0 || from === undefined || to === undefined) return null;
    const [x, end] = [(place(from, edges, log) ?? 0) * 1000, (place(to, edges, log) ?? 1) * 1000];
    const beyond = side === 'below' ? to <= threshold : from >= threshold;
    // A square-root scale keeps a few flagged images visible beside thousands.
    const height = Math.max(2, Math.sqrt(n / most) * 100);
    return html`<rect class="${beyond ? 'flagged' : 'all'}" x="${x.toFixed(1)}" y="${(100 - height).toFixed(1)}" width="${Math.max(1, end - x - 1.5).toFixed(1)}" height="${height.toFixed(1)}"/>`;
  });
  const mark =
    line !== null && html`<line x1="${(line * 1000).toFixed(1)}" x2="${(line * 1000).toFixed(1)}" y1="0" y2="100"/>`;
  return html`<div class="chart"><p class="caption">${title}</p><svg class="histogram" viewBox="0 0 1000 100" preserveAspectRatio="none" role="img" aria-label="${title}: distribution over images, flagged ${side} ${withUnit(threshold, unit)}">${bars}${mark}</svg>
<p class="axis"><span>${short(edges[0] ?? 0)}</span><span>flagged ${side} ${withUnit(threshold, unit)}</span><span>${short(edges.at(-1) ?? 0)}</span></p></div>`;
}

export function evidence({ facts, tables = [], histogram }: Evidence): Markup {
  return html`${facts.length > 0 && html`<dl class="facts">${facts.map((fact) => html`<div><dt>${fact.name}</dt><dd>${factText(fact)}</dd></div>`)}</dl>`}
${histogram !== undefined && histogramChart(histogram)}
${tables.length > 0 && html`<div class="tables">${tables.slice(0, MOST_TABLES).map(evidenceTable)}</div>`}
${tables.length > MOST_TABLES && html`<p class="more">and ${counted(tables.length - MOST_TABLES, 'more table')} in report.json</p>`}`;
}
