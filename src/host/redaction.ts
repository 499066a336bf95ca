/**
 * Removes folders from the log: an absolute path is reduced to its last part. In quotes, the whole path is treated as
 * one, even with spaces.
 */

/** `/home/jane/set/cat/1.png`, `C:\set\1.png`, `\\host\share\1.png`; not the slash within `train/val`. */
const ABSOLUTE = /(?<![\w…<])(?:[A-Za-z]:[\\/]|\\\\|\/)(?:[^\s"'“”:;,|<>]*[\\/])*[^\s"'“”:;,|<>)]+/g;
/** A quoted path may contain spaces, so it is taken as a whole. */
const QUOTED = /(["'“])((?:[A-Za-z]:[\\/]|\\\\|\/)[^"'”\n]*)(["'”])/g;

const lastPart = (path: string): string =>
  path
    .split(/[\\/]/)
    .filter((part) => part !== '')
    .at(-1) ?? '';

/** Replaces every absolute path in a text by `…/` and its last part. */
export function redacted(text: string): string {
  return text
    .replaceAll(QUOTED, (_, open: string, path: string, close: string) => `${open}…/${lastPart(path)}${close}`)
    .replaceAll(ABSOLUTE, (path) => `…/${lastPart(path)}`);
}
