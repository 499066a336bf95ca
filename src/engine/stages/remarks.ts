/** The user's tags and notes on images. */
import { PlumblineError } from '../../contract/errors';
import type { Remarks, RemarksChange } from '../../contract/model/remarks';
import { cleanNote, noteFault, NO_REMARKS, remarkActs, tagFault } from '../../core/review/remarks';
import type { Catalog } from '../catalog/catalog';
import { appendActs } from '../catalog/decision-log';
import { currentRemarks, remarksSummary } from '../catalog/remarks';

/**
 * Changes the remarks on images, as one undoable step. A tag that differs from one in use only by case is taken as that
 * one.
 * @returns the number of images whose remarks changed
 * @throws PlumblineError bad-request for a tag or a note that is not valid
 */
export function changeRemarks(
  catalog: Catalog,
  images: readonly number[],
  change: RemarksChange,
  at: number,
): { images: number } {
  const note = change.note === undefined ? undefined : cleanNote(change.note);
  const trimmed = (change.add ?? []).map((tag) => tag.trim());
  const fault = trimmed.map(tagFault).find((one) => one !== null) ?? noteFault(note ?? '');
  if (fault !== null) throw new PlumblineError('bad-request', fault);
  const inUse = new Map(remarksSummary(catalog).tags.map(({ tag }) => [tag.toLowerCase(), tag]));
  const known = new Set(inUse.values());
  const add = trimmed.map((tag) => (known.has(tag) ? tag : (inUse.get(tag.toLowerCase()) ?? tag)));
  const before = currentRemarks(catalog);
  const acts = new Map(
    images.map((image) => [
      image,
      remarkActs(before.get(image) ?? NO_REMARKS, {
        add,
        remove: change.remove,
        ...(note !== undefined && { note }),
      }),
    ]),
  );
  appendActs(catalog, [], { queue: null, note: null, source: null, at }, { remarks: acts });
  return { images: [...acts.values()].filter((each) => each.length > 0).length };
}

/** The remarks on these images; images without any are left out. */
export function remarksOn(catalog: Catalog, images: readonly number[]): { image: number; remarks: Remarks }[] {
  const all = currentRemarks(catalog);
  return images.flatMap((image) => {
    const remarks = all.get(image);
    return remarks === undefined ? [] : [{ image, remarks: { tags: remarks.tags, note: remarks.note } }];
  });
}
