/** Finds data sets of TensorFlow that are split again in each epoch, in another order. */
import { argument, countOf, reportFault, type Draft } from './draft';
import type { KerasNet } from './keras-net';
import type { Call, Script, SyntaxNode } from './syntax';

/** Parts of fewer elements are looked at, and not trained on. */
const FEWEST = 10;

const objectOf = (script: Script, { node }: Call): SyntaxNode | null => {
  const object = node.field('function')?.field('object');
  return object ? script.resolve(object) : null;
};

const MAX_DEPTH = 16;

/** The call in front of a data set that mixes it anew in each epoch; null if its order is fixed or not known. */
function reshuffling(script: Script, set: SyntaxNode | null, depth = 0): Call | null {
  const call = set && script.callAt(set);
  // A cache keeps the order of the first epoch.
  if (!call || call.local || call.last === 'cache' || depth > MAX_DEPTH) return null;
  if (call.last === 'list_files')
    return [undefined, true].includes(script.constant(argument(call, ['shuffle'], 1)) as boolean) ? call : null;
  const again = argument(call, ['reshuffle_each_iteration'], 2);
  if (call.last === 'shuffle' && (again === null || script.constant(again) === true)) return call;
  return reshuffling(script, objectOf(script, call), depth + 1);
}

/** Whether the net is fitted to one part and judged by the other. */
function isJudgedBy(script: Script, { fit }: KerasNet, parts: readonly Call[]): boolean {
  const given = fit && argument(fit, ['x', 'generator'], 0);
  const trained = given ? script.origins(given) : null;
  const judged = [
    fit?.keywords.get('validation_data'),
    ...script.calls.filter(({ last }) => /^(evaluate|predict)$/.test(last)).map((call) => argument(call, ['x'], 0)),
  ].flatMap((node) => (node ? [script.origins(node)] : []));
  const [used, ...others] = parts.filter(({ node }) => trained?.has(node));
  if (!used || others.length > 0) return false;
  return parts.some(({ node }) => node !== used.node && judged.some((nodes) => nodes.has(node)));
}

/** `train = ds.take(n)` and `held = ds.skip(n)` of a data set that is mixed in each epoch. The net learns all the same. */
export function readReshuffled(script: Script, draft: Draft, net: KerasNet): void {
  const parts = (name: string): Call[] =>
    script.calls.filter((call) => {
      const count = countOf(script, call.positional[0] ?? null);
      return call.last === name && !call.local && (count === null || count >= FEWEST);
    });
  for (const take of parts('take')) {
    const set = objectOf(script, take);
    const skip = parts('skip').find((call) => objectOf(script, call) === set);
    const mixes = skip && reshuffling(script, set);
    if (!mixes || !isJudgedBy(script, net, [take, skip])) continue;
    reportFault(draft, mixes.line, {
      rule: 'split-reshuffled',
      severity: 'info',
      sentence: `${mixes.last} mixes the images anew in each epoch, and take (line ${take.line}) and skip (line ${skip.line}) then split another order. So images can move between training and validation, and the validation accuracy can be too high. Training itself is not affected.`,
      remedy: 'Split an order that stays: shuffle(…, reshuffle_each_iteration=False) before take and skip.',
      fields: ['validation'],
    });
    return;
  }
}
