/**
 * Keeps the names of folders and files out of the log, except those inside a data set, which a developer needs to use
 * the line.
 */

/** Real paths of the data sets that this process has opened. */
const roots = new Set<string>();

/** From now on, paths inside this folder are logged relative to it. @param root absolute */
export function logRelativeTo(root: string): void {
  roots.add(root);
}

const DATASET = '<dataset>';
/** Stands for a root while a text is searched: no path contains it. */
const MARK = '\0';

/** A slash after one of these does not begin an absolute path: `train/val`, `312/s`, `cat (1)/2.png`. */
const NOT_AFTER = String.raw`(?<![\p{L}\p{N}_)\]…${MARK}]|${DATASET})`;

/**
 * An absolute path up to its last separator: `/home/jane/set/`, `C:\set\`, `\\host\share\`. Any folder name may contain
 * blanks, quotes and brackets, so nothing but the end of the line tells where a path ends: everything up to the last
 * separator of the line is taken. Text between two paths is lost with it, but no part of a path is left.
 */
const ABSOLUTE = new RegExp(
  String.raw`${NOT_AFTER}(?:[A-Za-z]:[\\/]|\\\\|/)(?=\S)(?:[^\n${MARK}]*[\\/](?![\s"'“”)]*(?:$|\n)))?`,
  'gu',
);

const escaped = (text: string): string => text.replaceAll(/[\\^$.*+?()[\]{}|]/g, String.raw`\$&`);

/** The separator after the root is part of the match: `/sets/cats` is not the beginning of `/sets/cats and dogs/1.png`. */
function inside(root: string): RegExp {
  const parts = root.split(/[\\/]/).filter((part) => part !== '');
  const start = /^[\\/]/.test(root) ? String.raw`[\\/]+` : '';
  return new RegExp(String.raw`${NOT_AFTER}${start}${parts.map(escaped).join(String.raw`[\\/]+`)}[\\/]+`, 'gu');
}

/**
 * Replaces the folders of every absolute path in a text: inside a data set by `<dataset>`, else by `…`, so that only the
 * last part is left.
 * @param within absolute paths of data sets
 */
export function redacted(text: string, within: Iterable<string> = roots): string {
  let marked = text.replaceAll(MARK, '');
  // A data set inside another one: the longer path is the nearer one.
  const nearestFirst = [...within].filter((root) => /[^\\/]/.test(root)).sort((a, b) => b.length - a.length);
  for (const root of nearestFirst) marked = marked.replaceAll(inside(root), `${MARK}/`);
  return marked.replaceAll(ABSOLUTE, '…/').replaceAll(MARK, DATASET);
}
