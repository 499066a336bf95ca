/** What a check is: a pure function from rows to findings. */
import type { CheckId, Finding, Relation } from '../../contract/model/finding';
import type { ImageFacts, ImageRecord } from '../../contract/model/image';
import type { FolderReading, Layout } from '../../contract/model/dataset';

/** Images of the same picture: `members[0]` is the representative, `relations[i]` is the relation of member i to it. */
export interface Group {
  readonly members: readonly number[];
  readonly relations: readonly (Relation | null)[];
  /** Correlation with the representative after alignment, 0–1. */
  readonly similarities: readonly number[];
}

/** What the scan saw besides the images. Training loaders see these files too. */
export interface Listing {
  /**
   * What the scan skipped, as relative paths: hidden files, other types, tables. A hidden folder is there with its first
   * file that has the ending of an image, or, without such a file, with its own path and “/”.
   */
  readonly otherFiles: readonly string[];
  /** Class folders without images, as class names with their split. */
  readonly emptyClasses: readonly { className: string; split: string | null }[];
  /** Images whose rows in the label tables give different labels; absent for none. */
  readonly contradicting?: FolderReading['contradicting'];
}

/**
 * What the probes say, if a probe ran on exactly these images and labels. The arrays contain only images that could be
 * judged.
 */
export interface LabelEvidence {
  readonly verdicts: readonly {
    readonly image: number;
    readonly given: string;
    readonly suggested: string;
    /** What the newest probe itself predicts, before any judgement of the label. */
    readonly predicted: string;
    /** P(the given label is wrong). */ readonly wrong: number;
  }[];
  /**
   * Expected number of wrong labels among the judged images, with its 95 % interval; null if no image can be judged.
   */
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

/** The value of a threshold, the user's or the default. Throws a RangeError for an id that no check defines. */
export interface Thresholds {
  (id: string): number;
  unit(id: string): string;
}

/**
 * What a finding depends on besides its own images: files and pictures only, the counts of classes, the splits, what a
 * probe predicted (the check finds nothing before a probe has run), or how loaders read the folder.
 */
export type Basis = 'images' | 'class-counts' | 'splits' | 'probe' | 'loaders';

/**
 * Which images an export leaves out when the user asks it to drop the findings of a check: every image that nobody
 * reviewed, all but one of each group, or every image of each group that still has several labels.
 */
export type DropRule = 'images' | 'all-but-one' | 'conflicting-groups';

/** For a check of labels or copies: what is said about images that are exported although nobody reviewed them. */
export interface UndecidedWords {
  /** For example "undecided suspicious label is". */
  readonly one: string;
  readonly many: string;
  /** `warning` if such images teach something wrong, `info` if they only count twice. */
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
   * Groups in which one picture is a rotated or vertically mirrored copy of another, with one image for each near
   * group. Undefined if the audit did not look for them.
   */
  readonly turnedGroups?: readonly Group[];
  /** 64×64×3 probe raster of an image (row-major RGB), or null; only for checks that compare pictures. */
  readonly raster: (image: number) => Uint8Array | null;
  readonly thresholds: Thresholds;
  /** Undefined if no probe has run since the images or labels changed. */
  readonly labels?: LabelEvidence | null;
}

/** The facts that the measures of checks use. */
export type MeasuredFacts = Pick<ImageFacts, 'width' | 'height' | 'mean' | 'std' | 'luminance' | 'laplacianVariance'>;

/**
 * The measure that a check compares with its threshold, and whose distribution it shows.
 * @param all the facts of all readable images
 * @returns null if the measure says nothing about a picture
 */
export type PictureMeasure = (
  all: readonly MeasuredFacts[],
  thresholds: Thresholds,
) => (facts: MeasuredFacts) => number | null;

/** A finding before it is stored: counts become ids. */
export interface CheckFinding extends Omit<Finding, 'images' | 'groups' | 'muted' | 'progress'> {
  /** Ids of the images concerned, worst first, with their value in this check. */
  readonly images: readonly { id: number; value: number | null }[];
  readonly groups: readonly Group[];
}

/**
 * What a check needs before its findings can be shown while the index runs: `measured`: each image or copy that was
 * measured counts for itself; `listed`: only the files and their labels, and images that are not measured yet count as
 * readable.
 */
export type Early = 'measured' | 'listed';

/** Everything that Plumbline knows about a check. This knowledge is in no other file. */
export interface Check {
  /** In kebab case. Must never change: it is part of the keys under which findings are stored. */
  readonly id: CheckId;
  /** A short noun phrase for headings: "Near duplicates". */
  readonly title: string;
  /** One plain sentence: what it means and why a CNN cares. */
  readonly why: string;
  /** What is compared with what, with the formula. */
  readonly how: string;
  readonly basis: Basis;
  /** Absent if its findings need all images. */
  readonly early?: Early;
  /** Absent if it does not measure single pictures. */
  readonly measure?: PictureMeasure;
  /** True if its groups are copies of one picture. */
  readonly groupsCopies?: true;
  /** Absent if an export cannot leave out its images. */
  readonly drop?: DropRule;
  /** Absent if an export does not count the findings that nobody reviewed. */
  readonly undecided?: UndecidedWords;
  /** The questions of the checklist that its findings are evidence for. */
  readonly checklist: readonly ('data' | 'imbalance' | 'validation')[];
  /** Its own thresholds, by id: `<check>.<name>`. */
  readonly thresholds: Readonly<Record<string, ThresholdSpec>>;
  /** Thresholds of other checks that it reads. */
  readonly alsoReads?: readonly string[];
  /**
   * When the effect of a changed threshold shows only after the next audit: always, for checks that compare pictures
   * again; with many images, for checks that fit models or read rasters.
   */
  readonly costly?: 'always' | 'many-images';
  /** Raise it when the algorithm changes: stored findings are then computed again. */
  readonly version: number;
  run(input: CheckInput): CheckFinding[];
}
