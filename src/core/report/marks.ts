/** The few drawings that the report repeats. Severities differ in shape and word, not only in colour. */
import type { Severity } from '../../contract/model/finding';
import { html, type Markup } from './markup';

export const SEVERITY_NAMES: Record<Severity, string> = { error: 'Error', warning: 'Warning', info: 'Note' };

/** Defined once, used by name. */
export const SYMBOLS = `<svg width="0" height="0" class="defs" aria-hidden="true"><defs>
<symbol id="mark-error" viewBox="0 0 24 24"><path d="M8 2h8l6 6v8l-6 6H8l-6-6V8z"/><path d="m15 9-6 6m0-6 6 6"/></symbol>
<symbol id="mark-warning" viewBox="0 0 24 24"><path d="M12 3 1.8 20.5h20.4z"/><path d="M12 9.5v5m0 3v.01"/></symbol>
<symbol id="mark-info" viewBox="0 0 24 24"><circle cx="12" cy="12" r="10"/><path d="M12 11v6m0-10v.01"/></symbol>
<symbol id="mark-good" viewBox="0 0 24 24"><circle cx="12" cy="12" r="10"/><path d="m8 12.5 3 3 5-6"/></symbol>
</defs></svg>`;

export function mark(kind: Severity | 'good'): Markup {
  return html`<svg class="mark ${kind}" width="16" height="16" aria-hidden="true"><use href="#mark-${kind}"/></svg>`;
}

/** A bar of adjacent parts; lengths on 0–1. */
export function bar(parts: readonly { readonly length: number; readonly kind: string }[]): Markup {
  let at = 0;
  const rects = parts.map(({ length, kind }) => {
    const x = at;
    at += length * 1000;
    return length <= 0
      ? null
      : html`<rect class="${kind}" x="${x.toFixed(1)}" width="${Math.max(1.5, length * 1000).toFixed(1)}" height="10"/>`;
  });
  return html`<svg class="bar" viewBox="0 0 1000 10" preserveAspectRatio="none" aria-hidden="true">${rects}</svg>`;
}
