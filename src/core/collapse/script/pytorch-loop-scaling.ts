/** Finds images that a PyTorch loop normalizes by hand in training, and not in validation. */
import { reportFault, type Draft } from './draft';
import { usedNet } from './pytorch-net';
import { gradientFree, isInside, type TorchRun } from './pytorch-run';
import type { Call, Script, SyntaxNode } from './syntax';

/** Calls that leave the values of a batch as they are. */
const KEEPS = /^(|to|cuda|cpu|float|enumerate|tqdm|iter|next|items|DataLoader|device)$/;

/** `(x - mean) / std` among the parts of a value. */
const normalizing = (parts: Iterable<SyntaxNode>): SyntaxNode | undefined =>
  [...parts].find(({ type, field }) => {
    if (type !== 'binary_operator' || field('operator')?.text !== '/') return false;
    return field('left')?.text.includes('-') === true;
  });

/** The parts of a batch that are used, by name: images under another name may be normalized already. */
const keysOf = (parts: readonly SyntaxNode[]): string[] =>
  parts.flatMap(({ type, children }) => (type === 'subscript' ? children.slice(1).map(({ text }) => text) : []));

export function readLoopScaling(script: Script, draft: Draft, run: TorchRun, net: Call | null): void {
  // Transforms may normalize the images that the loop does not.
  const transformed = script.calls.some(({ last }) => /^(Normalize|normalize)$/.test(last));
  if (!net || !run.loop || run.manager || run.elsewhere || transformed) return;
  const blocks = gradientFree(script);
  // What happens before the batches is the same as for the transforms of the loaders.
  const partsOf = (node: SyntaxNode): SyntaxNode[] => [
    ...script.origins(node, (one) => /^(DataLoader|Accelerator|prepare)$/.test(script.callAt(one)?.last ?? '')),
  ];
  const uses = script.calls.flatMap((call) => {
    const callee = call.node.field('function');
    const [input] = call.positional;
    if (!input || !callee || !/^(identifier|attribute)$/.test(callee.type)) return [];
    if (usedNet(script, callee)?.node !== net.node) return [];
    const inside = script.where(call.node)?.loops.includes(run.loop!) === true;
    return [{ call, parts: partsOf(input), inside, held: blocks.some((one) => isInside(one, call.node)) }];
  });
  const trained = uses.filter(({ inside }) => inside);
  const normalized = trained.map(({ parts }) => normalizing(parts));
  const [first] = normalized;
  if (!first || normalized.includes(undefined)) return;
  const keys = keysOf(trained.flatMap(({ parts }) => parts));
  const plain = uses.find(({ call, inside, held, parts }) => {
    const around = script.where(call.node)?.loops.at(-1);
    // `x.sub_(mean)` changes the images in place.
    if (inside || !held || !around || /\.\w+_\(/.test(around.text)) return false;
    return (
      keysOf(parts).every((key) => keys.includes(key)) &&
      parts.every(({ type }) => !/^(binary_operator|augmented_assignment)$/.test(type)) &&
      parts.every((one) => one.type !== 'call' || KEEPS.test(script.callAt(one)?.last ?? '?'))
    );
  });
  if (!plain) return;
  reportFault(draft, plain.call.line, {
    rule: 'prediction-scaled-otherwise',
    severity: 'error',
    sentence: `The loop normalizes the images in training (line ${first.line}), but not here: the net gets inputs that it has never seen.`,
    remedy: 'Normalize them here in the same way, or in the transforms of both.',
    fields: ['prediction', 'normalization'],
    stated: [],
  });
}
