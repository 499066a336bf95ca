import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, realpath, rename } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { lastLine, SetupFailure } from './failure.ts';
import { modulePath } from './places.ts';
import { programExists, runProgram } from './programs.ts';
import { readStamp, writeStamp } from './stamp.ts';
import type { Step } from './step.ts';
import { installPackages } from './system.ts';
import { libraryLink } from './tensorflow.ts';

/** The Node-API level of tfjs-node. What is compiled for it runs on every later Node and Electron. */
const nodeApi = 8;

const tfjsNode = modulePath('@tensorflow', 'tfjs-node');
const addonPath = join(tfjsNode, 'lib', `napi-v${nodeApi}`, 'tfjs_binding.node');

/** Node 23 removed two functions that tfjs-node calls when it is loaded. */
const proof = `
const util = require('node:util');
util.isNullOrUndefined ??= (value) => value === null || value === undefined;
util.isArray ??= Array.isArray;
const tf = require('@tensorflow/tfjs-node');
const product = tf.matMul([[1, 2]], [[3], [4]]).dataSync()[0];
if (tf.getBackend() !== 'tensorflow' || product !== 11) throw new Error('it computes ' + product + ' for 11');
`;

/** tfjs-node's addon, compiled here against the library and tested by loading it and computing with it. */
export const addonStep: Step = {
  title: "TensorFlow's addon for Node",
  done: async () => existsSync(addonPath) && existsSync(libraryLink) && (await readStamp()).addon === (await wanted()),
  async provide() {
    await compile();
    await prove();
    await writeStamp({ addon: await wanted() });
  },
  describe: () => Promise.resolve("TensorFlow's addon"),
};

/**
 * The g++ command line for the addon, following tfjs-node's binding.gyp, but without node-gyp and its download of
 * headers.
 */
export function compilerArguments(
  folder: string,
  headers: string,
  sources: readonly string[],
  output: string,
): string[] {
  return [
    '-std=c++17',
    '-O2',
    '-fPIC',
    '-shared',
    `-DNAPI_VERSION=${nodeApi}`,
    '-I',
    headers,
    '-I',
    join(folder, '..'),
    '-I',
    join(folder, 'deps', 'include'),
    ...sources,
    '-L',
    join(folder, 'deps', 'lib'),
    '-ltensorflow',
    '-ltensorflow_framework',
    '-Wl,-rpath,$ORIGIN/../../deps/lib',
    '-o',
    output,
  ];
}

/** Everything that the addon depends on, in one line. With another library, tfjs-node or Node it is tested again. */
async function wanted(): Promise<string> {
  const manifest: unknown = JSON.parse(await readFile(join(tfjsNode, 'package.json'), 'utf8'));
  const version =
    typeof manifest === 'object' && manifest !== null && 'version' in manifest ? String(manifest.version) : '';
  return `tfjs-node ${version}, ${await realpath(libraryLink)}, node ${process.versions.node}`;
}

async function compile(): Promise<void> {
  if (!programExists('g++')) await installPackages("g++ is missing, which compiles TensorFlow's addon", ['g++']);
  const sources = (await readdir(join(tfjsNode, 'binding'))).filter((name) => name.endsWith('.cc'));
  const part = `${addonPath}.${process.pid}.part`;
  await mkdir(join(addonPath, '..'), { recursive: true });
  const paths = sources.map((name) => join(tfjsNode, 'binding', name));
  const compiled = await runProgram(
    'g++',
    compilerArguments(tfjsNode, modulePath('node-api-headers', 'include'), paths, part),
  );
  if (compiled.code !== 0) {
    const reason = /error: .*/.exec(compiled.stderr)?.[0] ?? lastLine(compiled.stderr, 'no reason given');
    throw new SetupFailure(
      `TensorFlow's addon could not be compiled (${reason})`,
      'npm ci && npm run setup -- --again',
    );
  }
  await rename(part, addonPath);
}

async function prove(): Promise<void> {
  const { code, stderr } = await runProgram(process.execPath, ['-e', proof], {
    folder: tfjsNode,
    environment: { TF_CPP_MIN_LOG_LEVEL: '2' },
  });
  if (code === 0) return;
  const reason = /Error: .*/.exec(stderr)?.[0] ?? lastLine(stderr, 'it was killed');
  throw new SetupFailure(
    `TensorFlow's addon does not load with ${basename(await realpath(libraryLink))} (${reason})`,
    'npm run setup -- --again',
  );
}
