import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { root } from '../setup/places.ts';

/** The fields of package.json that are used here. */
export interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly description: string;
  readonly license?: string | { readonly type: string };
  readonly author?: string | { readonly name: string };
  readonly homepage?: string;
  readonly repository?: string | { readonly url: string };
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
}

export interface InstalledPackage extends Manifest {
  /** Relative to the checkout, e.g. `node_modules/a/node_modules/b`. */
  readonly folder: string;
}

/** The npm packages that contain Node itself, one for each system. */
export const nodePackage = /^node-(linux|darwin|win|bin)-/;

/** Bundled into the window by the build and not required at run time. */
const windowOnly = ['@fontsource-variable/inter', '@lucide/svelte', 'd3-scale'];

/** Parts of the window's bundle that are not dependencies in package.json. */
const bundled = ['svelte'];

export async function readManifest(folder: string): Promise<Manifest> {
  return JSON.parse(await readFile(join(root, folder, 'package.json'), 'utf8')) as Manifest;
}

/** What the engine and the command line require at run time, including the pinned Node. */
export async function enginePackages(): Promise<InstalledPackage[]> {
  const { dependencies = {}, optionalDependencies = {} } = await readManifest('.');
  const names = Object.keys({ ...dependencies, ...optionalDependencies });
  return closure(names.filter((name) => !windowOnly.includes(name)));
}

/** Everything that a packaged app contains, in any form. */
export async function distributedPackages(): Promise<InstalledPackage[]> {
  const { dependencies = {}, optionalDependencies = {} } = await readManifest('.');
  return closure([...Object.keys({ ...dependencies, ...optionalDependencies }), ...bundled]);
}

/**
 * These packages and all their dependencies, as installed. Packages that npm did not install, because they are for
 * another system, are left out. Type packages contain no code.
 */
async function closure(names: readonly string[]): Promise<InstalledPackage[]> {
  const found = new Map<string, InstalledPackage>();
  const visit = async (name: string, from: string): Promise<void> => {
    const folder = resolveFrom(name, from);
    if (folder === undefined || found.has(folder) || name.startsWith('@types/')) return;
    const manifest = await readManifest(folder);
    found.set(folder, { ...manifest, folder });
    // Svelte's compiler and parsers are only needed to build the window.
    if (bundled.includes(name)) return;
    for (const needed of Object.keys({ ...manifest.dependencies, ...manifest.optionalDependencies }))
      await visit(needed, folder);
  };
  for (const name of names) await visit(name, '');
  return [...found.values()].sort((a, b) => (a.folder < b.folder ? -1 : 1));
}

/** As Node resolves it: in the folder's own node_modules, then in those above. */
function resolveFrom(name: string, from: string): string | undefined {
  for (
    let base = from;
    ;
    base = base.includes('/node_modules/') ? base.slice(0, base.lastIndexOf('/node_modules/')) : ''
  ) {
    const folder = `${base === '' ? '' : `${base}/`}node_modules/${name}`;
    if (existsSync(join(root, folder, 'package.json'))) return folder;
    if (base === '') return undefined;
  }
}
