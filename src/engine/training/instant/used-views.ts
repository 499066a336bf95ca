/** Which views a data set is seen with: fits those that may help and keeps those that do. */
import type { BackboneOutput } from '../../process/backbone';
import { fitBackboneView } from './backbone-view';
import type { LandmarkComparison } from './comparison';
import type { FeatureView, ViewSpec } from './features';
import { chooseViews, comparedDistances, type ViewCandidate, viewsBesideNetwork } from './view-choice';

/** A view that may be used; null for the pretrained network, which is not computed for all landmarks yet. */
interface Candidate extends ViewCandidate {
  readonly view: FeatureView | null;
}

/**
 * The pretrained network, or the user's own embedding, as a view of the compared landmarks; null where there is none.
 * @param tried whether it may help with these pictures
 */
export async function networkCandidate(
  { some }: LandmarkComparison,
  marks: Int32Array,
  tried: boolean,
  layers: readonly BackboneOutput[] | null,
  embeddings: (indices: Int32Array) => Promise<Float32Array>,
): Promise<Candidate | null> {
  if (layers === null || !tried) return null;
  const values = await embeddings(some.map((mark) => marks[mark]!));
  if (values.every(Number.isNaN)) return null;
  const trial = fitBackboneView(layers, values);
  trial.dispose();
  return { view: null, kind: trial.kind, between: trial.between };
}

/**
 * Fits the views, and keeps those that help. Whether the pretrained network does is found out on some landmarks, because
 * it takes much longer than all others. Where it helps, few others are needed: all of them are fitted only where it does
 * not.
 * @param specs the most accurate views without the network
 */
export async function usedViews(
  specs: readonly ViewSpec[],
  network: Candidate | null,
  comparison: LandmarkComparison,
  fit: (specs: readonly ViewSpec[]) => Promise<FeatureView[]>,
  choosing: () => Promise<void>,
): Promise<{ kept: readonly Candidate[]; width: number }> {
  const choose = async (
    more: readonly ViewSpec[],
    known: readonly Candidate[],
  ): Promise<{ kept: readonly Candidate[]; width: number }> => {
    const fitted = (await fit(more)).map((view): Candidate => ({
      view,
      kind: view.kind,
      between: comparedDistances(view, comparison),
    }));
    const candidates = [...fitted, ...known];
    await choosing();
    const choice = await chooseViews(candidates, comparison);
    for (const one of candidates) if (!choice.kept.includes(one)) one.view?.dispose();
    return choice;
  };
  if (network === null) return choose(specs, []);
  const few = await choose(viewsBesideNetwork(specs), [network]);
  if (few.kept.includes(network)) return few;
  for (const { view } of few.kept) view?.dispose();
  return choose(specs, []);
}
