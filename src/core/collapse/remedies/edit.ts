/** Changes of a script's text, made at nodes of its syntax tree. */
import type { TracedCode } from '../script/notebook';
import { descendants, type Call, type Script, type SyntaxNode } from '../script/syntax';

/** Replaces a part of the code, which is given in UTF-16 units, by `text`. */
export interface CodeEdit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

export const tracedCode = (code: string): TracedCode => ({ code, origins: code.split('\n').map((_, line) => line) });

/** Number of line breaks before a place in the code. */
const lineAt = (code: string, place: number): number => code.slice(0, place).split('\n').length - 1;

const sorted = (edits: readonly CodeEdit[]): CodeEdit[] => [...edits].sort((a, b) => a.start - b.start);

/** Whether no two edits change the same place. */
export const areApart = (edits: readonly CodeEdit[]): boolean =>
  sorted(edits).every((edit, i, all) => i === 0 || all[i - 1]!.end <= edit.start);

/** @param edits must not overlap */
export function applyEdits({ code, origins }: TracedCode, edits: readonly CodeEdit[]): TracedCode {
  let changed = code;
  const lines = [...origins];
  for (const { start, end, text } of sorted(edits).reverse()) {
    const [first, last] = [lineAt(code, start), lineAt(code, end)];
    const added = text.split('\n').length - 1;
    lines.splice(first + 1, last - first, ...Array<number>(added).fill(origins[first] ?? 0));
    changed = changed.slice(0, start) + text + changed.slice(end);
  }
  return { code: changed, origins: lines };
}

export const replace = ({ start, end }: SyntaxNode, text: string): CodeEdit => ({ start, end, text });

const STATEMENTS = /_statement$|^(function_definition|class_definition|decorated_definition)$/;

/** The statements around a node, outermost first. */
function statementsAround(root: SyntaxNode, { start, end }: SyntaxNode): SyntaxNode[] {
  const inside = root.children.find((child) => child.start <= start && end <= child.end);
  if (!inside) return [];
  return [...(STATEMENTS.test(inside.type) ? [inside] : []), ...statementsAround(inside, { ...inside, start, end })];
}

/** The innermost statement that contains a node; null for a node outside of any. */
export const statementOf = ({ root }: Pick<Script, 'root'>, node: SyntaxNode): SyntaxNode | null =>
  statementsAround(root, node).at(-1) ?? null;

/** Start of the line, the blanks at its start, and whether only blanks come before the place. */
function lineStart(code: string, place: number): { start: number; indent: string; alone: boolean } {
  const start = code.lastIndexOf('\n', place - 1) + 1;
  const indent = /^[ \t]*/.exec(code.slice(start, place))![0];
  return { start, indent, alone: start + indent.length === place };
}

/** Inserts a statement before another, with the same indentation. Null if the other does not start its line. */
export function insertBefore(code: string, statement: SyntaxNode, text: string): CodeEdit | null {
  const { indent, alone } = lineStart(code, statement.start);
  return alone ? { start: statement.start, end: statement.start, text: `${text}\n${indent}` } : null;
}

/** Inserts a statement after another, with the same indentation. Null if another follows in its line. */
export function insertAfter(code: string, statement: SyntaxNode, text: string): CodeEdit | null {
  const { indent, alone } = lineStart(code, statement.start);
  const newline = code.indexOf('\n', statement.end);
  const end = newline < 0 ? code.length : newline;
  if (!alone || !/^[ \t]*(#.*)?\r?$/.test(code.slice(statement.end, end))) return null;
  return { start: end, end, text: `\n${indent}${text}` };
}

/** Removes a statement with its line, or replaces it by `pass` if its block contains nothing else. */
export function removeStatement(script: Pick<Script, 'root'>, code: string, statement: SyntaxNode): CodeEdit | null {
  const { start, alone } = lineStart(code, statement.start);
  const newline = code.indexOf('\n', statement.end);
  if (!alone || newline < 0 || code.slice(statement.end, newline).trim() !== '') return null;
  const block = descendants(script.root, 'block').find(({ children }) =>
    children.some((child) => child.start === statement.start && child.end === statement.end),
  );
  return block?.children.filter(({ type }) => type !== 'comment').length === 1
    ? replace(statement, 'pass')
    : { start, end: newline + 1, text: '' };
}

/** Inserts an element of a list or an argument before another: on a line of its own if the other has one. */
export function insertElement(code: string, before: SyntaxNode, text: string): CodeEdit {
  const { indent, alone } = lineStart(code, before.start);
  return { start: before.start, end: before.start, text: alone ? `${text},\n${indent}` : `${text}, ` };
}

/** Removes one of the elements of a list or of arguments, with its comma. */
export function removeElement(elements: readonly SyntaxNode[], element: SyntaxNode): CodeEdit | null {
  const at = elements.findIndex(({ start, end }) => start === element.start && end === element.end);
  if (at < 0) return null;
  const [before, after] = [elements[at - 1], elements[at + 1]];
  if (before) return { start: before.end, end: element.end, text: '' };
  return { start: element.start, end: after?.start ?? element.end, text: '' };
}

/** The arguments of a call as they are written, comments left out. */
const argumentNodes = (call: Call): SyntaxNode[] =>
  (call.node.field('arguments')?.children ?? []).filter(({ type }) => type !== 'comment');

/** Removes a keyword argument; null if the call does not have it. */
export function removeKeyword(call: Call, keyword: string): CodeEdit | null {
  const nodes = argumentNodes(call);
  const one = nodes.find(({ type, field }) => type === 'keyword_argument' && field('name')?.text === keyword);
  return one ? removeElement(nodes, one) : null;
}

/** Adds a keyword argument at the end. Null if the call is not written with parentheses. */
export function addKeyword(code: string, call: Call, text: string): CodeEdit | null {
  const list = call.node.field('arguments');
  if (list?.type !== 'argument_list' || code[list.end - 1] !== ')') return null;
  const last = argumentNodes(call).at(-1);
  if (!last) return { start: list.end - 1, end: list.end - 1, text };
  const comma = /^\s*,/.exec(code.slice(last.end, list.end));
  const place = last.end + (comma?.[0].length ?? 0);
  return { start: place, end: place, text: `${comma ? ' ' : ', '}${text}${comma ? ',' : ''}` };
}
