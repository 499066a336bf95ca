/**
 * Parses Python source to a syntax tree with tree-sitter's grammar, compiled to WebAssembly. The user's script is never
 * run.
 */
import { createRequire } from 'node:module';
import { Language, Parser, type Node } from 'web-tree-sitter';
import { PlumblineError } from '../../contract/errors';
import { isTornNotebook, lineInWords, scriptCode } from '../../core/collapse/script/notebook';
import type { SyntaxNode } from '../../core/collapse/script/syntax';

const GRAMMAR = 'tree-sitter-python/tree-sitter-python.wasm';
/** A training script has some hundred lines; a file of a megabyte is a mistake. */
const MAX_CHARACTERS = 1_000_000;

let parser: Promise<Parser> | undefined;

async function makeParser(): Promise<Parser> {
  await Parser.init();
  const made = new Parser();
  made.setLanguage(await Language.load(createRequire(import.meta.url).resolve(GRAMMAR)));
  return made;
}

/** Copies a node out of the parser's memory, which is freed after each parse. */
function copied(node: Node): SyntaxNode {
  const children: SyntaxNode[] = [];
  const byField = new Map<string, SyntaxNode>();
  for (let i = 0; i < node.childCount; i++) {
    const child = node.child(i);
    if (!child) continue;
    const own = child.isNamed || node.fieldNameForChild(i) !== null ? copied(child) : null;
    const name = node.fieldNameForChild(i);
    if (own && name && !byField.has(name)) byField.set(name, own);
    if (own && child.isNamed) children.push(own);
  }
  return {
    type: node.type,
    text: node.text,
    line: node.startPosition.row + 1,
    start: node.startIndex,
    end: node.endIndex,
    children,
    field: (name) => byField.get(name) ?? null,
  };
}

function firstError(node: Node): Node | null {
  if (node.isError || node.isMissing) return node;
  for (const child of node.children) {
    const found = child.hasError || child.isMissing ? firstError(child) : null;
    if (found) return found;
  }
  return null;
}

/**
 * Parses a Python script, or the code cells of a notebook.
 * @throws PlumblineError `bad-script` with the line of the first syntax error
 */
export async function parsePython(source: string): Promise<SyntaxNode> {
  if (source.length > MAX_CHARACTERS)
    throw new PlumblineError(
      'bad-script',
      'The script is longer than a million characters, so it is not a training script.',
    );
  if (isTornNotebook(source))
    throw new PlumblineError(
      'bad-script',
      'The notebook is damaged or cut off: its JSON cannot be read. Save it again.',
    );
  const tree = (await (parser ??= makeParser())).parse(scriptCode(source));
  if (!tree) throw new PlumblineError('bad-script', 'The script could not be parsed.');
  try {
    if (tree.rootNode.hasError) {
      const at = firstError(tree.rootNode);
      const line = (at?.startPosition.row ?? 0) + 1;
      throw new PlumblineError(
        'bad-script',
        `The script is not valid Python: ${lineInWords(source, line)} cannot be parsed.`,
        {
          details: { line },
        },
      );
    }
    return copied(tree.rootNode);
  } finally {
    tree.delete();
  }
}
