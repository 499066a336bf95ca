#!/usr/bin/env node
/** The command `plumbline`: runs the built command line on the project's own Node. Runs on any Node. */
import { existsSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { missingNode, pinnedNode, runsTypeScript, spawnOn } from './node/pinned-node.mjs';

const script = fileURLToPath(new URL('../out/cli/plumbline.js', import.meta.url));
const addon = fileURLToPath(
  new URL('../node_modules/@tensorflow/tfjs-node/lib/napi-v8/tfjs_binding.node', import.meta.url),
);
const node = pinnedNode() ?? (runsTypeScript(process.versions.node) ? process.execPath : undefined);

// Node's thread pool has four threads unless this is set before it starts. One per image in work is needed.
process.env.UV_THREADPOOL_SIZE ??= String(Math.max(4, availableParallelism() + 1));

if (node === undefined) refuse(missingNode);
else if (!existsSync(script) || !existsSync(addon))
  refuse('Plumbline is not set up here yet: run `npm run setup && npm run build`.');
else spawnOn(node, [script, ...process.argv.slice(2)]);

/** @param {string} sentence */
function refuse(sentence) {
  process.stderr.write(`${sentence}\n`);
  process.exitCode = 3;
}
