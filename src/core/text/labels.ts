/**
 * Codes and numbers as a person reads them, the same in the window and in the report. English, whatever the machine's
 * locale.
 */
import type { Evidence, Relation, UnreadableCode } from '../../contract/model/dataset';
import type { Decision, Verdict } from '../../contract/model/review';
import { percent, short } from './numbers';

export const UNREADABLE: Record<UnreadableCode, string> = {
  'empty-file': 'empty file',
  'not-an-image': 'not an image',
  'unsupported-format': 'unsupported format',
  corrupt: 'corrupt',
  truncated: 'truncated',
  'too-many-pixels': 'too many pixels',
  'permission-denied': 'no permission',
  vanished: 'vanished',
  'broken-link': 'broken link',
  'link-loop': 'link loop',
  'io-error': 'disk error',
};

export const RELATIONS: Record<Relation, string> = {
  'same-bytes': 'same file bytes',
  'same-pixels': 'same pixels, other file',
  near: 'nearly the same',
  mirrored: 'mirrored',
  'rotated-90': 'turned 90°',
  'rotated-180': 'turned 180°',
  'rotated-270': 'turned 270°',
  'mirrored-rotated-90': 'mirrored, turned 90°',
  'mirrored-rotated-180': 'mirrored top–bottom',
  'mirrored-rotated-270': 'mirrored, turned 270°',
};

const whole = new Intl.NumberFormat('en', { maximumFractionDigits: 0 });
const threeDigits = new Intl.NumberFormat('en', { maximumSignificantDigits: 3 });

const BYTE_UNITS = ['bytes', 'kB', 'MB', 'GB', 'TB'] as const;

/** Decimal units, three digits: 950 bytes, 1.2 kB, 3.45 GB. */
export function bytes(n: number): string {
  let value = n;
  let unit = 0;
  while (value >= 999.5 && unit < BYTE_UNITS.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return `${unit === 0 ? whole.format(value) : threeDigits.format(value)} ${BYTE_UNITS[unit] ?? ''}`;
}

/** A measure with its unit; `bytes`, shares ("10 % of …") and probabilities get their own form. */
export function measure(value: number, unit: string): string {
  if (unit === 'bytes') return bytes(value);
  if (unit === 'share') return percent(value);
  const of = /^share (.+)/.exec(unit)?.[1];
  if (of !== undefined) return `${percent(value)} ${of}`;
  if (unit.startsWith('probability ')) return `${percent(value)} ${unit}`;
  const text = short(value);
  return unit === '' ? text : `${text} ${unit}`;
}

/** The value of a finding's fact with its unit. */
export function factText(fact: Evidence['facts'][number]): string {
  if (typeof fact.value === 'string') return fact.unit === undefined ? fact.value : `${fact.value} ${fact.unit}`;
  if (
    fact.unit === 'share' ||
    (fact.unit === undefined && /\bshare\b/i.test(fact.name) && fact.value >= 0 && fact.value <= 1)
  )
    return percent(fact.value);
  return measure(fact.value, fact.unit ?? '');
}

/** Keeps each number and its percent sign on one line. */
export function unbroken(sentence: string): string {
  return sentence.replaceAll(/(\d) %/g, '$1\u00a0%');
}

/** "3.4 : 1"; whole numbers from ten up. */
export function ratio(value: number): string {
  return `${value >= 10 ? whole.format(value) : value.toFixed(1).replace(/\.0$/, '')} : 1`;
}

/** A class as it is shown: files that lie at the top have a name that is empty. */
export function className(name: string): string {
  return name === '' ? '(top folder)' : name;
}

const DECISIONS: Record<Verdict, string> = {
  keep: 'Kept: the label is right',
  relabel: 'Relabelled',
  exclude: 'Excluded',
  unsure: 'Unsure',
};

/** What a person decided on an image. */
export function decisionText({ verdict, label }: Pick<Decision, 'verdict' | 'label'>): string {
  return verdict === 'relabel' ? `Relabelled to ${className(label ?? '')}` : DECISIONS[verdict];
}
