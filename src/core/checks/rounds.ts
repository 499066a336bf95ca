/**
 * How checks run over shards: a first round over all rows, the surveys of the few checks that have one, a second round
 * for these checks, and the conclusions. One machine runs the same functions with one shard.
 */
import type { Check, CheckContext, CheckFinding, CheckGlobal, CheckInput, KnownImage, Shard } from './check';
import { countsIn, countsMerged, totalsOf } from './class-counts';

/** By check id. */
type ByCheck = Readonly<Record<string, unknown>>;

/** What the first round takes from a shard: the partials of the checks, or of their surveys if they have one. */
export interface FirstRound {
  readonly counts: ReturnType<typeof countsIn>;
  readonly parts: ByCheck;
}

function forEach(checks: readonly Check[], value: (check: Check) => unknown): ByCheck {
  return Object.fromEntries(checks.map((check) => [check.id, value(check)]));
}

const surveying = (checks: readonly Check[]): Check[] => checks.filter(({ survey }) => survey !== undefined);

export function firstRound(checks: readonly Check[], shard: Shard, context: CheckContext): FirstRound {
  return {
    counts: countsIn(shard, context),
    parts: firstParts(checks, shard, context),
  };
}

function firstParts(checks: readonly Check[], shard: Shard, context: CheckContext): ByCheck {
  return forEach(checks, (check) => (check.survey ?? check).partial(shard, context, undefined));
}

/** @param first of the rows that come first; the same checks as in `second` */
export function mergeFirstRound(checks: readonly Check[], first: FirstRound, second: FirstRound): FirstRound {
  return {
    counts: countsMerged(first.counts, second.counts),
    parts: forEach(checks, (check) => (check.survey ?? check).merge(first.parts[check.id], second.parts[check.id])),
  };
}

/** What the conclusions know, from what the other steps found and the counts of all shards. */
export function withTotals(found: Omit<CheckGlobal, 'totals'>, { counts }: Pick<FirstRound, 'counts'>): CheckGlobal {
  return { ...found, totals: totalsOf(counts, found) };
}

/** The conclusions of all surveys; every shard needs them in the second round. */
export function concludeSurveys(checks: readonly Check[], { parts }: FirstRound, global: CheckGlobal): ByCheck {
  return forEach(surveying(checks), (check) => check.survey?.conclude(parts[check.id], global));
}

/** The partials of the checks that have a survey; empty if none has. */
export function secondRound(checks: readonly Check[], shard: Shard, context: CheckContext, surveyed: ByCheck): ByCheck {
  return forEach(surveying(checks), (check) => check.partial(shard, context, surveyed[check.id]));
}

/** @param first of the rows that come first; the same checks as in `second` */
export function mergeSecondRound(checks: readonly Check[], first: ByCheck, second: ByCheck): ByCheck {
  return forEach(surveying(checks), (check) => check.merge(first[check.id], second[check.id]));
}

/** The findings in the order of the checks. */
export function concludeChecks(
  checks: readonly Check[],
  global: CheckGlobal,
  rounds: { readonly first: FirstRound; readonly surveyed: ByCheck; readonly second: ByCheck },
): CheckFinding[] {
  return checks.flatMap((check) =>
    check.conclude((check.survey ? rounds.second : rounds.first.parts)[check.id], global, rounds.surveyed[check.id]),
  );
}

/**
 * All rows as a single shard.
 * @returns the findings of a check over these rows
 */
export function singleShard(input: CheckInput): (check: Check) => CheckFinding[] {
  const places = placesOf(input);
  const counts = countsIn(input, input);
  const image = (id: number): KnownImage | undefined => input.images[(places[id] ?? 0) - 1];
  const global = withTotals({ ...input, image }, { counts });
  return (check) => {
    const first = { counts, parts: firstParts([check], input, input) };
    const surveyed = concludeSurveys([check], first, global);
    const second = secondRound([check], input, input, surveyed);
    return concludeChecks([check], global, { first, surveyed, second });
  };
}

/** Place of each image plus one, by id; 0 where no image has the id. An array, because a map holds 16.7 million. */
function placesOf({ images }: Shard): Int32Array {
  let largest = -1;
  for (const { id } of images) largest = Math.max(largest, id);
  const places = new Int32Array(largest + 1);
  images.forEach(({ id }, at) => {
    places[id] = at + 1;
  });
  return places;
}
