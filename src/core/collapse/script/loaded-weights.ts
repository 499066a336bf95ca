/** Finds weights that a net of the script gets from elsewhere before it is trained. */
import type { Script } from './syntax';

const LOADS = /^(load_weights|set_weights|load_state_dict)$/;
const OF_NO_NET = /opt|sched|scaler/i;

/**
 * Whether a net surely gets weights before a place, so that it does not start from random ones.
 * @param before position in the order of running
 */
export const loadsWeights = (script: Script, before: number): boolean =>
  script.calls.some(({ last, node }) => {
    const object = LOADS.test(last) ? node.field('function')?.field('object') : null;
    if (!object || OF_NO_NET.test(object.text) || script.conditional(node)) return false;
    return script.position(node) < before;
  });
