import { readFile, rename, writeFile } from 'node:fs/promises';
import { modulePath } from './places.ts';

/** What set-up has proven here, by versions: node_modules that npm made anew has no stamp and is proven anew. */
export interface Stamp {
  /** What the addon was compiled from and against, and has loaded with. */
  addon?: string;
}

const stampPath = modulePath('.plumbline-setup.json');

/** The stamp of this checkout, empty where there is none or it cannot be read. */
export async function readStamp(path: string = stampPath): Promise<Stamp> {
  try {
    const value: unknown = JSON.parse(await readFile(path, 'utf8'));
    return typeof value === 'object' && value !== null && 'addon' in value && typeof value.addon === 'string'
      ? { addon: value.addon }
      : {};
  } catch {
    return {};
  }
}

export async function writeStamp(stamp: Stamp, path: string = stampPath): Promise<void> {
  await writeWhole(path, `${JSON.stringify(stamp)}\n`);
}

/** Writes a file so that a reader sees the old one or the new one, never a part. */
export async function writeWhole(path: string, text: string): Promise<void> {
  const part = `${path}.${process.pid}.part`;
  await writeFile(part, text);
  await rename(part, path);
}
