/** Finds modules of Lightning that are frozen as a whole, so that nothing in them is left to train. */
import { reportFieldFault, type Draft } from './draft';
import { isBackbone, netCall, torchClassOf } from './pytorch-net';
import { objectOf, type TorchRun } from './pytorch-run';
import { descendants, type Call, type Script, type SyntaxNode } from './syntax';

/** What an attribute can be made of without weights: plain values, losses and metrics. */
const PLAIN = /^(identifier|attribute|subscript|integer|float|string|true|false|none|dictionary)$/;
const WITHOUT_WEIGHTS = /(Loss|Accuracy|AUROC|F1\w*|Precision|Recall|ConfusionMatrix|Metric\w*)$/;
const THAWS = /^(unfreeze\w*|add_param_group|requires_grad_|get_peft_model|reset_classifier|add_module|setattr)$/;

/** The call that makes the module that an object is; null if the object is no module of Lightning, or one of several. */
function moduleOf(script: Script, object: SyntaxNode): Call | null {
  const of = script.classOf(object);
  if (!of || !/\bLightningModule\b/.test(of.field('superclasses')?.text ?? '')) return null;
  const made = script.calls.filter((call) => torchClassOf(script, call) === of);
  const [only] = made;
  return only && made.length === 1 ? only : null;
}

interface Freeze {
  readonly module: Call;
  readonly node: SyntaxNode;
}

/** `module.freeze()`, `self.requires_grad_(False)`, and loops over `self.parameters()` that do the same. */
function freezes(script: Script): Freeze[] {
  const found = (object: SyntaxNode | null, node: SyntaxNode): Freeze[] => {
    const module = object && moduleOf(script, object);
    return module && script.where(node)?.arms.length === 0 ? [{ module, node }] : [];
  };
  const calls = script.calls.flatMap((call) => {
    const all =
      (call.last === 'freeze' && call.positional.length + call.keywords.size === 0) ||
      (call.last === 'requires_grad_' && script.constant(call.positional[0]) === false);
    return all && !call.local ? found(objectOf(call), call.node) : [];
  });
  const loops = script.nodes('for_statement').flatMap((loop) => {
    const over = loop.field('right');
    const call = over ? script.callAt(over) : undefined;
    const body = loop.field('body');
    const [only, ...others] = body?.children ?? [];
    const set = only && others.length === 0 ? [only, ...descendants(only, 'assignment')] : [];
    const off = set.find(
      (one) =>
        one.type === 'assignment' &&
        /\.requires_grad$/.test(one.field('left')?.text ?? '') &&
        script.constant(one.field('right')) === false,
    );
    const plain = off && only?.type === 'expression_statement' && call?.last === 'parameters';
    return plain && call.positional.length === 0 ? found(objectOf(call), off) : [];
  });
  return [...calls, ...loops];
}

/** Whether something that runs later may have weights that are trained. */
function learnsLater(script: Script, { node }: Freeze): boolean {
  const later = (one: SyntaxNode): boolean => script.position(one) > script.position(node);
  const calls = script.calls.some(
    (call) => later(call.node) && THAWS.test(call.last) && script.constant(call.positional[0]) !== false,
  );
  return (
    calls ||
    script.nodes('assignment').some((one) => {
      const [left, right] = [one.field('left'), one.field('right')];
      if (!later(one) || !left || !right || !/^(attribute|subscript)$/.test(left.type)) return false;
      if (/\.requires_grad$/.test(left.text)) return script.constant(right) !== false;
      const value = script.resolve(right);
      return !PLAIN.test(value.type) && !WITHOUT_WEIGHTS.test(script.callAt(value)?.last ?? '');
    })
  );
}

export function readFrozenModule(script: Script, draft: Draft, run: TorchRun, net: Call | null): void {
  if (run.manager?.name !== 'Lightning' || /finetuning|\bload_from_checkpoint\b/i.test(script.root.text)) return;
  const fits = script.calls.filter((call) => call.last === 'fit' && !call.local);
  for (const freeze of freezes(script)) {
    const { module, node } = freeze;
    const parts = script.origins(module.node);
    const whole = !net || net.node === module.node || parts.has(net.node);
    const other = script.calls.some((call) => isBackbone(call) && !parts.has(call.node));
    const trained = fits.filter((call) => call.positional.some((one) => netCall(script, one)?.node === module.node));
    const before = trained.length > 0 && trained.every((call) => script.position(call.node) > script.position(node));
    if (!whole || other || !before || learnsLater(script, freeze)) continue;
    reportFieldFault(draft, 'updates', 'none', node, {
      replaces: ['no-updates', 'base-at-full-rate'],
      rule: 'all-frozen',
      sentence:
        'All parameters of the module are frozen here, those of its last layer too: there is nothing left to train, and Lightning stops or the weights never change.',
      remedy: 'Freeze only the base, such as self.base.requires_grad_(False), and leave the last layer as it is.',
    });
    return;
  }
}
