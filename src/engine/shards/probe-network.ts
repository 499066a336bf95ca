/** The pretrained network of a run: all machines use the same one, or none does. */
import { hostname } from 'node:os';
import type { Backbone } from '../process/backbone';
import type { EmbeddingNetwork } from '../stages/embed-contents';
import { builtIn, networkName } from '../stages/embed-run';
import type { RunPlan } from './run';
import { badRun, type RunStore } from './run-store';

/** What a new run notes of the network of the machine that plans it. */
export const plannedNetwork = (backbone: Backbone | null): RunPlan['network'] =>
  backbone && {
    name: networkName(backbone),
    layers: backbone.outputs.map(({ name, width }) => ({ name, width })),
  };

/**
 * The network of this machine, for a run that uses one.
 * @param side in pixels of the pictures that it is given
 * @throws PlumblineError bad-run if it is not that of the run
 */
export function networkHere(
  store: RunStore,
  { network }: RunPlan,
  side: number,
  backbone: Backbone | null,
): EmbeddingNetwork {
  const here = backbone && networkName(backbone);
  if (backbone === null || here !== network?.name)
    throw badRun(
      `The machine ${hostname()} has ${backbone === null ? 'no pretrained network' : `the pretrained network ${here}`}, but the run ${store.uri} was planned with ${network?.name ?? 'none'}. Set Plumbline up there as on the other machines, and start the same command again: it continues with what is there.`,
    );
  return builtIn(backbone, side);
}
