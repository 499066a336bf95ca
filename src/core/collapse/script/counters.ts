/** Values that change from one pass of a loop to the next, such as `steps += 1`. In the loop they are not constant. */
import { bindingsOf, type ScriptPlace } from './scope';
import { descendants, type SyntaxNode } from './syntax';

const assigned = new WeakMap<SyntaxNode, ReadonlySet<string>>();

/** What a loop assigns, as it is written: `steps`, `self.steps`. */
function assignedIn(loop: SyntaxNode): ReadonlySet<string> {
  const known = assigned.get(loop);
  if (known) return known;
  const names = new Set(
    descendants(loop, 'assignment', 'augmented_assignment').flatMap((one) => one.field('left')?.text ?? []),
  );
  assigned.set(loop, names);
  return names;
}

/** Whether a name or an attribute gets its first value before a loop and another one in it. */
export function changesInLoop(node: SyntaxNode, place: ScriptPlace): boolean {
  const loops = place.loops.filter((loop) => assignedIn(loop).has(node.text));
  if (loops.length === 0 || node.type === 'attribute') return loops.length > 0;
  const bindings = bindingsOf(node.text, place);
  return loops.some((loop) => bindings.some((one) => !one.place.loops.includes(loop)));
}
