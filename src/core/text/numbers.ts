/** How numbers read in titles and remedies. */

/** "1 image", "1,200 images". */
export function count(n: number, noun: string, plural = `${noun}s`): string {
  return `${grouped(n)} ${n === 1 ? noun : plural}`;
}

export function grouped(n: number): string {
  return String(Math.round(n)).replace(/\B(?=(\d{3})+$)/g, ',');
}

/** "12 %", "−3.4 %"; one decimal below ten, "< 0.1 %" for a trace. */
export function percent(share: number): string {
  if (share < 0) return share > -0.001 ? '> −0.1 %' : `−${percent(-share)}`;
  const value = share * 100;
  if (value > 0 && value < 0.1) return '< 0.1 %';
  return `${value < 9.95 && value % 1 !== 0 ? value.toFixed(1) : String(Math.round(value))} %`;
}

/** A probability or a likeness as it is estimated, never certain: it ends at "< 1 %" and "> 99 %". */
export function probability(value: number): string {
  if (value > 0.99) return '> 99 %';
  return value < 0.01 ? '< 1 %' : `${Math.round(value * 100)} %`;
}

/**
 * A share and its interval, "11.3 %" and "10.7 % to 11.9 %": all three with the fewest decimals, from `least` to two,
 * at which those that differ read differently.
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
  return digits === 0 ? grouped(value) : String(Number(value.toFixed(Math.min(digits, 10))));
}

/** "a, b and c", or "a, b, c and 4 more". */
export function named(names: readonly string[], most = 3): string {
  if (names.length === 0) return '';
  if (names.length === 1) return names[0] ?? '';
  if (names.length <= most) return `${names.slice(0, -1).join(', ')} and ${names[names.length - 1] ?? ''}`;
  return `${names.slice(0, most).join(', ')} and ${grouped(names.length - most)} more`;
}

/** "3 byte for byte, 2 with the same pixels"; what there is none of is left out, and what all are needs no number. */
export function parts(of: readonly (readonly [number, string])[]): string {
  const some = of.filter(([n]) => n > 0);
  return some.map(([n, what]) => (some.length === 1 ? what : `${grouped(n)} ${what}`)).join(', ');
}

/** A name in quotation marks; the top level, which has no name, in words. */
export function quoted(name: string): string {
  return name === '' ? 'the top folder' : `“${name}”`;
}
