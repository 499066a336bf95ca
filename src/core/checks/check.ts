/** What a check is: a pure function from rows to findings. */
import type { CheckId, Finding, Relation } from '../../contract/model/finding';
import type { ImageRecord } from '../../contract/model/image';
import type { Layout } from '../../contract/model/dataset';

/**
 * Images that are the same picture: `members[0]` is the representative, `relations[i]` says how member i relates to it.
 */
export interface Group {
  readonly members: readonly number[];
  readonly relations: readonly (Relation | null)[];
  /** Correlation with the representative after alignment, 0–1. */
  readonly similarities: readonly number[];
}

/** What the scan saw beside the images: the loaders that users train with see it too. */
export interface Listing {
  /** Files that were passed over, relative paths: hidden files, other types, tables. */
  readonly otherFiles: readonly string[];
  /** Class folders without an image, as class names with their split. */
  readonly emptyClasses: readonly { className: string; split: string | null }[];
}

/**
 * What the probes say, once one ran over exactly these images and labels. Arrays hold only images that could be judged.
 */
export interface LabelEvidence {
  readonly verdicts: readonly {
    readonly image: number;
    readonly given: string;
    readonly suggested: string;
    /** P(the given label is wrong). */ readonly wrong: number;
  }[];
  /** Expected number of wrong labels among the judged, with its 95 % interval; null where none may be judged. */
  readonly estimate: { readonly expected: number; readonly low: number; readonly high: number } | null;
  /** Off-diagonal cells of the calibrated confident joint. */
  readonly joint: readonly { readonly given: string; readonly truth: string; readonly count: number }[];
  /** Mean distance to the nearest neighbours in the probe's embedding. */
  readonly distances: readonly { readonly image: number; readonly value: number }[];
}

export interface ThresholdSpec {
  readonly default: number;
  readonly min: number;
  readonly max: number;
  readonly unit: string;
  /** One sentence: why this number. */
  readonly reason: string;
}

/** The value that holds for a threshold. Throws a RangeError for an id that no check defines. */
export interface Thresholds {
  (id: string): number;
  unit(id: string): string;
}

/**
 * What a finding depends on besides its own images: files and pictures alone, the counts of classes, the splits, what a
 * probe predicted (the check finds nothing before one has run), or how loaders read the folder.
 */
export type Basis = 'images' | 'class-counts' | 'splits' | 'probe' | 'loaders';

/**
 * Which images an export leaves out when the user asks it to drop the findings of a check: all that nobody reviewed, all
 * but one of each group, or all of each group that still has several labels.
 */
export type DropRule = 'images' | 'all-but-one' | 'conflicting-groups';

/** What a check that judges labels or copies says of images that go into an export although nobody reviewed them. */
export interface UndecidedWords {
  /** For example "undecided suspicious label goes". */
  readonly one: string;
  readonly many: string;
  /** `warning` where it teaches something wrong, `info` where it only counts twice. */
  readonly severity: 'warning' | 'info';
}

export interface CheckInput {
  readonly layout: Layout;
  readonly listing: Listing;
  /** In path order. Ids are unique, not consecutive. */
  readonly images: readonly ImageRecord[];
  /** All classes in code-point order, empty ones too. */
  readonly classes: readonly string[];
  /** train, val, test first, then others by name; empty where there are none. */
  readonly splits: readonly string[];
  /** Same bytes or same decoded pixels. */
  readonly exactGroups: readonly Group[];
  /** Confirmed near duplicates and left–right mirror images together with exact ones: connected components. */
  readonly nearGroups: readonly Group[];
  /**
   * Groups of which one picture is another turned or mirrored top–bottom; one image for each near group. None where not
   * looked for.
   */
  readonly turnedGroups?: readonly Group[];
  /** 64×64×3 probe raster of an image (row-major RGB), or null; only for checks that compare pictures. */
  readonly raster: (image: number) => Uint8Array | null;
  readonly thresholds: Thresholds;
  /** None where no probe ran since the images or labels changed. */
  readonly labels?: LabelEvidence | null;
}

/** A finding before it is stored: counts become ids. */
export interface CheckFinding extends Omit<Finding, 'images' | 'groups' | 'muted'> {
  /** Ids concerned, worst first, with the value that each has for this check. */
  readonly images: readonly { id: number; value: number | null }[];
  readonly groups: readonly Group[];
}

/** Everything that Plumbline knows of a check: no other file may know more. */
export interface Check {
  /** In kebab case. Part of the keys that findings are stored under, so that it never changes. */
  readonly id: CheckId;
  /** A short noun phrase for headings: "Near duplicates". */
  readonly title: string;
  /** One plain sentence: what it means and why a CNN cares. */
  readonly why: string;
  /** What is compared with what, with the formula. */
  readonly how: string;
  readonly basis: Basis;
  /** Its groups are copies of one picture. */
  readonly groupsCopies?: true;
  /** Absent where an export cannot leave its images out. */
  readonly drop?: DropRule;
  /** Absent where an export does not count what nobody reviewed. */
  readonly undecided?: UndecidedWords;
  /** The questions of the checklist that its findings are evidence for. */
  readonly checklist: readonly ('data' | 'imbalance' | 'validation')[];
  /** Its own thresholds, by id: `<check>.<name>`. */
  readonly thresholds: Readonly<Record<string, ThresholdSpec>>;
  /** Thresholds of other checks that it reads. */
  readonly alsoReads?: readonly string[];
  /**
   * Where the effect of a changed threshold is known by the next audit only: always, where pictures are compared anew;
   * with many images, where models are fitted or rasters read.
   */
  readonly costly?: 'always' | 'many-images';
  /** Raised when the algorithm changes, so that stored findings are made again. */
  readonly version: number;
  run(input: CheckInput): CheckFinding[];
}
