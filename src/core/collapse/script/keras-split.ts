/** Finds data sets of TensorFlow that are split again in each epoch, in another order. */
import { argument, countOf, reportFault, type Draft } from './draft';
import type { Call, Script, SyntaxNode } from './syntax';

/** Parts of fewer elements are looked at, and not trained on. */
const FEWEST = 10;

const objectOf = (script: Script, { node }: Call): SyntaxNode | null => {
  const object = node.field('function')?.field('object');
  return object ? script.resolve(object) : null;
};

/** The call in front of a data set that mixes it anew in each epoch; null if its order is fixed or not known. */
function reshuffling(script: Script, set: SyntaxNode | null): Call | null {
  const call = set && script.callAt(set);
  // A cache keeps the order of the first epoch.
  if (!call || call.local || call.last === 'cache') return null;
  if (call.last === 'list_files')
    return [undefined, true].includes(script.constant(argument(call, ['shuffle'], 1)) as boolean) ? call : null;
  const again = argument(call, ['reshuffle_each_iteration'], 2);
  if (call.last === 'shuffle' && (again === null || script.constant(again) === true)) return call;
  return reshuffling(script, objectOf(script, call));
}

/** `train = ds.take(n)` and `held = ds.skip(n)` of a data set that is mixed in each epoch. */
export function readReshuffled(script: Script, draft: Draft): void {
  const parts = (name: string): Call[] =>
    script.calls.filter((call) => {
      const count = countOf(script, call.positional[0] ?? null);
      return call.last === name && !call.local && (count === null || count >= FEWEST);
    });
  for (const take of parts('take')) {
    const set = objectOf(script, take);
    const skip = parts('skip').find((call) => objectOf(script, call) === set);
    const mixes = skip && reshuffling(script, set);
    if (!mixes) continue;
    reportFault(draft, mixes.line, {
      rule: 'split-reshuffled',
      severity: 'warning',
      sentence: `${mixes.last} mixes the images anew in each epoch, and take (line ${take.line}) and skip (line ${skip.line}) then split another order: images move between training and validation, so the validation accuracy shows what the net remembers.`,
      remedy: 'Split an order that stays: shuffle(…, reshuffle_each_iteration=False) before take and skip.',
      fields: ['validation'],
    });
    return;
  }
}
