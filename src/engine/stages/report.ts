/** Makes report.json. */
import { stageSchema, type StageSeconds } from '../../contract/model/job';
import type { LabSet } from '../../contract/model/lab';
import type { ReviewVerdict } from '../../contract/model/review';
import { REPORT_SCHEMA, type Report } from '../../contract/model/report';
import { byCodePoint } from '../../core/dataset/order';
import { otherReadingsText } from '../../core/dataset/other-readings';
import { stageText } from '../../core/text/jobs';
import type { Catalog } from '../catalog/catalog';
import { findingPaths, listFindings } from '../catalog/finding-queries';
import { judgedLabels, labelsSummary } from '../catalog/label-queries';
import { readReview } from '../catalog/decisions';
import { agreementsOf } from '../catalog/reviewers';
import { currentRemarks, remarksSummary } from '../catalog/remarks';
import { summaryOf } from '../catalog/summary';
import { VERSION } from '../process/version';
import { renamedClasses } from './class-decisions';
import { makeChecklist, freshLab } from './checklist';
import { listPredictions } from './diagnosis';

/** The labels as judged by the last probe over exactly these images, and the figures of that probe. */
function labelsOf(catalog: Catalog): Pick<Report, 'labels' | 'collapse'> {
  const { runs, withheld, estimate } = labelsSummary(catalog);
  const run = runs.filter((entry) => !entry.stale).sort((a, b) => b.finishedAt - a.finishedAt)[0];
  if (!run) return { labels: null, collapse: null };
  const { figures, verdict } = run.diagnosis;
  const { decisions } = readReview(catalog).binding;
  return {
    labels: {
      probe: run.kind,
      ...(run.embedding && { embedding: run.embedding }),
      ...(run.backbone && { backbone: run.backbone }),
      ...(run.pretrained && { pretrained: run.pretrained }),
      seconds: run.seconds,
      skill: run.skill,
      withheld,
      estimate,
      images: judgedLabels(catalog).map(({ image, path, given, suggested, wrong, flagged }) => {
        const decision = decisions.get(image);
        return {
          path,
          given,
          suggested,
          quality: 1 - wrong,
          issue: flagged,
          ...(decision && { decided: { verdict: decision.verdict, label: decision.label } }),
        };
      }),
    },
    collapse: {
      verdict: verdict.kind,
      sentence: verdict.sentence,
      accuracy: figures.accuracy.value,
      majorityBaseline: figures.majority.share,
      chance: figures.chance,
      balancedAccuracy: figures.balancedAccuracy.value,
      perClass: figures.perClass.map(({ name, labels, predicted, recall, precision }) => ({
        name,
        images: labels,
        predicted,
        recall,
        precision,
      })),
    },
  };
}

/** Counts the decisions that still apply to an image, and lists the classes that were renamed or merged. */
function reviewOf(catalog: Catalog): Report['review'] {
  const decisions = [...readReview(catalog).binding.decisions.values()];
  const reviewers = agreementsOf(catalog);
  const of = (wanted: ReviewVerdict): number => decisions.filter(({ verdict }) => verdict === wanted).length;
  return {
    decisions: decisions.length,
    perVerdict: { keep: of('keep'), relabel: of('relabel'), exclude: of('exclude'), unsure: of('unsure') },
    classes: renamedClasses(catalog),
    ...(reviewers.length > 0 && { reviewers: [...reviewers] }),
  };
}

function remarksOf(catalog: Catalog): Report['remarks'] {
  const { images } = readReview(catalog);
  return {
    ...remarksSummary(catalog),
    images: [...currentRemarks(catalog)]
      .map(([id, { tags, note }]) => ({ path: images.get(id)!.path, tags: [...tags], note }))
      .sort((x, y) => byCodePoint(x.path, y.path)),
  };
}

const labSet = ({ choices, sentence, confirmed }: LabSet) => ({ choices, sentence, confirmed });

/** What is known about the user's own training: predictions, the lab on the recipe, and the checklist. */
function trainingOf(catalog: Catalog): Pick<Report, 'predictions' | 'lab' | 'checklist'> {
  const lab = freshLab(catalog);
  return {
    predictions: listPredictions(catalog).flatMap(
      ({ name, source, stale, images, verdict, accuracy, balancedAccuracy, notes }) =>
        source === 'probe' || stale
          ? []
          : [
              {
                name,
                source,
                images,
                verdict: verdict.kind,
                sentence: verdict.sentence,
                accuracy,
                balancedAccuracy,
                notes,
              },
            ],
    ),
    lab: lab && {
      ...lab.result,
      finishedAt: new Date(lab.at).toISOString(),
      seconds: lab.seconds,
      runs: lab.result.runs.length,
      causes: lab.result.causes.map(labSet),
      remedies: lab.result.remedies.map(labSet),
    },
    checklist: makeChecklist(catalog),
  };
}

/** Adds up the stages that have the same display text. */
function timingsOf(seconds: Readonly<StageSeconds>): Report['timings'] {
  const timings: Report['timings'] = {};
  for (const stage of stageSchema.options) {
    const took = seconds[stage];
    if (took === undefined) continue;
    const words = stageText({ stage });
    timings[words] = (timings[words] ?? 0) + took;
  }
  return timings;
}

/** @param at milliseconds since 1970 */
export function makeReport(catalog: Catalog, timings: Readonly<StageSeconds>, at: number): Report {
  const summary = summaryOf(catalog);
  return {
    schema: REPORT_SCHEMA,
    plumbline: VERSION,
    createdAt: new Date(at).toISOString(),
    dataset: {
      root: summary.root,
      unpacked: summary.unpacked,
      ...(summary.copiesOfRun && { copiesOfRun: summary.copiesOfRun }),
      layout: summary.layout.kind,
      readAs: summary.layout.sentence,
      table: summary.layout.table,
      reading: summary.reading,
      otherReadings: otherReadingsText(summary.root, summary.layouts, summary.reading),
      skipped: summary.skipped,
      images: summary.images,
      unreadable: summary.unreadable,
      unreadableReasons: summary.unreadableReasons,
      classes: summary.classes.map(({ name, count }) => ({ name, count })),
      splits: summary.splits,
      majorityShare: summary.majorityShare,
      imbalanceRatio: summary.imbalanceRatio,
      effectiveClasses: summary.effectiveClasses,
    },
    findings: listFindings(catalog).map(
      ({
        key,
        check,
        severity,
        scope,
        title,
        remedy,
        classes,
        splits,
        score,
        value,
        threshold,
        evidence,
        muted,
        progress,
      }) => ({
        key,
        check,
        severity,
        scope,
        title,
        remedy,
        classes,
        splits,
        score,
        value,
        threshold,
        ...findingPaths(catalog, key),
        evidence,
        muted: muted?.reason ?? null,
        progress,
      }),
    ),
    ...labelsOf(catalog),
    review: reviewOf(catalog),
    remarks: remarksOf(catalog),
    ...trainingOf(catalog),
    timings: timingsOf(timings),
  };
}
