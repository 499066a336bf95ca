#!/usr/bin/env node
/**
 * `node scripts/run.mjs NAME ARGS` runs scripts/NAME.ts on the project's own Node. Plain JavaScript, because the
 * machine's node may be too old for TypeScript, and runs this if the pinned one is missing.
 */
import process from 'node:process';
import { missingNode, pinnedNode, runsTypeScript, spawnOn } from './node/pinned-node.mjs';

const [name, ...args] = process.argv.slice(2);

if (runsTypeScript(process.versions.node)) {
  const script = await import(new URL(`./${name}.ts`, import.meta.url).href);
  process.exitCode = await script.main(args);
} else {
  const node = pinnedNode();
  if (node === undefined) {
    process.stderr.write(`${missingNode}\n`);
    process.exitCode = 1;
  } else {
    spawnOn(node, process.argv.slice(1));
  }
}
