/** Finds classes that are numbered in the order in which two folders list them, which is no particular one. */
import { reportFault, type Draft } from './draft';
import { descendants, type Script, type SyntaxNode } from './syntax';

/** The folder that a loop lists to number its classes: `for label, name in enumerate(os.listdir(folder))`. */
function numberedFolder(script: Script, loop: SyntaxNode): string | null {
  const [left, right, body] = [loop.field('left'), loop.field('right'), loop.field('body')];
  const count = right && script.callAt(right);
  const [listed] = count?.last === 'enumerate' ? count.positional : [];
  const made = listed && script.callAt(script.resolve(listed));
  const number = left?.children[0]?.text;
  if (!made || made.local || !/^(listdir|scandir)$/.test(made.last) || !body || number === undefined) return null;
  const stores = descendants(body, 'call').some(
    (one) =>
      /\.append$/.test(one.field('function')?.text ?? '') &&
      descendants(one, 'identifier').some(({ text }) => text === number),
  );
  const folder = script.constant(made.positional[0]);
  return stores && typeof folder === 'string' ? folder : null;
}

export function readClassOrder(script: Script, draft: Draft): void {
  const folders = new Map<number, Set<string>>();
  for (const loop of script.nodes('for_statement')) {
    const folder = numberedFolder(script, loop);
    if (folder === null) continue;
    const known = folders.get(loop.start) ?? new Set();
    folders.set(loop.start, known.add(folder));
    const [first, second, ...others] = known;
    if (second === undefined || others.length > 0) continue;
    reportFault(draft, loop.line, {
      rule: 'classes-in-listed-order',
      severity: 'info',
      sentence: `The classes are numbered as os.listdir lists them, which is in no particular order: in ${first} and ${second}, the same number may mean different classes.`,
      remedy: 'Use sorted(os.listdir(…)).',
    });
  }
}
