/** Catalog → report.json. */
import { REPORT_SCHEMA, type Report } from '../../contract/report';
import type { Catalog } from '../catalog/catalog';
import { findingPaths, listFindings } from '../catalog/found';
import { summaryOf } from '../catalog/summary';
import { VERSION } from '../version';

/** @param timings seconds by stage; @param at milliseconds since 1970 */
export function makeReport(catalog: Catalog, timings: Readonly<Record<string, number>>, at: number): Report {
  const summary = summaryOf(catalog);
  return {
    schema: REPORT_SCHEMA,
    plumbline: VERSION,
    createdAt: new Date(at).toISOString(),
    dataset: {
      root: summary.root,
      layout: summary.layout.kind,
      readAs: summary.layout.sentence,
      table: summary.layout.table,
      images: summary.images,
      unreadable: summary.unreadable,
      unreadableReasons: summary.unreadableReasons,
      classes: summary.classes.map(({ name, count }) => ({ name, count })),
      splits: summary.splits,
      majorityShare: summary.majorityShare,
      imbalanceRatio: summary.imbalanceRatio,
      effectiveClasses: summary.effectiveClasses,
    },
    findings: listFindings(catalog).map(({ key, check, severity, scope, title, remedy, classes, splits, score, value, threshold, evidence, muted }) => ({
      key, check, severity, scope, title, remedy, classes, splits, score, value, threshold, ...findingPaths(catalog, key), evidence, muted: muted?.reason ?? null,
    })),
    timings: { ...timings },
  };
}
