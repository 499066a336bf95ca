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
 * The Python code of a script, or of a notebook's code cells one after the other, without the lines that only IPython
 * knows. Lines of a reading count in it.
 */
export function scriptCode(source: string): string {
  const notebook = notebookOf(source);
  if (notebook === null) return source;
  const cells = (notebook.cells ?? [])
    .filter((cell) => cell.cell_type === 'code')
    .map((cell) => [cell.source ?? ''].flat().join(''));
  return cells.join('\n').replace(/^\s*[%!?].*$/gm, 'pass');
}
