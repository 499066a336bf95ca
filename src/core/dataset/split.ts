/**
 * Divides a data set into train, validation and test splits. Images that must stay together (duplicates) are one unit,
 * which is never divided. Each class is divided separately, so that every split gets its share of every class.
 */
import { argmax } from '../statistics/argmax';
import { seededRandom, shuffled, textSeed } from '../statistics/random';
import { eachInSlices, type Sliced } from '../slices';
import { Components } from './components';
import { byCodePoint, orderSplits } from './order';
import { type Lack, leftOut, tooFew } from './split-notices';

export interface SplitItem {
  readonly id: number;
  /** The relative path. It is the same on every machine, while ids depend on the order in which files were found. */
  readonly key: string;
  /** The final label. */
  readonly className: string;
  /** The current split of the item; null if the data set has no splits. */
  readonly split: string | null;
}

export interface SplitShare {
  readonly name: string;
  /** Any positive number. The shares are divided by their sum. */
  readonly share: number;
}

export type SplitPlan =
  | { readonly kind: 'new'; readonly shares: readonly SplitShare[]; readonly seed: string }
  /** Existing splits are kept. Only units that are in several splits, and items without a split, move to `home`. */
  | { readonly kind: 'mended'; readonly home: string };

export interface SplitResult {
  /** Split name by item id, for every item. */
  readonly assignment: ReadonlyMap<number, string>;
  /** For each class, in code-point order, the number of images in each of `splits`. */
  readonly table: readonly { readonly className: string; readonly counts: readonly number[] }[];
  readonly splits: readonly string[];
  /** Items whose split changed because of a leak. */
  readonly moved: readonly { readonly id: number; readonly from: string | null; readonly to: string }[];
  /** Sentences for the user: which class is missing in which split, and why. */
  readonly notices: readonly string[];
}

interface Unit {
  readonly key: string;
  readonly items: readonly SplitItem[];
}

/**
 * Divides `items` so that every group stays in one split. `groups` contains ids; overlapping groups are joined, and
 * unknown ids are ignored.
 * New splits: the units of each class are taken in a random order given by the seed. Each unit goes to the split that
 * is furthest below its share. So each split differs from its share by less than the largest unit of the class. A split
 * receives a unit only while it is below its share, so it exceeds the share by less than that unit. A split that was
 * short by more than a unit at the end would have received a unit earlier. There are two exceptions. Units that contain
 * several classes are placed first, where they fit best for all their classes. A class with at least as many units as
 * splits puts one unit into each split, even if that exceeds the share.
 * The order of `items` does not matter. The random numbers for each class depend only on the seed and the class name,
 * so adding a class does not change the others.
 */
export function* splitItems(
  items: readonly SplitItem[],
  groups: readonly (readonly number[])[],
  plan: SplitPlan,
): Sliced<SplitResult> {
  const units = yield* unitsOf(items, groups);
  return yield* plan.kind === 'new' ? divide(items, units, plan.shares, plan.seed) : mend(items, units, plan.home);
}

function* divide(
  items: readonly SplitItem[],
  units: readonly Unit[],
  given: readonly SplitShare[],
  seed: string,
): Sliced<SplitResult> {
  const shares = given.filter((each) => each.share > 0);
  if (shares.length === 0) throw new RangeError('A new split needs at least one share above zero.');
  const whole = shares.reduce((sum, each) => sum + each.share, 0);
  const splits = shares.map((each) => each.name);
  const placed = new Map<Unit, number>();
  const lacking = new Map<string, number[]>();
  for (const [className, count] of countClasses(items))
    lacking.set(
      className,
      shares.map((each) => (count * each.share) / whole),
    );

  const place = (unit: Unit, split: number): void => {
    const before = placed.get(unit);
    placed.set(unit, split);
    for (const [className, count] of countClasses(unit.items)) {
      const lack = lacking.get(className)!;
      lack[split] = lack[split]! - count;
      if (before !== undefined) lack[before] = lack[before]! + count;
    }
  };

  const { mixed, pure } = yield* sortByClass(units);
  const placeMixed = (unit: Unit): void => place(unit, leastHarm(unit, lacking, splits.length));
  yield* eachInSlices(shuffled(mixed, seededRandom(textSeed(`${seed}/`))), placeMixed, sizeOf);
  const lacks: Lack[] = [];
  for (const className of [...lacking.keys()].sort(byCodePoint)) {
    const own = pure.get(className) ?? [];
    const placeOwn = (unit: Unit): void => place(unit, argmax(lacking.get(className)!));
    yield* eachInSlices(shuffled(own, seededRandom(textSeed(`${seed}/${className}`))), placeOwn, sizeOf);
    serveEmpty(className, own, mixed, placed, place, shares);
    lacks.push(...lackOf(className, own, mixed, placed, splits));
  }
  const assignment = new Map<number, string>();
  const assign = ([unit, split]: readonly [Unit, number]): void => {
    for (const item of unit.items) assignment.set(item.id, splits[split]!);
  };
  yield* eachInSlices(placed, assign, ([unit]) => sizeOf(unit));
  return {
    assignment,
    splits,
    table: yield* tableOf(items, assignment, splits),
    moved: [],
    notices: tooFew(lacks, splits.length),
  };
}

/**
 * Gives each split that lacks the class the smallest unit of the split that has most units. Splits with larger shares
 * come first.
 */
function serveEmpty(
  className: string,
  own: readonly Unit[],
  mixed: readonly Unit[],
  placed: ReadonlyMap<Unit, number>,
  place: (unit: Unit, split: number) => void,
  shares: readonly SplitShare[],
): void {
  const unitsIn = shares.map(() => [] as Unit[]);
  for (const unit of own) unitsIn[placed.get(unit)!]!.push(unit);
  const mixedIn = shares.map(() => 0);
  for (const unit of mixed)
    if (unit.items.some((item) => item.className === className)) mixedIn[placed.get(unit)!]! += 1;
  const held = (split: number): number => unitsIn[split]!.length + mixedIn[split]!;
  const order = shares.map((_, index) => index).sort((x, y) => shares[y]!.share - shares[x]!.share || x - y);
  for (const empty of order.filter((split) => held(split) === 0)) {
    const donors = order.filter((split) => held(split) > 1 && unitsIn[split]!.length > 0);
    const donor = donors.reduce<number | null>(
      (best, split) => (best === null || held(split) > held(best) ? split : best),
      null,
    );
    if (donor === null) return;
    const gift = unitsIn[donor]!.reduce((best, unit) => (unit.items.length < best.items.length ? unit : best));
    unitsIn[donor] = unitsIn[donor]!.filter((unit) => unit !== gift);
    unitsIn[empty]!.push(gift);
    place(gift, empty);
  }
}

function lackOf(
  className: string,
  own: readonly Unit[],
  mixed: readonly Unit[],
  placed: ReadonlyMap<Unit, number>,
  splits: readonly string[],
): Lack[] {
  const all = [...own, ...mixed.filter((unit) => unit.items.some((item) => item.className === className))];
  const reached = new Set(all.map((unit) => placed.get(unit)));
  const missing = splits.filter((_, index) => !reached.has(index));
  const images = all.reduce((sum, unit) => sum + unit.items.filter((item) => item.className === className).length, 0);
  return missing.length === 0 ? [] : [{ className, missing, images, units: all.length }];
}

function* mend(items: readonly SplitItem[], units: readonly Unit[], home: string): Sliced<SplitResult> {
  const assignment = new Map<number, string>();
  const moved: { id: number; from: string | null; to: string }[] = [];
  const names = new Set<string>();
  const place = (unit: Unit): void => {
    const [first] = unit.items;
    const to = first?.split != null && unit.items.every(({ split }) => split === first.split) ? first.split : home;
    names.add(to);
    for (const { id, split } of unit.items) {
      assignment.set(id, to);
      if (split !== null) names.add(split);
      if (split !== to) moved.push({ id, from: split, to });
    }
  };
  yield* eachInSlices(units, place, sizeOf);
  const splits = orderSplits([...names]);
  const table = yield* tableOf(items, assignment, splits);
  const lacks = table
    .map(({ className, counts }) => ({ className, missing: splits.filter((_, index) => counts[index] === 0) }))
    .filter(({ missing }) => missing.length > 0);
  moved.sort((x, y) => x.id - y.id);
  return { assignment, splits, table, moved, notices: leftOut(lacks) };
}

const sizeOf = ({ items }: Unit): number => items.length;

function* unitsOf(items: readonly SplitItem[], groups: readonly (readonly number[])[]): Sliced<Unit[]> {
  const rootOf = yield* joined(items, groups);
  const members = new Map<number, SplitItem[]>();
  const units: Unit[] = [];
  const sorted = [...items].sort((x, y) => byCodePoint(x.key, y.key));
  yield* eachInSlices(sorted, (item) => {
    const root = rootOf(item.id);
    const known = root === null ? undefined : members.get(root);
    if (known !== undefined) {
      known.push(item);
      return;
    }
    const own = [item];
    if (root !== null) members.set(root, own);
    units.push({ key: item.key, items: own });
  });
  return units;
}

/** Tells which ids are in one component of overlapping groups, by the number of the component; null for a single id. */
function* joined(
  items: readonly SplitItem[],
  groups: readonly (readonly number[])[],
): Sliced<(id: number) => number | null> {
  const places = new Map<number, number>();
  if (groups.length === 0) return () => null;
  yield* eachInSlices(items, ({ id }) => places.set(id, places.size));
  const components = new Components(places.size);
  const join = (group: readonly number[]): void => {
    const [first, ...others] = group.flatMap((id) => places.get(id) ?? []);
    for (const other of others) components.join(first!, other);
  };
  yield* eachInSlices(groups, join, ({ length }) => length);
  return (id) => components.find(places.get(id)!);
}

function* sortByClass(units: readonly Unit[]): Sliced<{ mixed: Unit[]; pure: Map<string, Unit[]> }> {
  const mixed: Unit[] = [];
  const pure = new Map<string, Unit[]>();
  const sort = (unit: Unit): void => {
    const className = unit.items[0]!.className;
    if (unit.items.some((item) => item.className !== className)) mixed.push(unit);
    else if (pure.has(className)) pure.get(className)!.push(unit);
    else pure.set(className, [unit]);
  };
  yield* eachInSlices(units, sort, sizeOf);
  return { mixed, pure };
}

/** The split where the unit reduces the squared shortfalls of its classes most. */
function leastHarm(unit: Unit, lacking: ReadonlyMap<string, number[]>, splits: number): number {
  const gain = Array.from({ length: splits }, () => 0);
  for (const [className, count] of countClasses(unit.items)) {
    const lack = lacking.get(className)!;
    for (let split = 0; split < splits; split += 1) gain[split]! += 2 * lack[split]! * count - count * count;
  }
  return argmax(gain);
}

function countClasses(items: readonly SplitItem[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const item of items) counts.set(item.className, (counts.get(item.className) ?? 0) + 1);
  return counts;
}

function* tableOf(
  items: readonly SplitItem[],
  assignment: ReadonlyMap<number, string>,
  splits: readonly string[],
): Sliced<SplitResult['table']> {
  const rows = new Map<string, number[]>();
  const place = new Map(splits.map((split, index) => [split, index]));
  yield* eachInSlices(items, ({ id, className }) => {
    const row = rows.get(className) ?? splits.map(() => 0);
    row[place.get(assignment.get(id)!)!]! += 1;
    rows.set(className, row);
  });
  return [...rows.keys()].sort(byCodePoint).map((className) => ({ className, counts: rows.get(className)! }));
}
