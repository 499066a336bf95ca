/**
 * A folder byte for byte: names with any bytes, links as links, contents, sizes and times. Two results are equal if
 * nothing was changed.
 */
import { createHash } from 'node:crypto';
import { lstatSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';

export function snapshot(root: string): string[] {
  const lines: string[] = [];
  const visit = (folder: Buffer): void => {
    for (const name of readdirSync(folder, { encoding: 'buffer' })) {
      const path = Buffer.concat([folder, Buffer.from('/'), name]);
      const stats = lstatSync(path);
      const content = stats.isSymbolicLink()
        ? readlinkSync(path)
        : stats.isFile()
          ? createHash('sha256').update(readFileSync(path)).digest('hex')
          : 'folder';
      lines.push(
        [
          path.subarray(root.length).toString('latin1'),
          content,
          stats.size,
          stats.mtimeMs,
          stats.ctimeMs,
          stats.mode,
          stats.ino,
        ].join('|'),
      );
      if (stats.isDirectory()) visit(path);
    }
  };
  visit(Buffer.from(root));
  return lines.sort();
}
