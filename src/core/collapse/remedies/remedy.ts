/** What a remedy is: changes of a script's code that remove what a warning objects to. */
import type { RecipeWarning } from '../../../contract/model/recipe';
import type { RecipeReading } from '../recipe';
import { trainedSetting, type RuleSetting, type TrainedSetting } from '../rule';
import { argumentsOf, type Call, type Script, type SyntaxNode } from '../script/syntax';
import { removeElement, removeStatement, replace, statementOf, type CodeEdit } from './edit';

/** What is known of the images that a script trains on. */
interface TrainedImages {
  /** The classes that the script sees, in the order in which Keras and torchvision number them. */
  readonly classNames: readonly string[];
  /** Training images by class, in this order. */
  readonly classSizes: readonly number[];
  /** Mean and deviation of red, green and blue over the training images, from 0 to 1; null if they are not known. */
  readonly moments: { readonly mean: readonly number[]; readonly std: readonly number[] } | null;
}

/** What is known of the data set that is open. */
export type RemedySetting = RuleSetting & TrainedImages;

const UNKNOWN_IMAGES: TrainedImages = { classNames: [], classSizes: [], moments: null };

/** What is known of what the script trains on. */
export const trainedImages = (setting: RemedySetting, reading: Pick<RecipeReading, 'ownData'>): Ailment['setting'] => ({
  ...(reading.ownData ? UNKNOWN_IMAGES : setting),
  ...trainedSetting(setting, reading),
});

/** A warning and the script that it is about. */
export interface Ailment {
  readonly warning: Pick<RecipeWarning, 'rule' | 'line'>;
  readonly script: Script;
  readonly code: string;
  readonly reading: Pick<RecipeReading, 'recipe' | 'framework'>;
  readonly setting: TrainedSetting & TrainedImages;
}

/** One way to change a script. It is not possible if any edit is null. */
export type Way = readonly (CodeEdit | null)[];

export interface CodeRemedy {
  readonly rules: readonly string[];
  /** One sentence that says what is changed and why. */
  readonly reason: (ailment: Ailment) => string;
  /**
   * Ways to change the script, the best first. They need not be right: the changed script is read again, and a way is
   * taken only if the warning is gone and no new one has come.
   */
  readonly ways: (ailment: Ailment) => readonly Way[];
}

/** The calls of the script with one of these last names, in source order, each place once. */
export function callsNamed({ script }: Pick<Ailment, 'script'>, names: RegExp): Call[] {
  const places = new Map(script.calls.filter((call) => names.test(call.last)).map((call) => [call.node.start, call]));
  return [...places.values()].sort((a, b) => a.node.start - b.node.start);
}

/** The nodes of these types in source order, each place once. */
export function nodesOf({ script }: Pick<Ailment, 'script'>, ...types: readonly string[]): SyntaxNode[] {
  const places = new Map(script.nodes(...types).map((node) => [node.start, node]));
  return [...places.values()].sort((a, b) => a.start - b.start);
}

/** Removes a node from the list or the arguments that it is an element of; null if it is the only one or no element. */
export function removeFromList(ailment: Pick<Ailment, 'script'>, { start, end }: SyntaxNode): CodeEdit | null {
  for (const { children } of nodesOf(ailment, 'argument_list', 'list')) {
    const element = children.find((child) => child.start === start && child.end === end);
    if (element) return children.length > 1 ? removeElement(children, element) : null;
  }
  return null;
}

/** Puts a part of an expression in its place. A statement that would then assign a name to itself is left out. */
export function reduced({ script, code }: Ailment, node: SyntaxNode, text: string): CodeEdit | null {
  const statement = statementOf(script, node);
  const [only] = statement?.children ?? [];
  const right = only?.type === 'assignment' ? only.field('right') : null;
  const isSelf = right?.start === node.start && right.end === node.end && only?.field('left')?.text === text;
  return (statement && isSelf && removeStatement(script, code, statement)) || replace(node, text);
}

const MODULES = /^(torch|F|nn|functional|tf|tensorflow|keras|keras_core|K|layers|activations|ops|np|numpy|jax|jnp)\./;

/**
 * Ways to leave out a layer or a function: as an element of a list or of arguments, as a statement that adds it to a
 * net, or as a call of it, which its argument takes the place of.
 */
export function removeLayer(ailment: Ailment, call: Call): Way[] {
  const { script, code } = ailment;
  const { node } = call;
  // A function is called with what it changes; a layer is one of several in a list.
  if (!/^[A-Z]/.test(call.last)) {
    const object = node.field('function')?.field('object');
    // `torch.softmax(x, 1)` is a function of a module, `x.softmax(1)` a method of what it changes.
    const inner = object && !MODULES.test(call.name) ? object : (call.positional[0] ?? call.keywords.get('input'));
    return inner ? [[reduced(ailment, node, inner.text)]] : [];
  }
  const statement = statementOf(script, node);
  const [whole] = statement?.children ?? [];
  const adds = whole && script.callAt(whole);
  if (statement && adds && adds.last === 'add') return [[removeStatement(script, code, statement)]];
  // `Softmax()(x)`, or `self.soft(x)` of a layer that was given this name.
  const assignment = nodesOf(ailment, 'assignment').find((one) => one.field('right')?.start === node.start);
  const name = assignment?.field('left')?.text;
  // The call of a layer starts where the layer is made.
  const applied = script.nodes('call').filter((one) => {
    const callee = one.field('function');
    return callee !== null && (callee.start === node.start ? callee.end === node.end : callee.text === name);
  });
  return [
    [removeFromList(ailment, node)],
    ...applied.flatMap((one): Way[] => {
      const [inner] = argumentsOf(one).positional;
      return inner ? [[reduced(ailment, one, inner.text)]] : [];
    }),
  ];
}
