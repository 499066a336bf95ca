/** Makes the report of a data set as one HTML file. */
import { PlumblineError } from '../../contract/errors';
import type { StageSeconds } from '../../contract/model/job';
import type { Report } from '../../contract/model/report';
import type { PageFinding, ReportPage } from '../../core/report/material';
import { reportHtml } from '../../core/report/page';
import { choosePictures, MOST_GROUPS, MOST_MEMBERS, MOST_PICTURES, shownGroups } from '../../core/report/pictures';
import { MOST_DETAILED } from '../../core/report/findings';
import { MOST_SUSPECT_PICTURES } from '../../core/report/probe';
import type { Catalog } from '../catalog/catalog';
import { listGroups } from '../catalog/group-queries';
import { getThumbnail, listImages } from '../catalog/images';
import { listSuspects } from '../catalog/label-queries';
import { readReview } from '../catalog/decisions';
import { currentRemarks } from '../catalog/remarks';
import { summaryOf } from '../catalog/summary';
import { currentThresholds } from './thresholds';
import { makeReport } from './report';

export interface HtmlReportOptions {
  /** Seconds per stage. */
  readonly timings: Readonly<StageSeconds>;
  /** Thresholds of this run; they override the stored ones. */
  readonly thresholds?: Readonly<Record<string, number>> | undefined;
}

/** Adds pictures to the findings that the report shows in detail. */
function withPictures(catalog: Catalog, findings: Report['findings']): PageFinding[] {
  let shown = 0;
  return findings.map((finding): PageFinding => {
    if (finding.muted !== null || (shown += 1) > MOST_DETAILED) return { finding, cards: [], groups: [] };
    const groups =
      finding.groups.length === 0
        ? []
        : listGroups(catalog, finding.key, { offset: 0, limit: MOST_GROUPS, members: MOST_MEMBERS }).groups;
    const cards =
      groups.length > 0
        ? []
        : listImages(
            catalog,
            { finding: finding.key },
            { by: 'value', descending: false },
            { offset: 0, limit: MOST_PICTURES },
          ).items;
    return { finding, cards, groups };
  });
}

/** The stored thumbnail as a data URL; null for an image without pixels. */
function thumbnail(catalog: Catalog, image: number): string | null {
  try {
    const { data, type } = getThumbnail(catalog, image);
    return `data:${type};base64,${Buffer.from(data).toString('base64')}`;
  } catch (error) {
    if (error instanceof PlumblineError && error.code === 'not-found') return null;
    throw error;
  }
}

/** @param at milliseconds since 1970 */
export function makeHtmlReport(catalog: Catalog, { timings, thresholds }: HtmlReportOptions, at: number): string {
  const report = makeReport(catalog, timings, at);
  const { name, note, classes } = summaryOf(catalog);
  const findings = withPictures(catalog, report.findings);
  const judged = report.labels !== null && report.labels.withheld === null;
  const suspects = judged
    ? listSuspects(catalog, { threshold: 0 }, { offset: 0, limit: MOST_SUSPECT_PICTURES }).items
    : [];
  const lists = [
    ...findings.map(({ cards, groups }) =>
      [...cards, ...shownGroups(groups).flatMap((group) => group.members.map((member) => member.card))].map(
        (card) => card.id,
      ),
    ),
    suspects.map((suspect) => suspect.card.id),
  ];
  const page: ReportPage = {
    report,
    name,
    note,
    classes,
    findings,
    suspects,
    decisions: readReview(catalog).binding.decisions,
    remarks: currentRemarks(catalog),
    thresholds: currentThresholds(catalog, thresholds),
    pictures: choosePictures(lists, (image) => thumbnail(catalog, image)),
  };
  return reportHtml(page);
}
