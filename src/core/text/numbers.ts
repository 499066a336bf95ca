/** Numbers in titles, remedies and tables. */

/** "1 image", "1,200 images". */
export function counted(n: number, noun: string, plural = `${noun}s`): string {
  return `${integer(n)} ${n === 1 ? noun : plural}`;
}

export function integer(n: number): string {
  return String(Math.round(n)).replace(/\B(?=(\d{3})+$)/g, ',');
}

/** "12 %", "−3.4 %"; one decimal below ten, and "< 0.1 %" and "> 99 %" for what would be 0 or 100 %. */
export function percent(share: number): string {
  if (share < 0) return share > -0.001 ? '> −0.1 %' : `−${percent(-share)}`;
  const value = share * 100;
  if (value > 0 && value < 0.1) return '< 0.1 %';
  if (value >= 99.5 && value < 100) return '> 99 %';
  return `${value < 9.95 && value % 1 !== 0 ? value.toFixed(1) : String(Math.round(value))} %`;
}

/** "12.3 %", "50.0 %": always one decimal, for columns; "< 0.1 %" and "> 99.9 %" for what would be 0 or 100 %. */
export function percentOneDecimal(share: number): string {
  if (share > 0 && share < 0.001) return '< 0.1 %';
  return share > 0.999 && share < 1 ? '> 99.9 %' : `${(share * 100).toFixed(1)} %`;
}

/**
 * "12.3 %", "50 %", "99.95 %": for sentences in which a small difference matters. Two decimals above 99 %, so that
 * 99.95 % does not become 100 %.
 */
export function precisePercent(share: number): string {
  const value = share * 100;
  if (value > 99 && value < 100) return `${Math.min(value, 99.99).toFixed(2)} %`;
  return `${value.toFixed(1).replace(/\.0+$/, '')} %`;
}

/** An estimated probability or similarity. It is never certain, so that it ends at "< 1 %" and "> 99 %". */
export function probability(value: number): string {
  if (value > 0.99) return '> 99 %';
  return value < 0.01 ? '< 1 %' : `${Math.round(value * 100)} %`;
}

/**
 * A share and its interval, "11.3 %" and "10.7 % to 11.9 %". All three have the same number of decimals: the fewest,
 * from `least` to two, at which different numbers look different.
 */
export function estimated(
  value: number,
  low: number,
  high: number,
  least: 0 | 1 = 0,
): { value: string; interval: string } {
  const differ = (a: number, b: number): boolean => Math.abs(a - b) > 1e-6;
  const at = (decimals: number): string[] =>
    [value, low, high].map(
      (share) =>
        `${(share * 100)
          .toFixed(decimals)
          .replace(/^-(?=0\.?0*$)/, '')
          .replace('-', '−')} %`,
    );
  const tells = ([mid, from, to]: readonly string[]): boolean =>
    (mid !== from || !differ(value, low)) &&
    (mid !== to || !differ(value, high)) &&
    (from !== to || !differ(low, high));
  const [mid, from, to] =
    [0, 1]
      .filter((decimals) => decimals >= least)
      .map(at)
      .find(tells) ?? at(2);
  return { value: mid!, interval: `${from!} to ${to!}` };
}

/** At most three significant digits, without an exponent. */
export function short(value: number): string {
  if (value === 0 || !Number.isFinite(value)) return String(value);
  const digits = Math.max(0, 2 - Math.floor(Math.log10(Math.abs(value))));
  return digits === 0 ? integer(value) : String(Number(value.toFixed(Math.min(digits, 10))));
}

const whole = new Intl.NumberFormat('en', { maximumFractionDigits: 0 });
const threeDigits = new Intl.NumberFormat('en', { maximumSignificantDigits: 3 });

const BYTE_UNITS = ['bytes', 'kB', 'MB', 'GB', 'TB'] as const;

/** The power of a thousand in which a number of bytes is written. */
function byteUnit(n: number): number {
  let unit = 0;
  while (n / 1000 ** unit >= 999.5 && unit < BYTE_UNITS.length - 1) unit += 1;
  return unit;
}

const inUnit = (n: number, unit: number): string => (unit === 0 ? whole : threeDigits).format(n / 1000 ** unit);

/** As `short`: 64 px, 2,048 px. */
export function pixels(n: number): string {
  return `${short(n)} px`;
}

/** Decimal units, three digits: 950 bytes, 1.2 kB, 3.45 GB. */
export function bytes(n: number): string {
  const unit = byteUnit(n);
  return `${inUnit(n, unit)} ${BYTE_UNITS[unit] ?? ''}`;
}

/** "15–16.4 kB": both ends in the unit of the upper one, or each in its own where the lower end would be far below 1. */
function byteRange(low: number, high: number): string {
  const unit = byteUnit(high);
  if (low !== 0 && low < 0.01 * 1000 ** unit) return `${bytes(low)}–${bytes(high)}`;
  const ends = [low, high].map((value) => inUnit(value, unit));
  return ends[0] === ends[1] && low !== high
    ? `${whole.format(low)}–${whole.format(high)} bytes`
    : `${ends.join('–')} ${BYTE_UNITS[unit] ?? ''}`;
}

/** "15–16.4 kB", "2–3 px": both ends of a range with one unit. */
export function rangeWithUnit(low: number, high: number, unit: string): string {
  if (low === high) return withUnit(low, unit);
  if (unit === 'bytes') return byteRange(low, high);
  if (unit === 'share' || /^(share|probability) /.test(unit)) return `${percent(low)}–${withUnit(high, unit)}`;
  return `${withUnit(low, '')}–${withUnit(high, unit)}`;
}

/** A value with its unit. Bytes, shares ("10 % of …") and probabilities have their own form. */
export function withUnit(value: number, unit: string): string {
  if (unit === 'bytes') return bytes(value);
  if (unit === 'share') return percent(value);
  const of = /^share (.+)/.exec(unit)?.[1];
  if (of !== undefined) return `${percent(value)} ${of}`;
  if (unit.startsWith('probability ')) return `${percent(value)} ${unit}`;
  const text = short(value);
  return unit === '' ? text : `${text} ${unit}`;
}

/** "3.4 : 1"; whole numbers for ten and above. */
export function ratio(value: number): string {
  return `${value >= 10 ? whole.format(value) : value.toFixed(1).replace(/\.0$/, '')} : 1`;
}

/** A number of classes that need not be whole: "9.6", "1,000". */
export function effectiveNumberText(n: number): string {
  return n < 100 ? n.toFixed(1) : integer(n);
}
