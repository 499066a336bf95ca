/** What the detection of a layout starts from, and what it finds. */
import type { ChosenLayout, FolderReading, Layout } from '../../contract/model/dataset';
import type { readColumns } from './columns';
import type { FolderPlan, TableLabel } from './folders';
import type { SplitLists } from './split-lists';
import type { Table, TableGroup, TableReading } from './table';

/** Relative paths, `/`-separated. */
export interface FolderListing {
  /** Files with image content or an image extension. */
  readonly images: readonly string[];
  /** Folders that contain neither folders nor images. */
  readonly emptyFolders: readonly string[];
  readonly tables: readonly Table[];
  /** Files that are neither images nor tables. */
  readonly others?: readonly string[];
}

/** A layout as the choice of the user, with the columns that are detected. */
export function chosenAs({ kind, table, nameField, withMasks }: Layout): ChosenLayout {
  const variant = { ...(nameField !== undefined && { nameField }), ...(withMasks && { withMasks }) };
  return { kind, table, imageColumn: null, labelColumn: null, ...variant };
}

/** Whether a layout is the one of a choice. */
export const isChosen = (layout: Layout, choice: Omit<ChosenLayout, 'imageColumn' | 'labelColumn'>): boolean =>
  layout.kind === choice.kind &&
  layout.table === choice.table &&
  layout.nameField === choice.nameField &&
  layout.withMasks === choice.withMasks;

/** How one layout assigns labels to the images. */
export interface Reading {
  readonly layout: Layout;
  /** Label by image path. Images without a label are absent. */
  readonly labels: ReadonlyMap<string, TableLabel>;
  readonly missing: TableReading['missing'];
  readonly emptyClasses: readonly { readonly className: string; readonly split: string | null }[];
  readonly record: FolderReading;
}

/** What all readings of a folder use. */
export interface Material {
  /** Without the masks. */
  readonly listing: FolderListing;
  /** Images that are masks of others by their names. They get no label. */
  readonly masks: readonly string[];
  readonly counts: ReadonlyMap<string, number>;
  /** The plan with the splits that the folder names suggest. */
  readonly plan: FolderPlan;
  /** The plan that reads all folders as classes. */
  readonly classPlan: FolderPlan;
  /** See `imageNames`. */
  readonly imageNames: ReadonlySet<string>;
  readonly reads: ReadonlyMap<Table, ReturnType<typeof readColumns>>;
  readonly groups: readonly (TableReading & { readonly group: TableGroup })[];
  readonly lists: SplitLists | null;
  /** Why a table names no image, where that can be seen. */
  readonly whyNoImage: (table: Table) => string | null;
}

export type ReadingCandidate = Omit<Reading, 'record'> & {
  readonly from: FolderReading['labels']['from'];
  readonly plan: FolderPlan | null;
  readonly group: TableGroup | null;
  readonly alsoTable: string | null;
  readonly nameField?: NonNullable<FolderReading['labels']['nameField']>;
  /** Whether images have the split of a list. */
  readonly usesLists?: boolean;
  /** 0 is best. Readings of equal rank stay in the order in which they are made. */
  readonly rank: number;
};
