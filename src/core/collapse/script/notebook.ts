/** Notebooks as scripts. */

interface Notebook {
  readonly cells?: readonly {
    readonly cell_type?: string;
    readonly source?: string | readonly string[];
    readonly metadata?: { readonly vscode?: { readonly languageId?: string } };
  }[];
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

/** Whether the text begins like a notebook, but is not the JSON of one: the file was cut off or damaged. */
export const isTornNotebook = (source: string): boolean =>
  /^\s*\{\s*"(cells|metadata|nbformat)/.test(source) && notebookOf(source) === null;

/** Cell magics with Python code. Cells with any other magic contain another language or a file. */
const PYTHON_CELLS = /^(time|timeit|capture|prun|debug|memit|mprun|snakeviz|wandb|heat|notify|python|python3|py|px)$/;
const MAGIC = /^(\s*)(!|%\w|\?\w)/;

/** The lines of a cell. Lines that only IPython understands become `pass` or empty, so that line numbers do not change. */
function pythonLines(source: string, language: string | undefined): string[] {
  const lines = source.split(/\r\n|\r|\n/);
  const first = lines.findIndex((line) => line.trim() !== '');
  const cell = /^%%(\w+)/.exec(lines[first] ?? '');
  const foreign = language !== undefined && !/^python$/i.test(language);
  if (foreign || (cell && !PYTHON_CELLS.test(cell[1]!))) return lines.map(() => '');
  let continues = false;
  return lines.map((line, at) => {
    if (at === first && cell) return '';
    if (continues) {
      continues = /\\\s*$/.test(line);
      return '';
    }
    const magic = MAGIC.exec(line);
    const assigned = /^(\s*[\w, ]+=\s*)(!|%\w)/.exec(line);
    if (!magic && !assigned) return /^\s*[\w.]+\?{1,2}\s*$/.test(line) ? line.replace(/\S.*/, 'pass') : line;
    continues = /\\\s*$/.test(line);
    return magic ? `${magic[1]}pass` : `${assigned![1]}None`;
  });
}

/** The code cells, each as its lines. A script is one cell. */
function cellsOf(source: string): { lines: string[]; notebook: boolean }[] {
  const notebook = notebookOf(source);
  if (notebook === null) return [{ lines: pythonLines(source, undefined), notebook: false }];
  return (notebook.cells ?? [])
    .filter((cell) => cell.cell_type === 'code')
    .map((cell) => ({
      lines: pythonLines([cell.source ?? ''].flat().join(''), cell.metadata?.vscode?.languageId),
      notebook: true,
    }));
}

/**
 * The Python code of a script, or the code cells of a notebook joined. What only IPython, the shell or another language
 * understands is replaced by empty lines. Line numbers refer to this code.
 */
export const scriptCode = (source: string): string =>
  cellsOf(source)
    .flatMap((cell) => cell.lines)
    .join('\n');

/** Code of which each line knows the line of `scriptCode` that it comes from, or that it was inserted after, from 0. */
export interface TracedCode {
  readonly code: string;
  readonly origins: readonly number[];
}

/** The lines of a cell or script, where lines of `before` that are the same in `after` stay as the user wrote them. */
function mergedLines(raw: readonly string[], before: readonly string[], after: readonly [string, number][]): string[] {
  return after.map(([line, origin], i) =>
    line === before[origin] && after[i - 1]?.[1] !== origin ? raw[origin]! : line,
  );
}

/**
 * The source with its code changed. What `scriptCode` left out, and cells that are not code, stay as they were.
 * @param changed made from `scriptCode(source)`
 */
export function withCode(source: string, { code, origins }: TracedCode): string {
  const lines = code.split('\n').map((line, i): [string, number] => [line, origins[i]!]);
  const before = scriptCode(source).split('\n');
  const notebook = notebookOf(source);
  if (notebook === null) {
    const ending = source.includes('\r\n') ? '\r\n' : '\n';
    return mergedLines(source.split(/\r\n|\r|\n/), before, lines).join(ending);
  }
  let start = 0;
  const cells = (notebook.cells ?? []).map((cell) => {
    if (cell.cell_type !== 'code') return cell;
    const raw = [cell.source ?? '']
      .flat()
      .join('')
      .split(/\r\n|\r|\n/);
    const from = start;
    start += raw.length;
    const own = lines
      .filter(([, origin]) => origin >= from && origin < start)
      .map(([line, origin]): [string, number] => [line, origin - from]);
    const merged = mergedLines(raw, before.slice(from, start), own);
    const text = merged.map((line, i) => (i < merged.length - 1 ? `${line}\n` : line));
    if (text.join('') === raw.join('\n')) return cell;
    return { ...cell, source: typeof cell.source === 'string' ? text.join('') : text.filter((line) => line !== '') };
  });
  const indent = /^\{\r?\n([ \t]+)/.exec(source)?.[1] ?? ' ';
  return `${JSON.stringify({ ...notebook, cells }, null, indent)}${source.endsWith('\n') ? '\n' : ''}`;
}

/** A line of `scriptCode` in words: `line 12`, or `line 3 of code cell 2` in a notebook. Cells are counted from 1. */
export function lineInWords(source: string, line: number): string {
  let before = 0;
  for (const [at, { lines, notebook }] of cellsOf(source).entries()) {
    if (notebook && line <= before + lines.length) return `line ${line - before} of code cell ${at + 1}`;
    before += lines.length;
  }
  return `line ${line}`;
}
