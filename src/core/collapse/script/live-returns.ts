/** The `return` statements of a method that a call reaches, where flags of the call decide. */
import { argumentsOf, descendants, type Script, type SyntaxNode } from './syntax';

/** What a condition is in this call; undefined if it is not known. */
type Truth = (condition: SyntaxNode) => boolean | undefined;

interface Reached {
  readonly values: SyntaxNode[];
  /** Whether nothing after the statements runs. */
  readonly ends: boolean;
}

const DEFINES = /^(function_definition|class_definition|lambda|decorated_definition)$/;

function arms(statement: SyntaxNode): { condition: SyntaxNode | null; body: SyntaxNode | null }[] {
  return [
    { condition: statement.field('condition'), body: statement.field('consequence') },
    ...statement.children
      .filter(({ type }) => type === 'elif_clause' || type === 'else_clause')
      .map((one) => ({ condition: one.field('condition'), body: one.field('consequence') ?? one.field('body') })),
  ];
}

function ofBranches(statement: SyntaxNode, truth: Truth): Reached {
  const values: SyntaxNode[] = [];
  let ends = true;
  for (const { condition, body } of arms(statement)) {
    const value = condition ? truth(condition) : true;
    if (value === false) continue;
    const reached: Reached = body ? ofBlock(body, truth) : { values: [], ends: false };
    values.push(...reached.values);
    ends &&= reached.ends;
    if (value === true) return { values, ends };
  }
  return { values, ends: false };
}

function ofBlock(block: SyntaxNode, truth: Truth): Reached {
  const values: SyntaxNode[] = [];
  for (const one of block.children) {
    if (DEFINES.test(one.type)) continue;
    if (one.type === 'return_statement') return { values: [...values, ...one.children.slice(0, 1)], ends: true };
    const reached = one.type === 'if_statement' ? ofBranches(one, truth) : ofBlock(one, truth);
    values.push(...reached.values);
    // A loop may not run at all.
    if (reached.ends && /^(if_statement|with_statement|block)$/.test(one.type)) return { values, ends: true };
  }
  return { values, ends: false };
}

/** The arguments that a call gives the parameters of a method, their defaults included; null if this is not known. */
function givenTo(method: SyntaxNode, call: SyntaxNode): Map<string, SyntaxNode | null> | null {
  const { positional, keywords } = argumentsOf(call);
  if (positional.some(({ type }) => /splat/.test(type))) return null;
  const [, ...parameters] = method.field('parameters')?.children ?? [];
  if (parameters.some(({ type }) => /splat|separator/.test(type))) return null;
  return new Map(
    parameters.map((one, at) => {
      const name = (one.field('name') ?? one.children[0] ?? one).text;
      return [name, positional[at] ?? keywords.get(name) ?? one.field('value')];
    }),
  );
}

/**
 * What a method returns in a training step: only what its flags leave, such as `z` for `net(x)` of
 * `def forward(self, x, probs=False)` with `return softmax(z) if probs else z`. The net is in training mode.
 * @param call the call of the net; null if it is not known
 */
export function liveReturns(script: Script, method: SyntaxNode, call: SyntaxNode | null): SyntaxNode[] {
  const body = method.field('body');
  const given = call && givenTo(method, call);
  if (!body) return [];
  const changed = new Set(
    descendants(body, 'assignment', 'augmented_assignment').flatMap((one) => {
      const left = one.field('left');
      return left ? [left, ...descendants(left, 'identifier')].map(({ text }) => text) : [];
    }),
  );
  const truth: Truth = (condition) => {
    if (condition.type === 'parenthesized_expression') return truth(condition.children[0]!);
    if (condition.type === 'not_operator') {
      const inner = condition.field('argument') ?? condition.children[0];
      const value = inner && truth(inner);
      return value === undefined ? undefined : !value;
    }
    if (condition.text === 'self.training') return call ? true : undefined;
    const value =
      condition.type === 'identifier' && !changed.has(condition.text) ? given?.get(condition.text) : undefined;
    const known = value ? script.constant(value) : undefined;
    return typeof known === 'boolean' || known === null ? known === true : undefined;
  };
  const open = (value: SyntaxNode): SyntaxNode[] => {
    if (value.type === 'parenthesized_expression' && value.children[0]) return open(value.children[0]);
    const [then, condition, otherwise] = value.type === 'conditional_expression' ? value.children : [];
    if (!then || !condition || !otherwise) return [value];
    const chosen = truth(condition);
    return chosen === undefined ? [value] : open(chosen ? then : otherwise);
  };
  return ofBlock(body, truth).values.flatMap(open);
}
