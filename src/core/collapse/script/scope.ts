/** Where the names of a script are bound, in the order of running. */
import type { Arm, SyntaxNode, Where } from './syntax';

export interface ScriptPlace extends Where {
  readonly frame: Frame;
}

export interface NameBinding {
  readonly place: ScriptPlace;
  /** The expression; null if it is not known, as for the variable of a loop. */
  readonly node: SyntaxNode | null;
  /** Position of the name within a tuple that the expression gives, outermost first. */
  readonly parts: readonly number[];
  /** What the loop runs over, if the value is one of its elements. */
  readonly source?: SyntaxNode;
  /** Dotted name of an import. */
  readonly imported?: string;
  /** The object that a method runs on. */
  readonly object?: Instance;
}

export type Names = Map<string, NameBinding[]>;

/** One run of a function, of a class body or of the module. */
export interface Frame {
  readonly names: Names;
  readonly outer: Frame | null;
  readonly returns: NameBinding[];
  readonly globals: Set<string>;
}

export interface ClassScope {
  readonly node: SyntaxNode;
  /** Of the class body: its attributes and methods. */
  readonly frame: Frame;
}

/** An object of a class of the script. */
export interface Instance {
  readonly of: ClassScope;
  readonly attributes: Names;
  /** The code that runs when the object is made or used by the framework. */
  readonly bodies: SyntaxNode[];
  /** What `self.hparams` of Lightning gives: the parameters of `__init__`, if it saves them. */
  hparams?: Names;
}

export const emptyFrame = (outer: Frame | null): Frame => ({
  names: new Map(),
  outer,
  returns: [],
  globals: new Set(),
});

export function addName(names: Names, name: string, binding: NameBinding): void {
  const list = names.get(name);
  if (list) list.push(binding);
  else names.set(name, [binding]);
}

/** Whether code in the first branches has surely run before code in the second branches. */
const certain = (ran: readonly Arm[], now: readonly Arm[]): boolean =>
  ran.every((one, i) => now[i]?.of === one.of && now[i].arm === one.arm);

const excluded = (ran: readonly Arm[], now: readonly Arm[]): boolean =>
  ran.some((one) => now.some((other) => other.of === one.of && other.arm !== one.arm));

/**
 * The bindings that may count at a place: from the latest back to one that runs in any case. Bindings in another arm of
 * the same branching are left out.
 */
function possible(list: readonly NameBinding[], place: ScriptPlace): NameBinding[] {
  const found: NameBinding[] = [];
  for (const one of list.toReversed()) {
    if (excluded(one.place.arms, place.arms)) continue;
    found.push(one);
    if (certain(one.place.arms, place.arms)) return found;
  }
  return found;
}

/** The bindings that a name may have at a place. There are several if they depend on conditions. */
export function bindingsIn(names: Names, name: string, place: ScriptPlace): NameBinding[] {
  const list = names.get(name);
  if (!list) return [];
  const before = possible(
    list.filter((one) => one.place.at < place.at),
    place,
  );
  return before.length > 0 ? before : list.slice(0, 1);
}

export function bindingsOf(name: string, place: ScriptPlace): NameBinding[] {
  for (let frame: Frame | null = place.frame; frame; frame = frame.outer) {
    const found = bindingsIn(frame.names, name, place);
    if (found.length > 0) return found;
  }
  return [];
}

/** A copy of a subtree with nodes of its own, for another run of a function. */
export function copyOf(node: SyntaxNode): SyntaxNode {
  const children = node.children.map(copyOf);
  return {
    type: node.type,
    text: node.text,
    line: node.line,
    start: node.start,
    end: node.end,
    children,
    field: (name) => {
      const own = node.field(name);
      const at = own ? node.children.indexOf(own) : -1;
      return at < 0 ? own : children[at]!;
    },
  };
}
