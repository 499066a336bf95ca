/** How many of the flagged images and groups are decided. */
import type { FindingProgress } from '../../contract/model/finding';
import { checkOf, droppableChecks } from '../../core/checks/index';
import { outcomeOf, type Outcome } from '../../core/review/outcome';
import { undecidedIn, undecidedWith } from '../../core/review/progress';
import type { Catalog } from './catalog';
import { findingGroups } from './finding-images';
import { readReview, wasReviewed, type CurrentReview } from './decisions';
import { dropFindings, standing } from './export-source';
import { notDuplicatePairs } from './findings';

interface Subject {
  readonly key: string;
  readonly unit: FindingProgress['unit'];
  /** How many would be undecided without any decision. */
  readonly of: number;
  readonly left: ReturnType<typeof undecidedWith>;
}

/** By the images of a review, which are read again only when the index changes: findings change only with the index. */
const remembered = new WeakMap<CurrentReview['images'], readonly Subject[]>();

function subjectsOf(catalog: Catalog, images: CurrentReview['images']): readonly Subject[] {
  const known = remembered.get(images);
  if (known) return known;
  const given = (id: number): Outcome | undefined => {
    const image = images.get(id);
    return image && outcomeOf(image.className, null);
  };
  const droppable = droppableChecks.map(({ id }) => id);
  const still = standing(catalog);
  const whole = new Map(
    dropFindings(catalog, droppable, new Set(), (groups) => groups).map((finding) => [finding.key, finding]),
  );
  const subjects = dropFindings(catalog, droppable, new Set(), still).map((finding): Subject => {
    const drop = checkOf(finding.check)!.drop!;
    return {
      key: finding.key,
      unit: drop === 'images' ? 'images' : 'groups',
      of: undecidedIn(whole.get(finding.key)!, drop, given),
      left: undecidedWith(finding, drop, given),
    };
  });
  remembered.set(images, subjects);
  return subjects;
}

function outcomesIn({ binding, images }: CurrentReview): (id: number) => Outcome | undefined {
  return (id) => {
    const image = images.get(id);
    return image && outcomeOf(image.className, binding.decisions.get(id) ?? null);
  };
}

/** The groups of a finding, and how many of them need no more review; null for a finding without groups. */
export function groupsSettled(catalog: Catalog, key: string): { total: number; settled: number } | null {
  const groups = findingGroups(catalog, key);
  if (groups.length === 0) return null;
  const progress = findingProgress(catalog).get(key);
  const total = progress?.of ?? groups.length;
  const left = progress?.left ?? undecidedIn({ images: [], groups }, 'all-but-one', outcomesIn(readReview(catalog)));
  return { total, settled: total - left };
}

/** By the key of the finding. Findings of which nothing is decided are absent. */
export function findingProgress(catalog: Catalog): ReadonlyMap<string, FindingProgress> {
  // Without decisions there is no progress, and reading the images of a review is costly.
  if (!wasReviewed(catalog) && notDuplicatePairs(catalog).length === 0) return new Map();
  const review = readReview(catalog);
  const now = outcomesIn(review);
  return new Map(
    subjectsOf(catalog, review.images).flatMap(({ key, unit, of, ...subject }): [string, FindingProgress][] => {
      const left = subject.left(review.binding.decisions, now);
      return left >= of ? [] : [[key, { unit, of, left }]];
    }),
  );
}
