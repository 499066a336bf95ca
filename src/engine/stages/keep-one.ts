/** Keeps one image of a duplicate group and excludes the others. */
import { PlumblineError } from '../../contract/errors';
import type { ImageRecord } from '../../contract/model/image';
import type { Act, KeptOnes } from '../../contract/model/review';
import { chooseKeeper } from '../../core/duplicates/keeper';
import { outcomeOf } from '../../core/review/outcome';
import type { Catalog } from '../catalog/catalog';
import { appendActs } from '../catalog/decision-log';
import { readReview } from '../catalog/decisions';
import { findingGroups } from '../catalog/finding-images';
import { auditInput } from '../catalog/findings';
import { groupImages, type GroupOf } from '../catalog/group-queries';

/**
 * Excludes all images of a group but one, as one step for undo. If that one was excluded, it is brought back.
 * @returns the number of images that changed
 * @throws PlumblineError not-found when the group, or the image in it, does not exist any more
 */
export function keepOnly(catalog: Catalog, of: GroupOf, image: number, at: number): { acts: number } {
  const members = groupImages(catalog, of);
  if (!members.includes(image))
    throw new PlumblineError('not-found', 'This image is no longer part of the group.', { details: { image } });
  const { decisions } = readReview(catalog).binding;
  const acts = members.flatMap((id): Act | [] => {
    const excluded = decisions.get(id)?.verdict === 'exclude';
    if (excluded !== (id === image)) return [];
    return { image: id, kind: excluded ? 'clear' : 'exclude', label: null };
  });
  if (acts.length > 0) appendActs(catalog, acts, { queue: of.finding, note: null, source: 'review', at });
  return { acts: acts.length };
}

/**
 * Excludes all images but one of each duplicate group of a finding, as one step for undo. Images that are already
 * excluded stay excluded. A group with different labels is left unchanged, because the pictures do not tell which label
 * is right.
 * @param keepers images to keep. For a group without one, the image that an export would choose is kept.
 */
export function keepOnePerGroup(catalog: Catalog, finding: string, keepers: readonly number[], at: number): KeptOnes {
  const records = new Map(auditInput(catalog).images.map((image) => [image.id, image]));
  const { decisions } = readReview(catalog).binding;
  const outcomes = new Map(
    [...records.values()].map((image) => [image.id, outcomeOf(image.className, decisions.get(image.id) ?? null)]),
  );
  const chosen = new Set(keepers);
  const acts: Act[] = [];
  let [groups, left] = [0, 0];
  for (const members of findingGroups(catalog, finding)) {
    const present = members
      .filter((id) => outcomes.get(id)?.action !== 'excluded')
      .flatMap((id): ImageRecord | [] => records.get(id) ?? []);
    if (present.length < 2) continue;
    if (new Set(present.map(({ id }) => outcomes.get(id)?.label)).size > 1) {
      left += 1;
      continue;
    }
    groups += 1;
    const keeper = present.find((image) => chosen.has(image.id)) ?? chooseKeeper(present, outcomes, null);
    for (const image of present) if (image !== keeper) acts.push({ image: image.id, kind: 'exclude', label: null });
  }
  if (acts.length > 0) appendActs(catalog, acts, { queue: finding, note: 'one kept per group', source: 'review', at });
  return { groups, excluded: acts.length, left };
}
