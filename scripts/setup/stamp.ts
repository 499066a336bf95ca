import { readFile, rename, writeFile } from 'node:fs/promises';
import { modulePath } from './places.ts';

/** What set-up has tested here, by versions. It is in node_modules, so that a new installation is tested again. */
export interface Stamp {
  /** The versions that the addon was compiled with and tested with. */
  addon?: string;
}

const stampPath = modulePath('.plumbline-setup.json');

/** The stamp of this checkout; empty if there is none or it cannot be read. */
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

/** Writes a file so that readers see either the old content or the new one, never a part. */
export async function writeWhole(path: string, text: string): Promise<void> {
  const part = `${path}.${process.pid}.part`;
  await writeFile(part, text);
  await rename(part, path);
}
