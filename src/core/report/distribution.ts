/** Images per class, drawn. */
import type { ClassCount } from '../../contract/model/dataset';
import { counted, integer, percentOneDecimal } from '../text/numbers';
import { quoted, className } from '../text/names';
import { breakable, html, type Markup } from './markup';
import { bar } from './marks';

const MOST_CLASSES = 60;
/** With more numeric columns than this a table is hard to read. */
const MOST_SPLITS = 4;

const splitKind = (at: number): string => `split-${Math.min(at + 1, MOST_SPLITS)}`;

function row(one: ClassCount, most: number, all: number, splits: readonly string[]): Markup {
  const parts =
    splits.length === 0
      ? [{ length: most === 0 ? 0 : one.count / most, kind: 'all' }]
      : splits.map((_, at) => ({ length: most === 0 ? 0 : (one.perSplit[at] ?? 0) / most, kind: splitKind(at) }));
  const columns =
    splits.length > 0 &&
    splits.length <= MOST_SPLITS &&
    splits.map(
      (_, at) =>
        html`<td class="number split${(one.perSplit[at] ?? 0) === 0 && ' bad'}">${integer(one.perSplit[at] ?? 0)}</td>`,
    );
  return html`<tr><th scope="row" class="name">${breakable(className(one.name))}</th><td class="wide">${bar(parts)}</td><td class="number">${integer(one.count)}</td><td class="number dim">${all === 0 ? '–' : percentOneDecimal(one.count / all)}</td>${columns}</tr>`;
}

/** Outline of all counts, largest first, so that a thousand classes fit in one view. */
function profile(counts: readonly number[], most: number): Markup {
  const step = 1000 / counts.length;
  const steps = counts
    .map((n, at) => `V${(100 - (most === 0 ? 0 : (n / most) * 100)).toFixed(1)}H${((at + 1) * step).toFixed(1)}`)
    .join('');
  return html`<svg class="profile" viewBox="0 0 1000 100" preserveAspectRatio="none" role="img" aria-label="Images per class, largest first, from ${integer(most)} to ${integer(counts.at(-1) ?? 0)}"><path d="M0 100${steps}V100Z"/></svg>`;
}

/** @param splits the names that `perSplit` counts, in its order */
export function distribution(classes: readonly ClassCount[], splits: readonly string[]): Markup | null {
  if (classes.length === 0) return null;
  const sorted = [...classes].sort((a, b) => b.count - a.count);
  const shown = sorted.slice(0, MOST_CLASSES);
  const most = sorted[0]?.count ?? 0;
  const all = sorted.reduce((sum, one) => sum + one.count, 0);
  const rest = sorted.length - shown.length;
  const last = sorted.at(-1);
  const legend =
    splits.length > 0 &&
    html`<p class="legend">${splits.map((name, at) => html`<span><svg width="10" height="10" aria-hidden="true"><rect class="${splitKind(at)}" width="10" height="10" rx="2"/></svg> ${name}</span>`)}</p>`;
  return html`<section aria-labelledby="classes"><h2 id="classes">Images per class</h2>
<div class="card">${legend}${
    rest > 0 &&
    profile(
      sorted.map((one) => one.count),
      most,
    )
  }
<table class="classes"><thead><tr><th scope="col">Class</th><th scope="col"><span class="unseen">Bar</span></th><th scope="col" class="number">Images</th><th scope="col" class="number">Share</th>${splits.length <= MOST_SPLITS && splits.map((name) => html`<th scope="col" class="number split">${name}</th>`)}</tr></thead>
<tbody>${shown.map((one) => row(one, most, all, splits))}</tbody></table>
${rest > 0 && last !== undefined && html`<p class="more">and ${counted(rest, 'more class', 'more classes')}, the smallest ${quoted(last.name)} with ${counted(last.count, 'image')}</p>`}</div></section>`;
}
