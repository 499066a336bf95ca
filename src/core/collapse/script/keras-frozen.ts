/** Finds layers of a Keras net that do not learn, and base nets that are left in training mode. */
import { recordRead, reportFault, reportFieldFault, note, type Draft } from './draft';
import { receiver, type KerasNet } from './keras-net';
import { lastPart, type Script, type SyntaxNode } from './syntax';

interface Setting {
  readonly node: SyntaxNode;
  readonly value: boolean | undefined;
  /** The object whose `trainable` is set. In a loop over `net.layers`: the net. */
  readonly object: SyntaxNode;
}

/** All `….trainable = …` in the order of running. */
export function trainableSettings(script: Script): Setting[] {
  const loops = script.nodes('for_statement');
  return script.nodes('assignment').flatMap((node): Setting[] => {
    const [left, right] = [node.field('left'), node.field('right')];
    const object = left?.type === 'attribute' ? left.field('object') : null;
    if (!left || !object || lastPart(left.text) !== 'trainable') return [];
    const constant = script.constant(right);
    const value = typeof constant === 'boolean' && !script.conditional(node) ? constant : undefined;
    const loop = loops.findLast((one) => one.field('left')?.text === object.text && holds(one.field('body'), node));
    const over = loop?.field('right');
    const whole = over?.type === 'attribute' && lastPart(over.text) === 'layers' ? over.field('object') : null;
    return [{ node, value, object: whole ?? object }];
  });
}

const holds = (outer: SyntaxNode | null, node: SyntaxNode): boolean =>
  outer !== null && (outer === node || outer.children.some((one) => holds(one, node)));

/** A net that has learned once, and is frozen as a whole before it is compiled and trained again. */
function readFrozenLater(script: Script, draft: Draft, { model, fits }: KerasNet, settings: readonly Setting[]): void {
  const at = (node: SyntaxNode): number => script.position(node);
  const isNet = (object: SyntaxNode | null): boolean => object !== null && script.resolve(object) === model;
  const compiles = script.calls.filter((call) => call.last === 'compile' && isNet(receiver(call)));
  for (const [place, fit] of fits.slice(1).entries()) {
    const since = at(fits[place]!.node);
    const compile = compiles.findLast(({ node }) => at(node) > since && at(node) < at(fit.node));
    // A setting takes effect when the net is compiled.
    const last = compile && settings.findLast(({ node }) => at(node) > since && at(node) < at(compile.node));
    if (!last || last.value !== false || !isNet(last.object)) continue;
    reportFault(draft, last.node.line, {
      rule: 'frozen-in-later-training',
      severity: 'error',
      sentence: `All layers of the net are frozen here (trainable = False), the last one too: nothing learns in the training after it (line ${fit.line}).`,
      remedy: 'Freeze only the layers that are to stay as they are, or leave this line out.',
    });
  }
}

export function readFrozen(script: Script, draft: Draft, net: KerasNet): void {
  const at = (node: SyntaxNode): number => script.position(node);
  const end = net.fit ? at(net.fit.node) : Infinity;
  const compiled = net.compile ? at(net.compile.node) : Infinity;
  const settings = trainableSettings(script);
  const all = settings.filter((one) => at(one.node) < end);
  readFrozenLater(script, draft, net, settings);
  const frozen = all.filter((one) => one.value === false);
  const [first] = frozen;
  if (!first) return;
  const undone = (since: SyntaxNode): boolean =>
    all.some((one) => one.value !== false && at(one.node) > at(since)) ||
    script.calls.some((call) => {
      const object = call.last === 'add' ? receiver(call) : null;
      return object !== null && at(call.node) > at(since) && script.resolve(object) === net.model;
    });
  const whole = frozen.findLast((one) => net.model !== null && script.resolve(one.object) === net.model);
  // A setting takes effect when the net is compiled.
  if (whole && at(whole.node) < compiled && !undone(whole.node)) {
    reportFieldFault(draft, 'updates', 'none', whole.node, {
      rule: 'all-frozen',
      replaces: ['no-updates', 'base-at-full-rate'],
      sentence: 'All layers of the net are frozen (trainable = False), the last one too: nothing learns.',
      remedy: 'Freeze only the pretrained base, before the new layers are added: base.trainable = False.',
    });
    return;
  }
  if (!undone(first.node))
    note(draft, 'Layers are frozen (trainable = False): only the other layers learn.', first.node.line);
}

/** `base(x, training=True)` keeps a pretrained base in training mode, even when the net predicts. */
export function readTrainingMode(script: Script, draft: Draft, { calls, backbone, loaded }: KerasNet): void {
  const base = backbone ?? loaded;
  if (!base) return;
  for (const call of calls) {
    const callee = call.node.field('function');
    const mode = call.keywords.get('training');
    if (!callee || script.constant(mode) !== true || script.resolve(callee) !== base.node) continue;
    // Frozen batch norm of Keras uses the stored statistics in any mode.
    const known = draft.recipe.base !== undefined && draft.recipe.base !== 'frozen';
    if (known) recordRead(draft, 'baseStatistics', 'batch', call.node);
    reportFault(draft, call.line, {
      rule: 'base-in-training-mode',
      severity: 'warning',
      sentence: `${base.last} always runs in training mode (training=True), also when the net predicts: dropout stays on, and batch norm that is not frozen uses the statistics of each batch.`,
      remedy: 'Call the base with training=False.',
    });
  }
}
