/** Titles and texts of checks, and the size of a finding in words. */
import type { CheckId, Evidence, Finding } from '../../../contract/model/finding';
import type { DatasetSummary } from '../../../contract/model/dataset';
import { checkOf } from '../../../core/checks/index';
import { className } from '../../../core/text/names';
import { counted } from '../../../core/text/numbers';

export function checkTitle(id: CheckId): string {
  const known = checkOf(id);
  return known?.title ?? id.charAt(0).toUpperCase() + id.slice(1).replaceAll('-', ' ');
}

/** Empty if this version does not have the check. */
export function checkWhy(id: CheckId): string {
  return checkOf(id)?.why ?? '';
}

/** How the check judges; empty if this version does not have the check. */
export function checkHow(id: CheckId): string {
  return checkOf(id)?.how ?? '';
}

/** The size of a finding, always in the same units: groups with their images, classes, or images. */
export function extentOf({ scope, groups, images, classes }: Finding): string {
  if (groups > 0) return `${counted(groups, 'group')} · ${counted(images, 'image')}`;
  if (images > 0 && scope !== 'class') return counted(images, 'image');
  return classes.length > 0 ? counted(classes.length, 'class', 'classes') : '';
}

/** Such a check has looked at nothing before a probe ran. */
export function needsProbe(id: CheckId): boolean {
  return checkOf(id)?.basis === 'probe';
}

type EvidenceTable = NonNullable<Evidence['tables']>[number];

/**
 * Images per class and split, with the classes of the finding first; null if there are no splits or the finding has
 * such a table itself.
 */
export function splitTable(
  finding: Pick<Finding, 'scope' | 'classes' | 'evidence'>,
  summary: Pick<DatasetSummary, 'splits' | 'classes'>,
): EvidenceTable | null {
  const names = summary.splits.map((split) => split.name);
  if (names.length === 0 || (finding.scope !== 'split' && finding.scope !== 'class')) return null;
  if (finding.evidence.tables?.some((table) => names.every((name) => table.columns.includes(name))) ?? false)
    return null;
  const named = new Set(finding.classes);
  const concerned = summary.classes.filter((one) => named.has(one.name));
  const others = summary.classes.filter((one) => !named.has(one.name));
  return {
    title: 'Images per class and split',
    columns: ['Class', ...names],
    rows: [...concerned, ...others].map((one) => [className(one.name), ...names.map((_, at) => one.perSplit[at] ?? 0)]),
  };
}

/** Indices of the columns that count images per split; these are shaded. */
export function splitColumns(table: EvidenceTable, splits: readonly string[]): number[] {
  return table.columns.flatMap((column, at) => (splits.includes(column) ? [at] : []));
}

export interface FindingGroup {
  readonly check: CheckId;
  readonly findings: readonly Finding[];
}

/** Findings grouped by check; checks are ordered by their worst finding. */
export function groupByCheck(findings: readonly Finding[]): FindingGroup[] {
  const order = [...new Set(findings.map((finding) => finding.check))];
  return order.map((check) => ({ check, findings: findings.filter((finding) => finding.check === check) }));
}
