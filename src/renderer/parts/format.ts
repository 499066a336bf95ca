/** Numbers, sizes and times as a person reads them. English, a comma between thousands, whatever the machine's locale: text and reports agree. */
export { count as counted, estimated, grouped as count, percent, probability } from '../../core/checks/words';
export { bytes, className, measure, ratio, unbroken } from '../../core/report/words';

const threeDigits = new Intl.NumberFormat('en', { maximumSignificantDigits: 3 });
const compactWhole = new Intl.NumberFormat('en', { notation: 'compact', maximumSignificantDigits: 3 });
const day = new Intl.DateTimeFormat('en', { day: 'numeric', month: 'short', year: 'numeric' });

/** Short form for axes and small marks: 950, 1.2K, 50K. */
export function compact(n: number): string {
  return Math.abs(n) < 1000 ? threeDigits.format(n) : compactWhole.format(n);
}

/** Seconds as "4 s", "2 min 5 s", "1 h 12 min". */
export function duration(seconds: number): string {
  const total = Math.max(0, Math.round(seconds));
  if (total < 60) return `${total} s`;
  if (total < 3600) return total < 600 && total % 60 > 0 ? `${Math.floor(total / 60)} min ${total % 60} s` : `${Math.round(total / 60)} min`;
  const minutes = Math.round((total % 3600) / 60);
  if (minutes === 0) return `${Math.floor(total / 3600)} h`;
  return minutes === 60 ? `${Math.floor(total / 3600) + 1} h` : `${Math.floor(total / 3600)} h ${minutes} min`;
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

/** `a/b/c.png` as folder `a/b/` and name `c.png`. */
export function splitPath(path: string): { folder: string; name: string } {
  const cut = path.lastIndexOf('/') + 1;
  return { folder: path.slice(0, cut), name: path.slice(cut) };
}
