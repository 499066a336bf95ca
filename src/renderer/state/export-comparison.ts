/** Figures of a data set that an export should improve, and the comparison of two data sets by them. */
import type { Basis } from '../../core/checks/check';
import { classImbalance } from '../../core/checks/class-imbalance';
import { checkOf } from '../../core/checks/index';
import { labelError } from '../../core/checks/label-error';
import { unreadable } from '../../core/checks/unreadable';
import type { ProbeKind } from '../../contract/model/labels';
import type { CheckId, Finding } from '../../contract/model/finding';
import type { DatasetSummary } from '../../contract/model/dataset';
import { named } from '../../core/text/names';
import type { Engine } from './engine';

export interface AuditFigures {
  readonly summary: DatasetSummary;
  /** Without muted findings. */
  readonly findings: readonly Finding[];
  /** Keys of the muted findings. */
  readonly muted: readonly string[];
  /** The last probe that ran; null if none did. */
  readonly probe: ProbeKind | null;
  readonly balancedAccuracy: number | null;
}

export interface Row {
  readonly name: string;
  /** What is counted, if the name does not say it. */
  readonly counted: string;
  readonly before: number | null;
  readonly after: number | null;
  readonly unit: 'number' | 'share' | 'ratio';
  /** Which direction is better; null if neither is. */
  readonly better: 'less' | 'more' | null;
  /** A change of up to this much counts as none. */
  readonly slack: number;
  /** Why the figure can get worse. */
  readonly why: string;
  /** What a better figure does not prove; empty if there is nothing to add. */
  readonly but: string;
}

/** How a check can find more in an export than in its source. */
const WHY_WORSE: Record<Basis, string> = {
  images: 'The images that are left were checked again.',
  'class-counts': 'Some classes have fewer images now, in total or in one split.',
  splits: 'The splits contain other images now.',
  probe: 'The probe was trained again on the images that are left.',
  loaders: 'The files for Hugging Face add a label column. Its loader reads that column instead of the folders.',
};

function whyWorse(check: CheckId, before: AuditFigures): string {
  const basis = checkOf(check)?.basis ?? 'images';
  return basis === 'splits' && before.summary.splits.length === 0
    ? 'The source has no splits, so this could not be found there.'
    : WHY_WORSE[basis];
}

export async function auditFiguresOf(engine: Engine, dataset: string): Promise<AuditFigures> {
  const [summary, findings, labels] = await Promise.all([
    engine.call('dataset.summary', { dataset }),
    engine.call('findings.list', { dataset }),
    engine.call('labels.summary', { dataset }),
  ]);
  const run = [...labels.runs].sort((a, b) => b.finishedAt - a.finishedAt)[0];
  return {
    summary,
    findings: findings.filter((finding) => finding.muted === null),
    muted: findings.flatMap((finding) => (finding.muted === null ? [] : [finding.key])),
    probe: run?.kind ?? null,
    balancedAccuracy: run?.skill.balancedAccuracy ?? null,
  };
}

/** Two standard errors of the difference between two proportions, each over the number of images. */
function chance(pictures: readonly AuditFigures[]): number {
  return (
    2 *
    Math.sqrt(
      pictures.reduce(
        (sum, { balancedAccuracy: share, summary }) =>
          sum + ((share ?? 0) * (1 - (share ?? 0))) / Math.max(1, summary.images),
        0,
      ),
    )
  );
}

/**
 * Rows of the before/after table: sizes, balance, the probe's accuracy, then every check with findings on either side.
 * Findings muted in the source are ignored on both sides, and so are notes about no image, such as how to normalize.
 */
export function compareRows(
  before: AuditFigures,
  exported: AuditFigures,
  checkName: (check: CheckId) => string,
): Row[] {
  const after: AuditFigures = {
    ...exported,
    findings: exported.findings.filter((finding) => !before.muted.includes(finding.key)),
  };
  const row = (
    name: string,
    of: (picture: AuditFigures) => number | null,
    unit: Row['unit'],
    better: Row['better'],
    why = '',
    slack = 0,
    but = '',
    counted = '',
  ): Row => ({ name, counted, before: of(before), after: of(after), unit, better, slack, why, but });
  const isFault = (finding: Finding): boolean => finding.severity !== 'info';
  const counts = (finding: Finding): boolean => isFault(finding) || finding.groups > 0 || finding.images > 0;
  const checks = [...new Set([...before.findings, ...after.findings].filter(counts).map((finding) => finding.check))];
  const concerned = (check: CheckId) => (picture: AuditFigures) =>
    picture.findings
      .filter((finding) => finding.check === check && counts(finding))
      .reduce((sum, finding) => sum + (finding.groups || finding.images || finding.classes.length || 1), 0);
  const countedBy = (check: CheckId): string => {
    const own = [...before.findings, ...after.findings].filter((finding) => finding.check === check && counts(finding));
    return own.some(({ groups }) => groups > 0)
      ? 'groups'
      : own.some(({ images }) => images > 0)
        ? 'images'
        : 'classes';
  };
  const suspicious = concerned(labelError.id);
  const severe = (wanted: Finding['severity'], name: string): Row => {
    const of = (picture: AuditFigures, check?: CheckId): number =>
      picture.findings.filter(
        (finding) => finding.severity === wanted && (check === undefined || finding.check === check),
      ).length;
    const risen = checks
      .filter((check) => of(after, check) > of(before, check))
      .map((check) => `“${checkName(check)}”`);
    return row(name, (picture) => of(picture), 'number', 'less', `By ${named(risen, 5)}, below.`);
  };
  const uneven = [before, after].some((picture) =>
    picture.findings.some((finding) => finding.check === classImbalance.id),
  );
  const fewer = after.summary.images < before.summary.images;
  return [
    row('Images', (picture) => picture.summary.images, 'number', null),
    row('Unreadable files', (picture) => picture.summary.unreadable, 'number', 'less'),
    row(
      'Classes',
      (picture) => picture.summary.classes.filter(({ count, unreadable }) => count > unreadable).length,
      'number',
      'more',
      'At least one class has no images left: look at what the export leaves out.',
    ),
    row(
      'Largest / smallest class',
      (picture) => picture.summary.imbalanceRatio,
      'ratio',
      uneven ? 'less' : null,
      'A larger part of the small classes than of the large ones was left out or relabelled.',
    ),
    row(
      'Balanced accuracy of the probe',
      (picture) => picture.balancedAccuracy,
      'share',
      'more',
      fewer ? 'The probe learns from fewer images in the export.' : 'The probe learns from other labels in the export.',
      chance([before, after]),
      suspicious(after) < suspicious(before)
        ? 'Labels that the probe doubted were removed or changed, so it agrees with more labels. That alone does not prove that the data is better.'
        : '',
    ),
    severe('error', 'Errors found'),
    severe('warning', 'Warnings found'),
    ...checks
      .filter((check) => check !== unreadable.id)
      .map((check) => {
        const faulty = after.findings.some((finding) => finding.check === check && isFault(finding));
        const of = concerned(check);
        return row(
          checkName(check),
          of,
          'number',
          faulty || of(after) < of(before) ? 'less' : null,
          whyWorse(check, before),
          0,
          '',
          countedBy(check),
        );
      }),
  ].filter((one) => one.before !== null || one.after !== null);
}

/** Whether a change is an improvement. */
export function changeOf(row: Pick<Row, 'before' | 'after' | 'better' | 'slack'>): 'better' | 'worse' | 'same' {
  if (row.before === null || row.after === null || row.better === null || Math.abs(row.after - row.before) <= row.slack)
    return 'same';
  return row.after < row.before === (row.better === 'less') ? 'better' : 'worse';
}
