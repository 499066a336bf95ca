import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { lastLine, SetupFailure } from './failure.ts';
import { modulePath } from './places.ts';
import { runProgram } from './programs.ts';
import type { Step } from './step.ts';

const tfjsNode = modulePath('@tensorflow', 'tfjs-node');

/**
 * TensorFlow on macOS and Windows. Its own host has a compiled addon for them, so tfjs-node's own installer is enough.
 */
export const tensorflowElsewhere: Step = {
  title: 'TensorFlow for Node',
  done: () => Promise.resolve(existsSync(join(tfjsNode, 'lib', 'napi-v8', 'tfjs_binding.node'))),
  async provide() {
    const path = [modulePath('.bin'), process.env['PATH'] ?? ''].join(delimiter);
    const { code, stderr } = await runProgram(process.execPath, ['scripts/install.js'], {
      folder: tfjsNode,
      environment: { PATH: path },
      signal: AbortSignal.timeout(15 * 60_000),
    });
    if (code === 0 && (await tensorflowElsewhere.done())) return;
    throw new SetupFailure(
      `TensorFlow for Node could not be installed (${lastLine(stderr, 'no answer in 15 minutes')})`,
      'npm rebuild @tensorflow/tfjs-node --ignore-scripts=false',
    );
  },
  describe: () => Promise.resolve('TensorFlow'),
};
