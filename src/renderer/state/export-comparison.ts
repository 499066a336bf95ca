/** A data set in the figures that an export should improve, and two of them beside each other. */
import type { ProbeKind } from '../../contract/labels';
import type { DatasetSummary, Finding } from '../../contract/model';
import type { Engine } from '../engine';

export interface Picture {
  readonly summary: DatasetSummary;
  /** Muted ones are left out. */
  readonly findings: readonly Finding[];
  /** The probe that ran last; null when none did. */
  readonly probe: ProbeKind | null;
  readonly balancedAccuracy: number | null;
}

export interface Row {
  readonly name: string;
  readonly before: number | null;
  readonly after: number | null;
  readonly unit: 'number' | 'share' | 'ratio';
  /** Which way is the better one; null where neither is. */
  readonly better: 'less' | 'more' | null;
}

export async function pictureOf(engine: Engine, dataset: string): Promise<Picture> {
  const [summary, findings, labels] = await Promise.all([
    engine.call('dataset.summary', { dataset }),
    engine.call('findings.list', { dataset }),
    engine.call('labels.summary', { dataset }),
  ]);
  const run = [...labels.runs].sort((a, b) => b.finishedAt - a.finishedAt)[0];
  return { summary, findings: findings.filter((finding) => finding.muted === null), probe: run?.kind ?? null, balancedAccuracy: run?.skill.balancedAccuracy ?? null };
}

/** Rows of a table before/after: sizes, balance, what a probe learns, then every check that found something on either side. */
export function compareRows(before: Picture, after: Picture, checkName: (check: Finding['check']) => string): Row[] {
  const row = (name: string, of: (picture: Picture) => number | null, unit: Row['unit'], better: Row['better']): Row => ({ name, before: of(before), after: of(after), unit, better });
  const severity = (wanted: Finding['severity']) => (picture: Picture) => picture.findings.filter((finding) => finding.severity === wanted).length;
  const checks = [...new Set([...before.findings, ...after.findings].map((finding) => finding.check))];
  const concerned = (check: Finding['check']) => (picture: Picture) =>
    picture.findings.filter((finding) => finding.check === check).reduce((sum, finding) => sum + Math.max(1, finding.groups > 0 ? finding.groups : finding.images), 0);
  return [
    row('Images', (picture) => picture.summary.images, 'number', null),
    row('Unreadable files', (picture) => picture.summary.unreadable, 'number', 'less'),
    row('Classes', (picture) => picture.summary.classes.length, 'number', null),
    row('Largest to smallest class', (picture) => picture.summary.imbalanceRatio, 'ratio', 'less'),
    row('Balanced accuracy of the probe', (picture) => picture.balancedAccuracy, 'share', 'more'),
    row('Errors found', severity('error'), 'number', 'less'),
    row('Warnings found', severity('warning'), 'number', 'less'),
    ...checks.map((check) => row(checkName(check), concerned(check), 'number', 'less')),
  ].filter((one) => one.before !== null || one.after !== null);
}

/** How a change is to be read. */
export function changeOf(row: Row): 'better' | 'worse' | 'same' {
  if (row.before === null || row.after === null || row.before === row.after || row.better === null) return 'same';
  return row.after < row.before === (row.better === 'less') ? 'better' : 'worse';
}
