import { readFile, rename, writeFile } from 'node:fs/promises';
import { modulePath } from './places.ts';

/** What set-up has tested here, by versions. It is in node_modules, so that a new installation is tested again. */
export interface Stamp {
  /** The versions that the addon was compiled with and tested with. */
  addon?: string | undefined;
  /** Set if the backbone for photographs could not be fetched. */
  backbone?: 'unavailable' | undefined;
}

const stampPath = modulePath('.plumbline-setup.json');

/** The stamp of this checkout; empty if there is none or it cannot be read. */
export async function readStamp(path: string = stampPath): Promise<Stamp> {
  try {
    const value: unknown = JSON.parse(await readFile(path, 'utf8'));
    if (typeof value !== 'object' || value === null) return {};
    return {
      ...('addon' in value && typeof value.addon === 'string' ? { addon: value.addon } : {}),
      ...('backbone' in value && value.backbone === 'unavailable' ? { backbone: 'unavailable' } : {}),
    };
  } catch {
    return {};
  }
}

/** Changes the given parts of the stamp and leaves the others; `undefined` removes a part. */
export async function writeStamp(changes: Stamp, path: string = stampPath): Promise<void> {
  await writeWhole(path, `${JSON.stringify({ ...(await readStamp(path)), ...changes })}\n`);
}

/** Writes a file so that readers see either the old content or the new one, never a part. */
export async function writeWhole(path: string, text: string): Promise<void> {
  const part = `${path}.${process.pid}.part`;
  await writeFile(part, text);
  await rename(part, path);
}
