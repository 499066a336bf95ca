/**
 * What a check is: pure functions from rows to findings. The rows of a data set can be cut into shards that different
 * processes read, so a check is three functions: what it takes from the rows of one shard (`partial`), how two of
 * these become one (`merge`), and what follows from all of them (`conclude`). One machine runs them with one shard.
 */
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

/** A contiguous range of the rows. */
export interface Shard {
  /** In path order. Ids are unique, below 2³¹, and not consecutive. */
  readonly images: readonly ImageRecord[];
  /** 64×64×3 probe raster of an image of the shard (row-major RGB), or null; only for checks that compare pictures. */
  readonly raster: (image: number) => Uint8Array | null;
}

/** What is known before any row is read. */
export interface CheckContext {
  readonly layout: Layout;
  /** All classes in code-point order, empty ones too. */
  readonly classes: readonly string[];
  /** train, val, test first, then others by name; empty where there are none. */
  readonly splits: readonly string[];
  readonly thresholds: Thresholds;
}

/** What other steps found in all rows. */
interface Found {
  readonly listing: Listing;
  /** Same bytes or same decoded pixels. */
  readonly exactGroups: readonly Group[];
  /** Confirmed near duplicates and left–right mirror images together with exact ones: connected components. */
  readonly nearGroups: readonly Group[];
  /**
   * Groups in which one picture is a rotated or vertically mirrored copy of another, with one image for each near
   * group. Undefined if the audit did not look for them.
   */
  readonly turnedGroups?: readonly Group[];
  /** Undefined if no probe has run since the images or labels changed. */
  readonly labels?: LabelEvidence | null;
}

/** What a conclusion needs of an image that is in a group or that a probe judged. */
export interface KnownImage extends Pick<ImageRecord, 'id' | 'className' | 'split'> {
  readonly facts: (MeasuredFacts & Pick<ImageFacts, 'pixelHash'>) | null;
}

/** Numbers of images, over all shards. */
export interface Totals {
  readonly images: number;
  /** Images that were decoded. */
  readonly readable: number;
  readonly imagesOf: Tally;
  readonly readableOf: Tally;
  /** All images of each split. */
  readonly imagesIn: Tally;
  /**
   * Images that are not unreadable, by class: of the whole data set first, then of each split that has images. An image
   * that is not measured yet counts as readable.
   */
  readonly bySplit: readonly SplitCounts[];
}

export interface SplitCounts {
  /** Null for the whole data set. */
  readonly split: string | null;
  /** In the order of the classes. */
  readonly counts: readonly number[];
  readonly total: number;
}

/** A number for each name, for example images for each class. Names without images are absent. */
export type Tally<N extends string = string> = ReadonlyMap<N, number>;

/** What a conclusion knows besides the merged partials. */
export interface CheckGlobal extends CheckContext, Found {
  readonly totals: Totals;
  /** An image of a group or of the evidence; undefined for an id that no row has. */
  readonly image: (id: number) => KnownImage | undefined;
}

/** All rows in one shard, and everything else that the checks need. */
export type CheckInput = Shard & CheckContext & Found;

/** The facts that the measures of checks use. */
export type MeasuredFacts = Pick<ImageFacts, 'width' | 'height' | 'mean' | 'std' | 'luminance' | 'laplacianVariance'>;

/**
 * The measure that a check compares with its threshold, and whose distribution it shows.
 * @param all the facts of all readable images
 * @returns null if the measure says nothing about a picture
 */
export type PictureMeasure = (
  thresholds: Thresholds,
  all: readonly MeasuredFacts[],
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

/**
 * A pass over all rows before the partials of a check can be computed, for example for quartiles. Its conclusion is
 * given to every partial, so it must be small.
 * @typeParam A what it takes from the rows of a shard; the same rules as for the partial of a check
 * @typeParam S its conclusion, which is written and read like a partial
 */
export interface Survey<A, S> {
  partial(shard: Shard, context: CheckContext): A;
  merge(first: A, second: A): A;
  conclude(all: A, global: CheckGlobal): S;
}

/**
 * Everything that Plumbline knows about a check. This knowledge is in no other file.
 * @typeParam P what the check takes from the rows of a shard. Processes send it to each other: it has only numbers,
 * strings, booleans, null, arrays, plain objects, maps with names as keys, and typed arrays. It must not grow with the
 * images, except by the ids and values of those that a finding may list; the doc comment of a check says where it does.
 * @typeParam S the conclusion of its survey
 */
export interface Check<P = unknown, S = unknown> {
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
  /** Absent if the partials need nothing that is known only after all rows. */
  readonly survey?: Survey<unknown, S>;
  /** @param surveyed the conclusion of the survey; undefined for a check without one */
  partial(shard: Shard, context: CheckContext, surveyed: S): P;
  /**
   * Joins the partials of two neighbouring ranges of rows. Associative, and equal to the partial of both ranges in one,
   * so that no finding depends on how the rows were cut. Sums of fractions are exact sums (statistics/exact-sum.ts).
   * @param first of the rows that come first
   */
  merge(first: P, second: P): P;
  conclude(all: P, global: CheckGlobal, surveyed: S): CheckFinding[];
}
