/** Finds weights of a PyTorch net that are not trained: frozen layers, and layers that the optimizer does not have. */
import { recordRead, reportFault, reportFieldFault, type Draft } from './draft';
import { readFrozenModule } from './lightning-frozen';
import { leftOutByName } from './named-parameters';
import { TORCH_BACKBONES, isBackbone, netCall } from './pytorch-net';
import { objectOf, type TorchRun } from './pytorch-run';
import { descendants, type Call, type Script, type SyntaxNode, type Where } from './syntax';

const WITH_WEIGHTS = /^(Lazy)?(Linear|Bilinear|Conv\dd|ConvTranspose\dd)$/;
const PARAMETERS = /^(parameters|named_parameters)$/;

interface Change {
  /** The net whose parameters change. */
  readonly net: Call;
  readonly node: SyntaxNode;
  readonly where: Where;
}

const change = (script: Script, net: Call | null, node: SyntaxNode): Change[] => {
  const where = script.where(node);
  return net && where ? [{ net, node, where }] : [];
};

/** The object of `x.parameters()` that a loop runs over, without filters and slices. */
function wholeParameters(script: Script, over: SyntaxNode | null): SyntaxNode | null {
  const call = over?.type === 'call' ? script.callAt(over) : undefined;
  if (!call) return null;
  if (PARAMETERS.test(call.last)) return objectOf(call);
  return /^(list|tuple|enumerate)$/.test(call.last) ? wholeParameters(script, call.positional[0] ?? null) : null;
}

/** Statements that freeze all parameters of a net whenever it is trained. */
export function wholeFreezes(script: Script, { backward }: TorchRun): Change[] {
  const training = backward.flatMap((call) => script.where(call.node) ?? []);
  const loops = script.nodes('for_statement').flatMap((loop) => {
    const object = wholeParameters(script, loop.field('right'));
    const body = loop.field('body');
    if (!object || !body) return [];
    const [set, ...others] = [
      ...descendants(body, 'assignment').filter((one) => /\.requires_grad$/.test(one.field('left')?.text ?? '')),
      ...descendants(body, 'call').filter((one) => one.field('function')?.text.endsWith('.requires_grad_') === true),
    ];
    if (!set || others.length > 0 || descendants(body, 'if_statement', 'conditional_expression').length > 0) return [];
    const value = set.field('right') ?? set.field('arguments')?.children[0];
    return value && script.constant(value) === false ? change(script, netCall(script, object), set) : [];
  });
  const calls = script.calls.flatMap((call) => {
    const object = call.last === 'requires_grad_' ? objectOf(call) : null;
    return object && script.constant(call.positional[0]) === false
      ? change(script, script.callAt(script.resolve(object)) ? netCall(script, object) : null, call.node)
      : [];
  });
  return [...loops, ...calls].filter(({ where }) =>
    where.arms.every((arm) =>
      training.some((one) => one.arms.some((other) => other.of === arm.of && other.arm === arm.arm)),
    ),
  );
}

/** The object whose attribute an assignment replaces: `net` for `net.fc = …` and for `net.classifier[6] = …`. */
function replacedIn(assignment: SyntaxNode): SyntaxNode | null {
  const left = assignment.field('left');
  const place = left?.type === 'subscript' ? left.field('value') : left;
  return place?.type === 'attribute' ? place.field('object') : null;
}

/** Statements that put new layers with weights into a net. */
function newLayers(script: Script): Change[] {
  const assigned = script.nodes('assignment').flatMap((one) => {
    const object = replacedIn(one);
    const right = one.field('right');
    if (!object || !right) return [];
    const from = script.origins(right);
    const weights = script.calls.some((call) => from.has(call.node) && WITH_WEIGHTS.test(call.last));
    const made = script.callAt(script.resolve(right));
    return weights || made?.local === true ? change(script, netCall(script, object), one) : [];
  });
  const reset = script.calls.flatMap((call) => {
    const object = call.last === 'reset_classifier' ? objectOf(call) : null;
    return object ? change(script, netCall(script, object), call.node) : [];
  });
  return [...assigned, ...reset];
}

/** The lines of the methods that make objects. */
const constructors = (script: Script): { from: number; to: number }[] =>
  descendants(script.root, 'function_definition')
    .filter((one) => one.field('name')?.text === '__init__')
    .map((one) => ({ from: one.line, to: one.line + one.text.split('\n').length - 1 }));

/**
 * Whether parameters may become trainable again after a place, or layers are made in a way that is not followed.
 * @param known new layers that do not matter
 */
function thaws(script: Script, frozen: Call, after: Where, known: readonly SyntaxNode[] = []): boolean {
  const later = (node: SyntaxNode): boolean => (script.where(node)?.at ?? -1) > after.at;
  const making = constructors(script);
  const changesLayer = (one: SyntaxNode): boolean => {
    const object = replacedIn(one);
    if (object === null || one.field('right')?.type !== 'call' || /optim|loss|crit/i.test(one.text)) return false;
    const other = netCall(script, object);
    if (other && other.node !== frozen.node) return false;
    // An object that is made sets its own attributes.
    return object.text !== 'self' || !making.some(({ from, to }) => one.line >= from && one.line <= to);
  };
  return (
    script
      .nodes('assignment')
      .some(
        (one) =>
          later(one) &&
          ((/requires_grad$/.test(one.field('left')?.text ?? '') && script.constant(one.field('right')) !== false) ||
            (!known.includes(one) && changesLayer(one))),
      ) ||
    script.calls.some(
      (call) =>
        later(call.node) &&
        ((call.last === 'requires_grad_' && script.constant(call.positional[0]) !== false) ||
          /^(reset_classifier|add_module|get_peft_model|unfreeze\w*|setattr|inject_adapter\w*)$/.test(call.last)),
    )
  );
}

/** The nets whose parameters are handed to an optimizer as a whole, and the parts of nets: `net.fc`. */
export function givenTo(script: Script, optimizer: Call): { object: SyntaxNode; at: SyntaxNode }[] {
  const given = optimizer.keywords.get('params') ?? optimizer.positional[0];
  if (!given) return [];
  const nodes = [given, ...script.origins(given)];
  const seen = new Map<SyntaxNode, SyntaxNode>();
  for (const node of nodes) {
    const call = node.type === 'call' ? script.callAt(node) : undefined;
    const object = call && PARAMETERS.test(call.last) ? objectOf(call) : null;
    if (object) seen.set(node, object);
  }
  return [...seen].map(([at, object]) => ({ at, object }));
}

/** The optimizer of which all parameters are of one part of this net, such as `net.fc`. Null if it has others. */
export function headOnly(script: Script, { optimizer }: TorchRun, net: Call): SyntaxNode | null {
  const given = optimizer ? givenTo(script, optimizer) : [];
  const isPart = ({ object }: { readonly object: SyntaxNode }): boolean => {
    const whole = object.type === 'attribute' ? object.field('object') : null;
    return whole !== null && netCall(script, whole)?.node === net.node;
  };
  return optimizer && given.length === 1 && given.every(isPart) ? optimizer.node : null;
}

/** Whether a net of the script has no weights but those of a frozen net within it, and of its head. */
function isAllOf(script: Script, net: Call, frozen: Call, { at }: Where): boolean {
  const parts = script.origins(net.node);
  if (!net.local || !parts.has(frozen.node)) return false;
  const heads = newLayers(script)
    .filter((one) => one.net.node === frozen.node && one.where.at < at)
    .map(({ node }) => script.origins(node));
  return script.calls.every(
    (call) =>
      call.node === frozen.node ||
      !parts.has(call.node) ||
      !(WITH_WEIGHTS.test(call.last) || isBackbone(call)) ||
      heads.some((nodes) => nodes.has(call.node)),
  );
}

function readFrozen(script: Script, draft: Draft, run: TorchRun, net: Call | null): void {
  for (const { net: frozen, node, where } of wholeFreezes(script, run)) {
    if (net && net.node !== frozen.node && !isAllOf(script, net, frozen, where)) continue;
    if (!net && !isBackbone(frozen)) continue;
    const replaced = newLayers(script).some((one) => one.net.node === frozen.node && one.where.at > where.at);
    if (replaced) {
      readFrozenMode(script, draft, frozen, node);
      continue;
    }
    if (thaws(script, frozen, where) || run.manager?.read === false) continue;
    reportFieldFault(draft, 'updates', 'none', node, {
      replaces: ['no-updates', 'base-at-full-rate'],
      rule: 'all-frozen',
      sentence:
        'All parameters of the net are frozen here, those of its last layer too, and no new layer follows: there is nothing left to train (backward() stops, or the weights never change).',
      remedy: 'Freeze first and replace the last layer afterwards, or set requires_grad = True for its parameters.',
    });
  }
}

/** An optimizer that has only a part whose parameters are frozen, such as the base below a new head. */
function readFrozenPart(script: Script, draft: Draft, run: TorchRun, net: Call | null): void {
  const { optimizer } = run;
  if (!optimizer || run.optimizers.length > 1 || run.manager?.read === false) return;
  const [given, ...others] = givenTo(script, optimizer);
  const only = given && netCall(script, given.object);
  if (!only || others.length > 0) return;
  // The net of a framework is the object itself, and its callbacks may thaw layers.
  const own = run.manager !== null && /^self\./.test(given.object.text) && !/finetuning/i.test(script.root.text);
  if (!net && !own) return;
  const apart = only.node === net?.node ? leftOutByName(script, optimizer, only, newLayers(script)) : [];
  if (only.node === net?.node && apart.length === 0) return;
  const frozen = wholeFreezes(script, run).find((one) => one.net.node === only.node);
  if (!frozen || thaws(script, only, frozen.where, apart)) return;
  const replaced = newLayers(script).some((one) => one.net.node === only.node && one.where.at > frozen.where.at);
  if (replaced && only.node !== net?.node) return;
  reportFieldFault(draft, 'updates', 'none', optimizer.node, {
    replaces: ['no-updates', 'base-at-full-rate'],
    rule: 'frozen-in-optimizer',
    sentence: `The optimizer has only parameters that are frozen in line ${frozen.node.line}: the layers after them are never trained.`,
    remedy: 'Give the optimizer the parameters of the layers that are not frozen.',
  });
}

/** Frozen batch norm still moves its statistics in training mode. Many tutorials do so; so this is only a remark. */
function readFrozenMode(script: Script, draft: Draft, net: Call, node: SyntaxNode): void {
  const norm = !/^(vgg(?!\d+_bn)|alexnet|squeezenet|vit|swin|convnext)/.test(net.last);
  const trains = script.calls.find((call) => {
    const object = call.last === 'train' && call.positional.length === 0 ? objectOf(call) : null;
    return object && netCall(script, object)?.node === net.node;
  });
  const partly = script.calls.some((call) => {
    const object = call.last === 'eval' ? objectOf(call) : null;
    return object && (netCall(script, object)?.node !== net.node || object.type === 'attribute');
  });
  if (!norm || !trains || partly) return;
  if (draft.recipe.base !== undefined) recordRead(draft, 'baseStatistics', 'batch', trains.node);
  reportFault(draft, trains.line, {
    rule: 'frozen-in-training-mode',
    severity: 'info',
    sentence: `The weights of the base are frozen (line ${node.line}), but train() leaves its batch norm in training mode: its statistics still move towards your images.`,
    remedy: 'Call eval() on the base after train() if its features should stay as they are.',
  });
}

/** Layers that are put into a net after its optimizer was made. The optimizer does not have their weights. */
function readLateLayers(script: Script, draft: Draft, run: TorchRun): void {
  if (script.calls.some((call) => call.last === 'add_param_group')) return;
  if (run.optimizer) readLateLayersOf(script, draft, run, run.optimizer, null);
  else
    for (const optimizer of run.optimizers) {
      const [step] = run.steps.filter((call) => run.optimizersOf(call).every((one) => one === optimizer));
      const where = step && run.optimizersOf(step).length > 0 ? script.where(step.node) : undefined;
      if (where && readLateLayersOf(script, draft, run, optimizer, where)) return;
    }
}

/**
 * Whether a layer is put into the net too late for one optimizer, which is then told.
 * @param before the first step of the optimizer, where other trainings have their own
 */
function readLateLayersOf(script: Script, draft: Draft, run: TorchRun, optimizer: Call, before: Where | null): boolean {
  const made = script.where(optimizer.node);
  if (!made) return false;
  const inTime = ({ at, arms }: Where): boolean =>
    before === null ||
    (at < before.at && arms.every((one) => before.arms.some(({ of, arm }) => of === one.of && arm === one.arm)));
  const given = givenTo(script, optimizer);
  for (const { object } of given) {
    const net = netCall(script, object);
    // A net that is made within the arguments of the optimizer gets its layers there.
    if (net && object.type !== 'attribute' && (script.where(net.node)?.at ?? -1) > made.at) continue;
    const whole = net?.node ?? null;
    const part = object.type === 'attribute' ? object.text : null;
    const late = newLayers(script).find(
      (one) =>
        one.where.at > made.at &&
        inTime(one.where) &&
        (one.net.node === whole || (part !== null && one.node.field('left')?.text === part)),
    );
    if (!late) continue;
    const frozen = wholeFreezes(script, run).some(
      (one) => one.net.node === late.net.node && one.where.at < late.where.at,
    );
    const fault = {
      rule: 'layer-after-optimizer',
      replaces: ['no-updates'],
      sentence: `This layer is put into the net after the optimizer was made (line ${optimizer.line}), so the optimizer does not have its weights: it keeps its random weights${frozen ? ', and everything else is frozen' : ''}.`,
      remedy: 'Replace the layer first, then make the optimizer.',
    };
    if (before === null && (frozen || part !== null)) reportFieldFault(draft, 'updates', 'none', late.node, fault);
    else reportFault(draft, late.node.line, { severity: 'error', ...fault });
    return true;
  }
  return false;
}

/** An optimizer that has only one layer of a net that starts from random weights. */
function readFewParameters(script: Script, draft: Draft, run: TorchRun, net: Call | null): void {
  const { optimizer } = run;
  if (!optimizer || !net || run.optimizers.length > 1 || run.manager) return;
  if (script.calls.some((call) => /^(add_param_group|load_state_dict|load|load_model)$/.test(call.last))) return;
  const given = givenTo(script, optimizer);
  const [only] = given;
  if (!only || given.length > 1 || only.object.type !== 'attribute') return;
  const base = only.object.field('object');
  if (!base || netCall(script, base)?.node !== net.node) return;
  const weights = argumentOf(net);
  const random = isBackbone(net)
    ? TORCH_BACKBONES.test(net.last) && (weights === null || [false, null].includes(script.constant(weights) as null))
    : net.local && !script.calls.some((call) => isBackbone(call));
  if (!random || net.positional.length > 0) return;
  reportFault(draft, optimizer.line, {
    rule: 'few-parameters',
    severity: 'error',
    sentence: `The optimizer has only the parameters of ${only.object.text}. The other layers of the net start with random weights and are never trained.`,
    remedy: `Give the optimizer ${base.text}.parameters(), or start from pretrained weights.`,
  });
}

const argumentOf = (net: Call): SyntaxNode | null =>
  net.keywords.get('weights') ?? net.keywords.get('pretrained') ?? null;

export function readTorchParameters(script: Script, draft: Draft, run: TorchRun, net: Call | null): void {
  readFrozen(script, draft, run, net);
  readFrozenModule(script, draft, run, net);
  readFrozenPart(script, draft, run, net);
  readLateLayers(script, draft, run);
  readFewParameters(script, draft, run, net);
}
