/** Finds the Node that the project pins in its optionalDependencies. Runs on any Node. */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

/** The oldest Node that everything in the project runs on: Node-API 10, and TypeScript by type stripping. */
export const leastNode = 24;

export const missingNode =
  `The project's own Node ${leastNode} is missing from node_modules, and this is Node ${process.versions.node}: ` +
  'run `npm ci --include=optional`.';

/**
 * @param {string} version such as 24.1.0
 * @returns {boolean} whether that Node runs the project's scripts as they are
 */
export function runsTypeScript(version) {
  return Number.parseInt(version, 10) >= leastNode;
}

/** @returns {string | undefined} the path of the pinned Node, where npm has installed it */
export function pinnedNode() {
  const names = process.platform === 'win32' ? ['node.exe', 'node.cmd'] : ['node'];
  return names
    .map((name) => fileURLToPath(new URL(`../../node_modules/.bin/${name}`, import.meta.url)))
    .find((path) => existsSync(path));
}

/**
 * npm runs a script in a shell. A signal that ends the shell is not passed on, and the script remains without its
 * parent.
 * @param {() => void} end called once when that happens
 * @returns {() => void} stops watching
 */
export function whenNpmIsGone(end) {
  const parent = process.ppid;
  if (process.env.npm_lifecycle_event === undefined) return () => undefined;
  const watch = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(watch);
    end();
  }, 250);
  watch.unref();
  return () => clearInterval(watch);
}

/**
 * Runs Node with these arguments in place of this process: with its streams, exit code and signals.
 * @param {string} node
 * @param {string[]} args
 */
export function spawnOn(node, args) {
  const child = spawn(node, args, { stdio: 'inherit', shell: node.endsWith('.cmd') });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  const stop = whenNpmIsGone(() => child.kill('SIGTERM'));
  child.on('error', (error) => {
    process.stderr.write(`${node} does not start (${error.message}): run \`npm ci --include=optional\`.\n`);
    process.exitCode = 1;
  });
  child.on('exit', (code, signal) => {
    stop();
    if (signal === null) {
      process.exitCode = code ?? 1;
      return;
    }
    process.removeAllListeners(signal);
    process.kill(process.pid, signal);
  });
}
