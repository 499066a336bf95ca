/** All data that the report shows. */
import type { Suspect } from '../../contract/model/labels';
import type { ClassCount } from '../../contract/model/dataset';
import type { DuplicateGroup, Threshold } from '../../contract/model/finding';
import type { ImageCard } from '../../contract/model/image';
import type { Remarks } from '../../contract/model/remarks';
import type { Report } from '../../contract/model/report';
import type { Decision } from '../../contract/model/review';

/** A finding with its images: groups if it has groups, else images, worst first. */
export interface PageFinding {
  readonly finding: Report['findings'][number];
  readonly cards: readonly ImageCard[];
  readonly groups: readonly Pick<DuplicateGroup, 'members'>[];
}

export interface ReportPage {
  readonly report: Report;
  readonly name: string;
  /** A sentence if the data set has planted faults (the demo); null otherwise. */
  readonly note: string | null;
  /** All classes, with their counts in the order of the report's splits. */
  readonly classes: readonly ClassCount[];
  readonly thresholds: readonly Threshold[];
  /** Worst first; muted ones among them. */
  readonly findings: readonly PageFinding[];
  /** Suspicious labels, worst first: the first page of them. */
  readonly suspects: readonly Suspect[];
  /** Decisions by image id. */
  readonly decisions: ReadonlyMap<number, Pick<Decision, 'verdict' | 'label'>>;
  /** Tags and notes by image id. */
  readonly remarks: ReadonlyMap<number, Remarks>;
  /** By image id: a data URL. Images that are absent are named without a picture. */
  readonly pictures: ReadonlyMap<number, string>;
}
