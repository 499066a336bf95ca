/** Notebooks as scripts. */

interface Notebook {
  readonly cells?: readonly { readonly cell_type?: string; readonly source?: string | readonly string[] }[];
}

function notebookOf(source: string): Notebook | null {
  if (!/^\s*\{\s*"/.test(source)) return null;
  try {
    return JSON.parse(source) as Notebook;
  } catch {
    // A script may start with a dictionary.
    return null;
  }
}

/**
 * The Python code of a script, or the code cells of a notebook joined, without the lines that only IPython understands.
 * Line numbers refer to this code.
 */
export function scriptCode(source: string): string {
  const notebook = notebookOf(source);
  if (notebook === null) return source;
  const cells = (notebook.cells ?? [])
    .filter((cell) => cell.cell_type === 'code')
    .map((cell) => [cell.source ?? ''].flat().join(''));
  return cells.join('\n').replace(/^\s*[%!?].*$/gm, 'pass');
}
