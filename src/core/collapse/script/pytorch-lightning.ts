/** The training step of a LightningModule: what it returns is what Lightning trains with. */
import { reportFieldFault, type Draft } from './draft';
import { descendants, nameOf, lastPart, type Script, type SyntaxNode } from './syntax';

/** Methods and attributes that give a value without its gradients. */
const WITHOUT_GRADIENT = /^(detach|item|numpy|tolist|data)$/;
/** Names that are followed from one assignment to the one before it. */
const MOST_STEPS = 4;

const isInside = (block: SyntaxNode, { start, end }: SyntaxNode): boolean => block.start <= start && end <= block.end;

/** The loss that a return statement gives: the value itself, or that of the key `loss`. */
function lossOf(statement: SyntaxNode): SyntaxNode | null {
  const [value] = statement.children;
  if (value?.type !== 'dictionary') return value ?? null;
  const pair = value.children.find((one) => /^["']loss["']$/.test(one.field('key')?.text ?? ''));
  return pair?.field('value') ?? null;
}

/** The last assignment to a name in front of a place. */
const assigned = (body: SyntaxNode, name: string, before: SyntaxNode): SyntaxNode | undefined =>
  descendants(body, 'assignment').findLast((one) => one.start < before.start && one.field('left')?.text === name);

/** The expression without gradients that a loss comes from; null if it has gradients or that is not known. */
function cutIn(body: SyntaxNode, loss: SyntaxNode, blocks: readonly SyntaxNode[]): SyntaxNode | null {
  let value: SyntaxNode = loss;
  for (let step = 0; step < MOST_STEPS; step += 1) {
    const callee = value.type === 'call' ? value.field('function') : value.type === 'attribute' ? value : null;
    if (
      callee?.type === 'attribute' &&
      WITHOUT_GRADIENT.test(lastPart(nameOf(callee)) || callee.field('attribute')!.text)
    )
      return value;
    if (value.type !== 'identifier') break;
    const one = assigned(body, value.text, value);
    const right = one?.field('right');
    if (!one || !right) return null;
    value = right;
  }
  if (value.type !== 'call') return null;
  // The outputs are an argument of the loss.
  const made = [value, ...descendants(value, 'identifier').flatMap((name) => assigned(body, name.text, value) ?? [])];
  return made.find((node) => blocks.some((block) => isInside(block, node)) && /\bself\b/.test(node.text)) ?? null;
}

/** The call of `self._shared_step(batch)`, if a statement is nothing else; null for a log. */
function sharedStep({ type, children: [call] }: SyntaxNode): SyntaxNode | null {
  const name = type === 'expression_statement' && call?.type === 'call' ? nameOf(call.field('function')) : '';
  return /^self\.\w*(step|shared|loss)\w*$/i.test(name) ? call! : null;
}

export function readLightning(script: Script, draft: Draft): void {
  const steps = descendants(script.root, 'function_definition').filter(
    (one) => one.field('name')?.text === 'training_step',
  );
  const [step] = steps;
  const body = step?.field('body');
  // A step that calls backward() itself needs no loss.
  if (
    !step ||
    !body ||
    steps.length > 1 ||
    /\b(manual_backward|backward|automatic_optimization)\b|super\(\)\.training_step/.test(script.root.text)
  )
    return;
  const returns = descendants(body, 'return_statement').filter(
    (one) => !descendants(body, 'function_definition', 'lambda').some((inner) => isInside(inner, one)),
  );
  const losses = returns.flatMap((one) => lossOf(one) ?? []);
  if (losses.length === 0) {
    const computes =
      descendants(body, 'assignment').some((one) => /loss/i.test(one.field('left')?.text ?? '')) ||
      body.children.some((one) => sharedStep(one) !== null);
    if (returns.length === 0 && computes)
      reportFieldFault(draft, 'updates', 'none', step, {
        replaces: ['no-updates'],
        rule: 'never-updated',
        sentence: 'training_step returns no loss: Lightning then skips the step, so the weights never change.',
        remedy: 'Return the loss at the end of training_step.',
      });
    return;
  }
  const blocks = descendants(body, 'with_statement').filter((one) =>
    /^with[^:\n]*\b(no_grad|inference_mode)\(/.test(one.text),
  );
  const cuts = losses.map((loss) => cutIn(body, loss, blocks));
  const [cut] = cuts;
  if (!cut || cuts.includes(null)) return;
  reportFieldFault(draft, 'updates', 'none', cut, {
    replaces: ['no-updates'],
    rule: 'no-gradient',
    sentence:
      'training_step returns a loss without gradients (detach(), item() or no_grad): Lightning cannot compute gradients from it.',
    remedy: 'Return the loss itself. Lightning detaches what it logs.',
  });
}
