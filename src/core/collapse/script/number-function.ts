/** Functions of the script that compute one number from numbers, such as the factor of a learning rate by epoch. */
import { ARITHMETIC } from './arithmetic';
import { argumentsOf, lastPart, nameOf, type Script, type SyntaxNode } from './syntax';

/** The values of the parameters and of what the function assigns. */
type Values = Map<string, number>;

const COMPARISONS: Readonly<Record<string, (a: number, b: number) => boolean>> = {
  '<': (a, b) => a < b,
  '<=': (a, b) => a <= b,
  '>': (a, b) => a > b,
  '>=': (a, b) => a >= b,
  '==': (a, b) => a === b,
  '!=': (a, b) => a !== b,
};
/** Functions of Python, math, NumPy and TensorFlow, by their last name. */
const FUNCTIONS: Readonly<Record<string, (...values: number[]) => number>> = {
  float: Number,
  int: Math.trunc,
  floor: Math.floor,
  ceil: Math.ceil,
  exp: Math.exp,
  log: Math.log,
  cos: Math.cos,
  sin: Math.sin,
  sqrt: Math.sqrt,
  pow: Math.pow,
  power: Math.pow,
  min: Math.min,
  minimum: Math.min,
  max: Math.max,
  maximum: Math.max,
};
/** Methods that give the value itself: `tf.exp(-0.1).numpy()`. */
const SAME_VALUE = /^(numpy|item)$/;

/** The value of an expression; null if it cannot be computed. */
function valueOf(script: Script, node: SyntaxNode | null | undefined, values: Values): number | null {
  if (!node) return null;
  const inner = (one: SyntaxNode | null | undefined): number | null => valueOf(script, one, values);
  switch (node.type) {
    case 'identifier': {
      const own = values.get(node.text);
      if (own !== undefined) return own;
      break;
    }
    case 'attribute':
      if (/^(math|np|numpy)\.pi$/.test(node.text)) return Math.PI;
      break;
    case 'parenthesized_expression':
      return inner(node.children[0]);
    case 'unary_operator': {
      const value = inner(node.field('argument'));
      return value === null ? null : node.field('operator')?.text === '-' ? -value : value;
    }
    case 'binary_operator': {
      const [a, b] = [inner(node.field('left')), inner(node.field('right'))];
      return a === null || b === null ? null : (ARITHMETIC[node.field('operator')?.text ?? '']?.(a, b) ?? null);
    }
    case 'conditional_expression': {
      const [then, condition, otherwise] = node.children;
      const holds = conditionOf(script, condition, values);
      return holds === null ? null : inner(holds ? then : otherwise);
    }
    case 'call': {
      const callee = node.field('function');
      const object = callee?.field('object');
      if (object?.type === 'call' && SAME_VALUE.test(callee?.field('attribute')?.text ?? '')) return inner(object);
      const computed = FUNCTIONS[lastPart(nameOf(callee))];
      const given = argumentsOf(node).positional.map(inner);
      if (computed && given.length > 0 && !given.includes(null)) return computed(...(given as number[]));
      break;
    }
    default:
  }
  const known = script.constant(node);
  return typeof known === 'number' ? known : null;
}

/** Whether a condition holds; null if that cannot be computed. */
function conditionOf(script: Script, node: SyntaxNode | null | undefined, values: Values): boolean | null {
  if (node?.type === 'parenthesized_expression') return conditionOf(script, node.children[0], values);
  if (node?.type === 'boolean_operator') {
    const sides = [node.field('left'), node.field('right')].map((one) => conditionOf(script, one, values));
    if (sides.includes(null)) return null;
    return node.field('operator')?.text === 'or' ? sides.includes(true) : !sides.includes(false);
  }
  if (node?.type !== 'comparison_operator') return null;
  const [a, b] = node.children.map((one) => valueOf(script, one, values));
  const compares = COMPARISONS[node.field('operators')?.text ?? ''];
  return compares && node.children.length === 2 && typeof a === 'number' && typeof b === 'number'
    ? compares(a, b)
    : null;
}

/** What statements return; undefined if none of them returns, null if that cannot be computed. */
function returned(script: Script, statements: readonly SyntaxNode[], values: Values): number | null | undefined {
  for (const statement of statements) {
    const [only] = statement.children;
    if (statement.type === 'return_statement') return valueOf(script, only, values);
    if (statement.type === 'if_statement') {
      const value = branch(script, statement, values);
      if (value !== undefined) return value;
    } else if (statement.type === 'expression_statement' && only?.type === 'assignment') {
      const [left, value] = [only.field('left'), valueOf(script, only.field('right'), values)];
      if (left?.type !== 'identifier' || value === null) return null;
      values.set(left.text, value);
    } else if (statement.type === 'expression_statement' && only?.type === 'augmented_assignment') {
      const left = only.field('left');
      const [a, b] = [valueOf(script, left, values), valueOf(script, only.field('right'), values)];
      const computed = ARITHMETIC[(only.field('operator')?.text ?? '').replace(/=$/, '')];
      if (left?.type !== 'identifier' || a === null || b === null || !computed) return null;
      values.set(left.text, computed(a, b));
    } else if (!/^(expression_statement|comment|pass_statement|global_statement)$/.test(statement.type)) return null;
  }
  return undefined;
}

/** What the branch of an `if` returns whose condition holds. */
function branch(script: Script, statement: SyntaxNode, values: Values): number | null | undefined {
  const clauses = [statement, ...statement.children.filter(({ type }) => /^(elif|else)_clause$/.test(type))];
  for (const clause of clauses) {
    const condition = clause.field('condition');
    const holds = condition ? conditionOf(script, condition, values) : true;
    if (holds === null) return null;
    const body = clause.field('consequence') ?? clause.field('body');
    if (holds) return returned(script, body?.children ?? [], values);
  }
  return undefined;
}

/** Computes one number from numbers, by the position of the parameter. Null if it cannot be computed. */
export interface NumberFunction {
  readonly parameters: number;
  readonly value: (...given: readonly number[]) => number | null;
}

/** A lambda or a function of the script, as an expression names it. Null if it is none. */
export function numberFunction(script: Script, node: SyntaxNode | null): NumberFunction | null {
  const end = node && script.resolve(node);
  if (end?.type !== 'lambda' && end?.type !== 'function_definition') return null;
  const names = (end.field('parameters')?.children ?? []).flatMap((one) => {
    const name = one.type === 'identifier' ? one : (one.field('name') ?? one.children[0]);
    return name && one.type !== 'comment' ? [name.text] : [];
  });
  const body = end.field('body');
  return {
    parameters: names.length,
    value: (...given) => {
      const values = new Map(names.slice(0, given.length).map((name, i) => [name, given[i]!]));
      const value =
        end.type === 'lambda' ? valueOf(script, body, values) : returned(script, body?.children ?? [], values);
      return value !== undefined && value !== null && Number.isFinite(value) ? value : null;
    },
  };
}
