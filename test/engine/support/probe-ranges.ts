/** The instant probe in ranges of images, without the files of a run. */
import { deserialize, serialize } from 'node:v8';
import { chosenPenalties, USUAL_PENALTY } from '../../../src/engine/training/instant/penalties';
import type { PlanState, Sources } from '../../../src/engine/training/instant/plan';
import { solveBasis } from '../../../src/engine/training/instant/ridge';
import { type Doubts, judgeScores, type Round } from '../../../src/engine/training/instant/rounds';
import { emptyRows } from '../../../src/engine/training/instant/rows';
import { type ProbeImages, ProbeShard } from '../../../src/engine/training/instant/shards';
import { arraySum, fitOf, mergeRowSums, mergeTargetSums } from '../../../src/engine/training/instant/sums';

/** Every state goes through bytes, as it does between processes. */
export const moved = <T>(state: T): T => deserialize(serialize(state)) as T;

interface Probed {
  readonly images: ProbeImages;
  readonly sources: Sources;
  readonly plan: PlanState;
}

/** Both rounds in some ranges, whose rows are in files of the folder `scratch` if there are several. */
export async function probedInRanges({ images, sources, plan }: Probed, ranges: number, scratch: string) {
  const count = images.labels.length;
  const shards = await Promise.all(
    Array.from({ length: ranges }, async (_, n) => {
      const [from, to] = [Math.floor((n * count) / ranges), Math.floor(((n + 1) * count) / ranges)];
      const shard = new ProbeShard(moved(images), from, to);
      const store = emptyRows(to - from, plan.nystrom.landmarks, scratch, ranges === 1 ? Infinity : 0);
      const sums = moved(await shard.kernel(moved(plan), sources, store, () => Promise.resolve()));
      return { shard, store, sums };
    }),
  );
  const basis = moved(solveBasis(mergeRowSums(shards.map(({ sums }) => sums)), plan.nystrom));
  for (const { shard, store } of shards) shard.rotate(basis, store, store);
  const shared = shards.map(({ shard, store }) => moved(shard.shared(store)));
  const rounds: Round[] = [];
  let doubts: Doubts | null = null;
  let penalty = USUAL_PENALTY;
  const firstScores = new Float32Array(count * images.classes);
  for (let round = 0; round < 2; round++) {
    const known: Doubts | null = moved(doubts);
    const sums = shards.map(({ shard, store }) => moved(shard.targetSums(store, known)));
    const fit = moved(fitOf(basis, mergeTargetSums(sums)));
    const errors = shards.map(({ shard, store }) => moved(shard.errors(fit, store, known, shared)));
    const chosen = await chosenPenalties(arraySum(errors), penalty);
    penalty = chosen[0]!;
    const scores = new Float32Array(count * images.classes);
    let at = 0;
    for (const { shard, store } of shards) {
      const part = moved(shard.scores(fit, store, known, shared, chosen));
      scores.set(part, at);
      at += part.length;
    }
    const judged = judgeScores(scores, images, basis, chosen);
    rounds.push(judged.round);
    if (round === 0) firstScores.set(scores);
    doubts = judged.doubts;
    if (doubts === null) break;
  }
  for (const { store } of shards) store.dispose();
  return { rounds, firstScores, penalty };
}
