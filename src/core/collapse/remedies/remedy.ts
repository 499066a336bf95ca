/** What a remedy is: changes of a script's code that remove what a warning objects to. */
import type { RecipeWarning } from '../../../contract/model/recipe';
import type { RecipeReading } from '../recipe';
import type { RuleSetting } from '../rules';
import type { Call, Script, SyntaxNode } from '../script/syntax';
import { removeElement, type CodeEdit } from './edit';

/** What is known of the data set that the script trains on. */
export interface RemedySetting extends RuleSetting {
  /** In code-point order, which is the order of Keras and torchvision. */
  readonly classNames: readonly string[];
  /** Training images by class, in this order. */
  readonly classSizes: readonly number[];
}

/** A warning and the script that it is about. */
export interface Ailment {
  readonly warning: Pick<RecipeWarning, 'rule' | 'line'>;
  readonly script: Script;
  readonly code: string;
  readonly reading: Pick<RecipeReading, 'recipe' | 'framework'>;
  readonly setting: RemedySetting;
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
