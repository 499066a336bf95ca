/** The images that a check selects, as a partial: 4 bytes for each of them, 12 with their values. */
import type { CheckContext, CheckFinding, Tally } from './check';
import type { ImageRecord } from '../../contract/model/image';
import { present } from './finding';
import { type NumberColumn, fields, type Ids, concatenated, rowsIn, talliesAdded } from './partials';

export interface SelectedImages {
  readonly ids: Ids;
  /** Empty if the check gives no values. */
  readonly values: NumberColumn;
  /** How many of them each class and each split has. */
  readonly classes: Tally;
  readonly splits: Tally;
}

/** @param values one for each image, or none */
export function selectionOf(
  images: readonly Pick<ImageRecord, 'id' | 'className' | 'split'>[],
  values: readonly number[] = [],
): SelectedImages {
  const classes = new Map<string, number>();
  const splits = new Map<string, number>();
  for (const { className, split } of images) {
    classes.set(className, (classes.get(className) ?? 0) + 1);
    if (split !== null) splits.set(split, (splits.get(split) ?? 0) + 1);
  }
  return {
    ids: images.length === 0 ? [] : [Int32Array.from(images, ({ id }) => id)],
    values: values.length === 0 ? [] : [Float64Array.from(values)],
    classes,
    splits,
  };
}

export const selectionsMerged = fields<SelectedImages>({
  ids: concatenated,
  values: concatenated,
  classes: talliesAdded,
  splits: talliesAdded,
});

export const selected = ({ ids }: SelectedImages): number => rowsIn(ids);

/** The parts of a finding that follow from its images, in path order. */
export function ofSelection(
  context: CheckContext,
  { ids, values, classes, splits }: SelectedImages,
): Pick<CheckFinding, 'images' | 'classes' | 'splits'> {
  const images: { id: number; value: number | null }[] = [];
  ids.forEach((piece, at) => {
    const given = values[at];
    piece.forEach((id, row) => images.push({ id, value: given?.[row] ?? null }));
  });
  return { images, classes: present(classes.keys(), context.classes), splits: present(splits.keys(), context.splits) };
}
