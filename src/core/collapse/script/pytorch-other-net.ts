/** Finds optimizers that were made for another net than the one that their loop trains. */
import { reportFault, reportFieldFault, type Draft } from './draft';
import { gradientFree, isInside, objectOf, type LossUse, type TorchRun } from './pytorch-run';
import { isWholeNet, netCall, usedNet } from './pytorch-net';
import { givenTo } from './pytorch-parameters';
import type { Call, Script, SyntaxNode } from './syntax';

/** The lines in which two nets are made. A function that makes both has one line, so then those of its calls count. */
function linesOf(script: Script, ...nets: readonly Call[]): number[] {
  if (new Set(nets.map(({ line }) => line)).size > 1) return nets.map(({ line }) => line);
  const lines = nets.map((net) =>
    script.calls
      .filter((call) => call.local && script.position(call.node) < script.position(net.node))
      .filter((call) => script.origins(call.node).has(net.node))
      .map((call) => call.line),
  );
  const [first = [], second = []] = lines;
  const differing = first.findIndex((line, at) => second[at] !== undefined && second[at] !== line);
  return nets.map((net, at) => lines[at]![differing] ?? net.line);
}

/** Whether a call makes a copy of a net with weights of its own. */
const isCopy = (script: Script, { last, local, positional: [of] }: Call): boolean => {
  const copied = last === 'deepcopy' && !local && of ? netCall(script, of) : null;
  return copied !== null && (isWholeNet(script, copied) || isCopy(script, copied));
};

const isWhole = (script: Script, net: Call): boolean => isWholeNet(script, net) || isCopy(script, net);

/** The net that an object is or is a part of: that of `net` for `net.fc`. Null if it is not known. */
function ownerOf(script: Script, object: SyntaxNode): Call | null {
  const made = netCall(script, object);
  if (made && isWhole(script, made)) return made;
  const outer = object.type === 'attribute' && object.text !== 'self' ? object.field('object') : null;
  return outer && outer.text !== 'self' ? ownerOf(script, outer) : null;
}

/** A loss of a loop, with the only optimizer that is stepped there. */
interface Update {
  readonly use: LossUse;
  readonly loss: SyntaxNode;
  readonly optimizer: Call;
}

function updatesOf(script: Script, run: TorchRun): Update[] {
  const innermost = (node: SyntaxNode): SyntaxNode | undefined => script.where(node)?.loops.at(-1);
  return run.backward.flatMap((pass): Update[] => {
    const loop = innermost(pass.node);
    const loss = run.losses.length > 0 ? objectOf(pass) : null;
    if (!loop || !loss) return [];
    // A function that is walked again has the same loop, but runs at another time.
    const calls = script.where(pass.node)!;
    const steps = run.steps.filter((step) => {
      const where = script.where(step.node);
      return where?.loops.at(-1) === loop && where.loops.length === calls.loops.length;
    });
    const [optimizer, ...others] = new Set(steps.flatMap(run.optimizersOf));
    if (!optimizer || others.length > 0) return [];
    const from = script.origins(loss);
    return run.losses.filter(({ call }) => from.has(call.node)).map((use) => ({ use, loss, optimizer }));
  });
}

/** Whether a net takes part in a loss with gradients. */
function reaches(script: Script, loss: SyntaxNode, net: Call): boolean {
  const blocks = gradientFree(script);
  const copies = script.calls.filter((call) => isCopy(script, call)).map(({ node }) => node);
  const from = script.origins(loss, (node) => copies.includes(node) || blocks.some((block) => isInside(block, node)));
  return [...from].some(
    (node) => (node.type === 'identifier' || node.type === 'attribute') && netCall(script, node)?.node === net.node,
  );
}

export function readOtherNet(script: Script, draft: Draft, run: TorchRun, net: Call | null): void {
  if (run.manager) return;
  for (const { use, loss, optimizer } of updatesOf(script, run)) {
    const outputs = use.outputs && script.resolve(use.outputs);
    const callee = outputs?.type === 'call' ? outputs.field('function') : null;
    const trained = callee && /^(identifier|attribute)$/.test(callee.type) ? usedNet(script, callee) : null;
    const owners = givenTo(script, optimizer).map(({ object }) => ownerOf(script, object));
    const [given, ...others] = owners;
    if (!trained || !given || others.some((one) => one?.node !== given.node) || given.node === trained.node) continue;
    // One may be a part of the other in a way that is not followed, unless both are whole.
    if (!isWhole(script, trained)) continue;
    const copied = isCopy(script, trained) || isCopy(script, given);
    // Its gradients may be handed to the other net by hand.
    if (copied && run.elsewhere) continue;
    const isPart = (a: Call, b: Call): boolean => !isCopy(script, a) && script.origins(a.node).has(b.node);
    if (isPart(given, trained) || isPart(trained, given) || reaches(script, loss, given)) continue;
    // Another optimizer may have the parameters of the net, or the script may put one net into the other.
    const elsewhere = run.optimizers.some(
      (one) =>
        one !== optimizer && givenTo(script, one).some(({ object }) => ownerOf(script, object)?.node === trained.node),
    );
    if (elsewhere) continue;
    const [made, changed] = linesOf(script, given, trained);
    const fault = {
      replaces: ['no-updates'],
      rule: 'optimizer-of-another-net',
      sentence:
        made === changed
          ? 'The optimizer has the parameters of another net than the one that is trained: its weights never change.'
          : `The optimizer has the parameters of the net that is made in line ${made}, but the net of line ${changed} is trained: its weights never change.`,
      remedy:
        script.position(trained.node) > script.position(optimizer.node)
          ? 'Make the optimizer after the net that is trained.'
          : 'Give the optimizer the parameters of the net that is trained.',
    };
    if (net?.node === trained.node) reportFieldFault(draft, 'updates', 'none', optimizer.node, fault);
    else reportFault(draft, optimizer.line, { severity: 'error', ...fault });
  }
}
