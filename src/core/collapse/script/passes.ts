/** The passes of a loop over nets, or over what makes nets: each is read by itself, so that no two nets are mixed. */
import { importedName, resolve, type ScriptState } from './evaluate';
import { argumentsOf, lastPart, nameOf, type SyntaxNode } from './syntax';

/** What the targets of a loop get in one pass; null for a value that is not known. */
export type Pass = readonly { readonly target: SyntaxNode; readonly value: SyntaxNode | null }[];

/** Loops over more elements are read once. */
const MOST_PASSES = 8;

const LISTS = ['list', 'tuple', 'expression_list'];
const MAKES = ['call', 'function_definition', 'class_definition', 'lambda'];

/** The elements of a list that is written out; null if it is not known, or filled later. */
function elementsOf(state: ScriptState, node: SyntaxNode): readonly SyntaxNode[] | null {
  const whole = resolve(state, node);
  if (!LISTS.includes(whole.type) || whole.children.some(({ type }) => type === 'list_splat')) return null;
  const { length } = whole.children;
  return length >= 2 && length <= MOST_PASSES ? whole.children : null;
}

/** Whether a value may be a net or make one: settings such as learning rates are swept in a loop that is read once. */
function mayBeNet(state: ScriptState, node: SyntaxNode): boolean {
  const end = resolve(state, node);
  if (LISTS.includes(end.type)) return end.children.some((one) => mayBeNet(state, one));
  return MAKES.includes(end.type) || importedName(state, end) !== null;
}

function passesOver(state: ScriptState, target: SyntaxNode, over: SyntaxNode): Pass[] | null {
  const names = target.type === 'pattern_list' || target.type === 'tuple_pattern' ? target.children : [];
  const callee = over.type === 'call' ? over.field('function') : null;
  const given = over.type === 'call' ? argumentsOf(over).positional : [];
  const [first] = given;
  const object = callee?.field('object');
  const method = lastPart(nameOf(callee));
  if (object && (method === 'items' || method === 'values')) {
    const pairs = resolve(state, object).children.filter(({ type }) => type === 'pair');
    if (resolve(state, object).type !== 'dictionary' || pairs.length < 2 || pairs.length > MOST_PASSES) return null;
    return pairs.map((pair): Pass => {
      const value = pair.field('value');
      const [key, held] = names;
      if (method === 'values') return [{ target, value }];
      return key && held
        ? [
            { target: key, value: pair.field('key') },
            { target: held, value },
          ]
        : [{ target, value: null }];
    });
  }
  const [place, held] = names;
  if (method === 'enumerate' && first && place && held) {
    const inner = passesOver(state, held, first);
    return inner && inner.map((pass) => [{ target: place, value: null }, ...pass]);
  }
  if (method === 'zip' && names.length === given.length) {
    const lists = given.map((one) => elementsOf(state, one));
    const count = lists[0]?.length;
    return lists.every((list) => list?.length === count && list !== null)
      ? lists[0]!.map((_, i) => names.map((name, k) => ({ target: name, value: lists[k]![i]! })))
      : null;
  }
  if (/^(tqdm|list|tuple|iter)$/.test(method) && first) return passesOver(state, target, first);
  return elementsOf(state, over)?.map((value) => [{ target, value }]) ?? null;
}

/** The passes of a loop over several nets; null for a loop that is read once. */
export function passesOf(state: ScriptState, target: SyntaxNode, over: SyntaxNode): Pass[] | null {
  const passes = passesOver(state, target, over);
  const isNet = (pass: Pass): boolean => pass.some(({ value }) => value !== null && mayBeNet(state, value));
  return passes?.every(isNet) === true ? passes : null;
}
