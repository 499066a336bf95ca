/**
 * Codes and numbers as text for people, the same in the window and in the report. Always English, in every locale
 * of the machine.
 */
import type { Remarks } from '../../contract/model/remarks';
import type { FolderReading, Skipped } from '../../contract/model/dataset';
import type { DropReason } from '../../contract/model/export';
import type { CheckId, Evidence, Relation } from '../../contract/model/finding';
import type { ProbeKind, ProbeRun } from '../../contract/model/labels';
import type { UnreadableCode } from '../../contract/model/image';
import type { Decision, ReviewVerdict } from '../../contract/model/review';
import { className, quoted } from './names';
import { counted, integer, withUnit } from './numbers';

export const UNREADABLE: Record<UnreadableCode, string> = {
  'empty-file': 'empty file',
  'not-an-image': 'not an image',
  'unsupported-format': 'unsupported format',
  corrupt: 'corrupt',
  truncated: 'truncated',
  'too-many-pixels': 'too many pixels',
  'too-many-bands': 'too many bands',
  'permission-denied': 'no permission',
  vanished: 'vanished',
  'broken-link': 'broken link',
  'link-loop': 'link loop',
  'io-error': 'disk error',
};

/**
 * Why images are not exported.
 * @param checkName gives the name of a check as the reader knows it: its title or its id
 */
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

const SKIPPED: Record<Skipped['reason'], (n: number, name: string) => string> = {
  hidden: (n) => `${integer(n)} hidden`,
  'system-file': (n, name) => `${integer(n)} ${name}`,
  'other-type': (n, name) => `${integer(n)} ${name === '' ? 'without extension' : `.${name}`}`,
  'no-label': (n, folder) => `${integer(n)} ${folder === '' ? 'images outside class folders' : folder}`,
  'file-forbidden': (n) => `${counted(n, 'file')} without permission`,
  'folder-forbidden': (n) => `${counted(n, 'folder')} without permission`,
  'broken-link': (n) => counted(n, 'broken link'),
  'link-loop': (n) => counted(n, 'circular link'),
  'folder-link-loop': (n) => counted(n, 'circular folder link'),
  'nested-folder-links': (n) => `${counted(n, 'folder link')} inside linked folders`,
  'special-file': (n) => counted(n, 'device or socket', 'devices and sockets'),
};

/** What was skipped, with its number: "3 hidden", "1 .txt". */
export function skippedText({ reason, name, count }: Skipped & { readonly count: number }): string {
  return SKIPPED[reason](count, name);
}

/**
 * The files that were not read, as a list. Left out is what the reading of the folder tells: tables, and images without
 * a label. Empty if there are none.
 */
export function otherFilesText(
  skipped: readonly (Skipped & { readonly count: number })[],
  reading: Pick<FolderReading, 'tables'> | null | undefined,
): string {
  const tables = (ending: string): number =>
    (reading?.tables ?? []).filter((path) => !path.startsWith('../') && path.toLowerCase().endsWith(`.${ending}`))
      .length;
  return skipped
    .filter(({ reason }) => reason !== 'no-label')
    .map((one) => (one.reason === 'other-type' ? { ...one, count: one.count - tables(one.name) } : one))
    .filter(({ count }) => count > 0)
    .map(skippedText)
    .join(', ');
}

export const RELATIONS: Record<Relation, string> = {
  'same-bytes': 'same file bytes',
  'same-pixels': 'same pixels, different file',
  near: 'nearly the same',
  mirrored: 'mirrored',
  'rotated-90': 'rotated 90°',
  'rotated-180': 'rotated 180°',
  'rotated-270': 'rotated 270°',
  'mirrored-rotated-90': 'mirrored, rotated 90°',
  'mirrored-rotated-180': 'mirrored vertically',
  'mirrored-rotated-270': 'mirrored, rotated 270°',
};

/** The value of a fact, with its unit. */
export function factText(fact: Evidence['facts'][number]): string {
  if (typeof fact.value === 'string') return fact.unit === undefined ? fact.value : `${fact.value} ${fact.unit}`;
  return withUnit(fact.value, fact.unit ?? '');
}

/** Decisions without the new label. */
export const DECISIONS: Record<ReviewVerdict, string> = {
  keep: 'Kept: the label is right',
  relabel: 'Relabelled',
  exclude: 'Excluded',
  unsure: 'Unsure',
};

/** The decision of a person on an image. */
export function decisionText({ verdict, label }: Pick<Decision, 'verdict' | 'label'>): string {
  return verdict === 'relabel' ? `Relabelled to ${className(label ?? '')}` : DECISIONS[verdict];
}

/** Tags and note in one line. */
export function remarksText({ tags, note }: Remarks): string {
  return [
    ...(tags.length > 0 ? [`${tags.length === 1 ? 'tag' : 'tags'}: ${tags.join(', ')}`] : []),
    ...(note === null ? [] : [`note: ${note}`]),
  ].join('; ');
}

/** What judged the labels, within a sentence. */
export function judgedBy(probe: ProbeKind, { embedding, backbone }: Pick<ProbeRun, 'embedding' | 'backbone'>): string {
  const { phrase } = PROBES[probe];
  const source = embedding ?? backbone;
  if (source === undefined) return phrase;
  const own = backbone
    ? `your network ${quoted(backbone.file)} (SHA-256 ${backbone.sha256.slice(0, 8)}…)`
    : `your embedding ${quoted(source.file)}`;
  return source.used ? `${phrase} with ${own}` : `${phrase}, without ${own}, which does not help here`;
}

/** Beside the accuracy of an instant probe that ran without the network. */
export const NETWORK_ABSENT =
  'The pretrained network, which helps on most photographs, was not tried, because it is not installed.';

/** What a probe is called: as a heading, within a sentence, and as the subject of a job's end. */
export const PROBES: Record<ProbeKind, { readonly title: string; readonly phrase: string; readonly job: string }> = {
  instant: { title: 'Instant probe', phrase: 'the instant probe', job: 'The instant probe' },
  cnn: { title: 'CNN probe', phrase: 'the CNN probe', job: 'The CNN probe' },
  predictions: {
    title: 'Your predictions',
    phrase: 'your predictions',
    job: 'Judging labels by your predictions',
  },
};
