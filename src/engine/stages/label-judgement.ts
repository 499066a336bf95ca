/**
 * Judges the labels by the stored predictions of the probes and the user's decisions. Synchronous, because it runs in
 * the audit process.
 */
import { createHash } from 'node:crypto';
import type { LabelsSummary, Probed, ProbeKind } from '../../contract/model/labels';
import type { Group } from '../../core/checks/check';
import { combinePredictions } from '../../core/labels/combination';
import { judgingRuns } from '../../core/labels/judging-runs';
import { judgeLabels, type LabelVerdicts } from '../../core/labels/verdicts';
import type { Catalog } from '../catalog/catalog';
import { freshOutputs, judgementKey, labelsSummary } from '../catalog/label-queries';
import { storeVerdicts, type LabelVerdict, type ProbeOutputs } from '../catalog/labels';
import { reviewedClasses } from '../catalog/decisions';
import type { Step } from '../process/task';

/** Increase it when the judgement changes: verdicts of an older version are then computed again. */
const JUDGEMENT_VERSION = 8;
/** Number of positions of the threshold slider. */
const CURVE_POINTS = 99;
const JOINT_MOST = 5000;

/**
 * Judges every label by the newest runs over the current data set: by the user's predictions, or by all trained probes.
 * Does nothing when the last judgement was made from the same data.
 * @param copies groups of duplicates as image ids, judged together; `key` identifies them
 */
export function judgeStoredLabels(
  catalog: Catalog,
  copies: { readonly groups: readonly Group[]; readonly key: string },
  progress: (step: Step) => void,
): void {
  const runs = judgingRuns(labelsSummary(catalog).runs);
  if (runs.length === 0) return;
  const reviewed = reviewedClasses(catalog);
  const key = createHash('sha256')
    .update(
      JSON.stringify([
        JUDGEMENT_VERSION,
        copies.key,
        runs.map((run) => [run.kind, run.finishedAt]),
        [...reviewed].sort(([a], [b]) => a - b),
      ]),
    )
    .digest('hex');
  if (judgementKey(catalog) === key) return;
  progress({ stage: 'judge-labels', done: 0, total: null });
  const probes = runs.flatMap(({ kind }) => {
    const outputs = freshOutputs(catalog, kind);
    return outputs === null ? [] : [{ kind, outputs }];
  });
  const [first, second] = probes.map(({ outputs }) => outputs);
  if (first === undefined) return;
  const { classes } = first;
  // Both trained probes saw the same images and labels, and so the same classes.
  const basis =
    second === undefined
      ? first
      : {
          ...first,
          probabilities: combinePredictions(first.probabilities, second.probabilities),
          truth: combinePredictions(first.truth, second.truth),
        };
  const groupOf = new Map(
    copies.groups.flatMap(({ members }, group) => members.map((image) => [image, group] as const)),
  );
  const classIndex = new Map(classes.map((name, k) => [name, k]));
  const known = basis.images.map((image) => classIndex.get(reviewed.get(image) ?? '') ?? -1);
  const verdicts = judgeLabels(
    { ...basis, classes: classes.length },
    { groups: basis.images.map((image) => groupOf.get(image) ?? -1), known },
  );
  storeVerdicts(catalog, verdictRows(basis, verdicts, probes), summaryOf(basis, verdicts), key);
}

function* verdictRows(
  { classes, images, labels }: ProbeOutputs,
  verdicts: LabelVerdicts,
  probes: readonly { readonly kind: ProbeKind; readonly outputs: ProbeOutputs }[],
): Generator<LabelVerdict> {
  for (let i = 0; i < images.length; i++) {
    if (verdicts.judged[i] === 0) continue;
    const suggested = verdicts.suggested[i]!;
    yield {
      image: images[i]!,
      given: classes[labels[i]!]!,
      suggested: classes[suggested]!,
      wrong: verdicts.wrong[i]!,
      flagged: verdicts.flags[i] === 1,
      probed: probes.map(({ kind, outputs: { truth } }): Probed => {
        const of = (k: number): number => truth[i * classes.length + k]!;
        return { kind, given: of(labels[i]!), suggested: of(suggested) };
      }),
    };
  }
}

function summaryOf({ classes, labels }: ProbeOutputs, verdicts: LabelVerdicts): Omit<LabelsSummary, 'runs'> {
  const { skill, joint, estimate, wrong, suggested, flags, judged } = verdicts;
  const pairs = new Map<number, number>();
  labels.forEach((given, i) => {
    const cell = given * classes.length + suggested[i]!;
    if (flags[i] === 1) pairs.set(cell, (pairs.get(cell) ?? 0) + 1);
  });
  const named = (cell: number) => ({
    from: classes[Math.floor(cell / classes.length)]!,
    to: classes[cell % classes.length]!,
  });
  const cells = Array.from(joint.calibrated, (count, cell) => ({ cell, count })).filter(
    ({ cell, count }) => count > 0 && cell % (classes.length + 1) !== 0,
  );
  const ranked = Float64Array.from(wrong)
    .filter((_, i) => suggested[i] !== labels[i])
    .sort()
    .reverse();
  return {
    withheld: skill.verdict === 'learned' ? null : skill.sentence,
    judged: judged.reduce((sum, one) => sum + one, 0),
    flagged: flags.reduce((sum, one) => sum + one, 0),
    estimate,
    curve: estimate === null ? [] : thresholdCurve(ranked),
    pairs: [...pairs]
      .sort((a, b) => b[1] - a[1])
      .map(([cell, count]) => ({ given: named(cell).from, suggested: named(cell).to, count })),
    joint:
      estimate === null
        ? []
        : cells
            .sort((a, b) => b.count - a.count)
            .slice(0, JOINT_MOST)
            .map(({ cell, count }) => ({ given: named(cell).from, truth: named(cell).to, count })),
  };
}

/**
 * How many labels are at or above each threshold, and how many of those are expected to be wrong.
 * @param ranked P(wrong), descending
 */
function thresholdCurve(ranked: Float64Array): LabelsSummary['curve'] {
  let at = 0;
  let expected = 0;
  return Array.from({ length: CURVE_POINTS }, (_, step) => {
    const threshold = (CURVE_POINTS - step) / (CURVE_POINTS + 1);
    while (at < ranked.length && ranked[at]! >= threshold) expected += ranked[at++]!;
    return { threshold, flagged: at, expected };
  });
}
