/**
 * Dates and short numbers in English, with a comma between thousands, for every locale of the machine: texts and
 * reports must agree.
 */
import { shownPath } from '../../core/text/names';

const threeDigits = new Intl.NumberFormat('en', { maximumSignificantDigits: 3 });
const compactWhole = new Intl.NumberFormat('en', { notation: 'compact', maximumSignificantDigits: 3 });
const day = new Intl.DateTimeFormat('en', { day: 'numeric', month: 'short', year: 'numeric' });

/** Short form for axes and small marks: 950, 1.2K, 50K. */
export function compact(n: number): string {
  return Math.abs(n) < 1000 ? threeDigits.format(n) : compactWhole.format(n);
}

/** How long before `now` (both in milliseconds): "just now", "5 min ago", "3 h ago", "yesterday", then the date. */
export function ago(then: number, now: number): string {
  const seconds = (now - then) / 1000;
  if (seconds < 60) return 'just now';
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ago`;
  if (seconds < 86_400) return `${Math.floor(seconds / 3600)} h ago`;
  if (seconds < 172_800) return 'yesterday';
  return day.format(then);
}

export function date(time: number): string {
  return day.format(time);
}

/** `a/b/c.png` as folder `a/b/`, for display, and name `c.png`. */
export function splitPath(path: string): { folder: string; name: string } {
  const cut = path.lastIndexOf('/') + 1;
  return { folder: shownPath(path.slice(0, cut)), name: path.slice(cut) };
}
