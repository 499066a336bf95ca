/** Which views a data set is seen with: fits those that may help and keeps those that do. */
import type { BackboneOutput } from '../../process/backbone';
import { fitBackboneView } from './backbone-view';
import type { LandmarkComparison } from './comparison';
import type { FittedView, ViewSpec, ViewState } from './features';
import {
  chooseViews,
  clearlyBetter,
  comparedDistances,
  type ViewCandidate,
  type ViewChoice,
  viewsBesideNetwork,
} from './view-choice';

/** A view that may be used; null for the pretrained network, which is not computed for all landmarks yet. */
interface Candidate extends ViewCandidate {
  readonly view: FittedView<ViewState> | null;
}

interface NetworkCandidate extends Candidate {
  /** Whether it may be the only view. */
  readonly mayBeAlone: boolean;
}

/**
 * The pretrained network, or the user's own embedding, as a view of the compared landmarks; null where there is none.
 * The user's embedding may be the only view if it has values for all these landmarks. On pictures that tell little, the
 * weight of the other views is larger than their use.
 * @param source null where the network is of no use for these pictures
 */
export async function networkCandidate(
  { some }: LandmarkComparison,
  marks: Int32Array,
  source: 'own' | 'pretrained' | null,
  layers: readonly BackboneOutput[] | null,
  embeddings: (indices: Int32Array) => Promise<Float32Array>,
): Promise<NetworkCandidate | null> {
  if (layers === null || source === null) return null;
  const values = await embeddings(some.map((mark) => marks[mark]!));
  if (values.every(Number.isNaN)) return null;
  const trial = fitBackboneView(layers, values);
  trial.dispose();
  const mayBeAlone = source === 'own' && !values.some(Number.isNaN);
  return { view: null, kind: trial.kind, between: trial.between, mayBeAlone };
}

/**
 * Fits the views, and keeps those that help. Whether the pretrained network does is found out on some landmarks, because
 * it takes much longer than all others. Where it helps, few others are needed: all of them are fitted only where it does
 * not.
 * @param specs the most accurate views without the network
 */
export async function usedViews(
  specs: readonly ViewSpec[],
  network: NetworkCandidate | null,
  comparison: LandmarkComparison,
  fit: (specs: readonly ViewSpec[]) => Promise<FittedView<ViewState>[]>,
  choosing: () => Promise<void>,
): Promise<ViewChoice<Candidate>> {
  const choose = async (more: readonly ViewSpec[], known: readonly Candidate[]): Promise<ViewChoice<Candidate>> => {
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
  let choice = await choose(viewsBesideNetwork(specs), [network]);
  if (!choice.kept.includes(network)) {
    disposeViews(choice);
    choice = await choose(specs, []);
  }
  if (!network.mayBeAlone) return choice;
  const alone = await chooseViews([network], comparison);
  if (!clearlyBetter(alone.error, choice.error)) return choice;
  disposeViews(choice);
  return alone;
}

function disposeViews({ kept }: ViewChoice<Candidate>): void {
  for (const { view } of kept) view?.dispose();
}
