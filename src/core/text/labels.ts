/**
 * Codes and numbers as a person reads them, the same in the window and in the report. English, whatever the machine's
 * locale.
 */
import type { Skipped } from '../../contract/model/dataset';
import type { DropReason } from '../../contract/model/export';
import type { CheckId, Evidence, Relation } from '../../contract/model/finding';
import type { UnreadableCode } from '../../contract/model/image';
import type { Decision, ReviewVerdict } from '../../contract/model/review';
import { className } from './names';
import { withUnit } from './numbers';

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

/** Why images are not exported. @param checkName how the reader knows a check: by its title or by its id */
export function dropReasonText(reason: DropReason, checkName: (id: CheckId) => string): string {
  switch (reason.kind) {
    case 'excluded':
      return 'excluded in review';
    case 'unreadable':
      return `unreadable: ${reason.code === null ? 'not measured' : UNREADABLE[reason.code]}`;
    case 'check':
      return checkName(reason.check);
  }
}

const SKIPPED: Record<Skipped['reason'], (name: string) => string> = {
  hidden: () => 'hidden files',
  'system-file': (name) => name,
  'other-type': (name) => (name === '' ? 'without extension' : `.${name}`),
  'no-label': (folder) => (folder === '' ? 'images outside of class folders' : folder),
  'file-forbidden': () => 'files without permission',
  'folder-forbidden': () => 'folders without permission',
  'broken-link': () => 'links that lead nowhere',
  'link-loop': () => 'links in a circle',
  'folder-link-loop': () => 'folder links in a circle',
  'nested-folder-links': () => 'folder links inside linked folders',
  'special-file': () => 'devices and sockets',
};

/** What was skipped, after its number: "hidden files", ".txt". */
export function skippedText({ reason, name }: Skipped): string {
  return SKIPPED[reason](name);
}

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

/** The value of a finding's fact with its unit. */
export function factText(fact: Evidence['facts'][number]): string {
  if (typeof fact.value === 'string') return fact.unit === undefined ? fact.value : `${fact.value} ${fact.unit}`;
  return withUnit(fact.value, fact.unit ?? '');
}

const DECISIONS: Record<ReviewVerdict, string> = {
  keep: 'Kept: the label is right',
  relabel: 'Relabelled',
  exclude: 'Excluded',
  unsure: 'Unsure',
};

/** What a person decided on an image. */
export function decisionText({ verdict, label }: Pick<Decision, 'verdict' | 'label'>): string {
  return verdict === 'relabel' ? `Relabelled to ${className(label ?? '')}` : DECISIONS[verdict];
}
