/** Networks of the user: how they are read, what is refused, and how the probe runs with them. */
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { EngineApi } from '../../../src/contract/api';
import type { BackboneChoices, CheckedBackbone } from '../../../src/contract/model/backbone';
import type { Client } from '../../../src/contract/rpc/client';
import { localEngine } from '../../../src/engine/app/local-engine';
import { backboneBytes, CHANNELS, type Form, port, TYPES, weightsOf, writeBackbone } from '../support/backbone-files';
import { picture, put, scratch } from '../support/indexed';

const place = scratch();
const root = join(place.folder, 'set');
let client: Client<EngineApi>;
let dataset: string;
let stop: () => Promise<void>;

beforeAll(async () => {
  for (let i = 0; i < 48; i++) put(root, `${i % 2 === 0 ? 'ant' : 'bee'}/${i}.png`, await picture(i + 1, 80));
  ({ client, stop } = localEngine({ cache: join(place.folder, 'cache'), data: join(place.folder, 'data') }));
  ({ dataset } = await client.call('dataset.open', { root }));
  await client.runJob('jobs.index', { dataset });
});
afterAll(async () => {
  await stop();
  place.remove();
});

const at = (name: string): string => {
  const path = join(place.folder, name);
  put(place.folder, name, new Uint8Array());
  return path;
};

async function check(path: string, choices: Partial<BackboneChoices> = {}): Promise<CheckedBackbone> {
  const { model } = await client.call('diagnosis.model', { dataset, path, onlyOnnx: true });
  return client.call('labels.checkBackbone', { dataset, model, side: null, normalization: null, ...choices });
}

async function checked(
  form: Form,
  name = 'net.onnx',
  choices: Partial<BackboneChoices> = {},
): Promise<CheckedBackbone> {
  const path = at(name);
  writeBackbone(path, form);
  return check(path, choices);
}

const refusal = async (form: Form): Promise<string> =>
  checked(form).then(
    () => 'accepted',
    (error: unknown) => (error as Error).message,
  );

describe('what is read from a network', () => {
  it.each([
    [{ output: 'row' }, 'row'],
    [{ output: 'map' }, 'mean-of-positions'],
    [{ output: 'tokens' }, 'mean-of-tokens'],
    [{ output: 'class-token' }, 'first-token'],
    [{ output: 'row', layout: 'nhwc' }, 'row'],
    [{ output: 'map', type: TYPES.half }, 'mean-of-positions'],
    [{ output: 'row', type: TYPES.half }, 'row'],
    [{ output: 'row', type: TYPES.bytes, layout: 'nhwc' }, 'row'],
    [{ output: 'row', batch: 1 }, 'row'],
    [{ output: 'tokens', batch: 3, side: 64 }, 'mean-of-tokens'],
  ] as const)('finds how %o is run', async (form: Form, pooling) => {
    const { backbone, sideIsFixed } = await checked(form);
    expect(backbone).toMatchObject({
      file: 'net.onnx',
      side: form.side ?? 224,
      input: { name: 'images', layout: form.layout ?? 'nchw', batch: form.batch ?? null },
      output: { name: 'features', width: CHANNELS, pooling },
    });
    expect(sideIsFixed).toBe(form.side !== undefined);
  });

  it('is said in sentences, with what was guessed', async () => {
    const { notes } = await checked({ output: 'class-token', outputName: 'last_hidden_state' }, 'dinov2_small.onnx');
    expect(notes).toEqual([
      'Pictures are read at 224 × 224 pixels, assumed, because nothing says so.',
      'Pixels are normalized to ImageNet’s mean and deviation, guessed from its name.',
      'The embedding is the first token of the output “last_hidden_state”: 12 numbers for each image.',
    ]);
  });

  it('follows preprocessor_config.json, also beside the folder “onnx”', async () => {
    const path = at('clip-like/onnx/model.onnx');
    writeBackbone(path, { output: 'row' });
    writeFileSync(
      join(place.folder, 'clip-like/preprocessor_config.json'),
      JSON.stringify({ image_mean: [0.5, 0.4, 0.3], image_std: [0.2, 0.2, 0.2], crop_size: { height: 96, width: 96 } }),
    );
    const { backbone, notes } = await check(path);
    expect(backbone.side).toBe(96);
    expect(backbone.normalization.mean).toEqual([0.5, 0.4, 0.3]);
    expect(notes[0]).toBe('Pictures are read at 96 × 96 pixels, as preprocessor_config.json beside it says.');
  });

  it('is overruled by the user', async () => {
    const { backbone } = await checked({ output: 'row' }, 'dino.onnx', { side: 160, normalization: 'half' });
    expect(backbone).toMatchObject({ side: 160, normalization: { mean: [0.5, 0.5, 0.5], std: [0.5, 0.5, 0.5] } });
  });

  it('takes the output that describes a picture best, and knows a classifier', async () => {
    const scores = await checked({ output: 'row', outputName: 'logits' });
    expect(scores.notes.at(-1)).toMatch(/^These are probably the scores of a classifier/);
  });

  it('depends on the weights in other files', async () => {
    const path = at('external/net.onnx');
    writeBackbone(path, { output: 'row', weightsIn: 'net.onnx.data' });
    const weights = Float32Array.from(weightsOf());
    writeFileSync(`${path}.data`, Buffer.from(weights.buffer));
    const first = await check(path);
    weights[0]! += 1;
    writeFileSync(`${path}.data`, Buffer.from(weights.buffer));
    expect((await check(path)).backbone.sha256).not.toBe(first.backbone.sha256);
    rmSync(`${path}.data`);
    await expect(check(path)).rejects.toThrow(
      '“net.onnx” has its weights in “net.onnx.data”, which is missing: put this file into the same folder.',
    );
  });
});

describe('a network that cannot be used', () => {
  it.each([
    [{ output: 'row', moreInputs: [port('input_ids', ['n', 'm'], TYPES.int64)] }, 'It takes text as well as images'],
    [{ output: 'row', moreInputs: [port('other', ['n', 3, 64, 64])] }, 'It takes several images at once'],
    [{ output: 'row', moreInputs: [port('timestep', ['n'])] }, 'It needs a second input, “timestep”'],
    [{ output: 'map', outputName: 'pred_boxes' }, 'It finds objects in pictures (output “pred_boxes”)'],
    [{ output: 'row', empty: true }, 'It puts out the same numbers for different pictures'],
    [{ output: 'tokens', side: 72, batch: 200 }, 'It takes 200 images in each run; at most 64 are supported.'],
    [{ output: 'row', type: TYPES.int64 }, 'Its input “images” takes int64'],
  ] as const)('says why: %o', async (form: Form, words) => {
    const sentence = await refusal(form);
    expect(sentence).toContain(words);
    expect(sentence).toContain('“net.onnx” cannot be used.');
  });

  it('says so of another size than its own', async () => {
    await expect(checked({ output: 'row', side: 64 }, 'net.onnx', { side: 96 })).rejects.toThrow(
      '“net.onnx” cannot be used. It takes only pictures of 64 × 64 pixels: leave out the size of 96.',
    );
  });

  it.each([
    ['text.onnx', 'no network', '“text.onnx” is not an ONNX file, or it is cut off.'],
    ['empty.onnx', '', '“empty.onnx” is empty.'],
    ['lfs.onnx', 'version https://git-lfs.github.com/spec/v1\n', '“lfs.onnx” is only a pointer of Git LFS'],
    ['weights.pth', 'PK', 'This is a PyTorch file'],
  ])('is not ONNX: %s', async (name, content, words) => {
    const path = at(name);
    writeFileSync(path, content);
    await expect(check(path)).rejects.toThrow(words);
  });

  it('is cut off', async () => {
    const path = at('cut.onnx');
    const whole = backboneBytes({ output: 'row' });
    writeFileSync(path, whole.subarray(0, whole.length / 2));
    await expect(check(path)).rejects.toThrow('“cut.onnx” is not an ONNX file, or it is cut off.');
  });
});

describe('the instant probe with a network of the user', () => {
  const embedded = (stages: readonly string[]): number => stages.filter((stage) => stage === 'embed').length;
  const probe = async (backbone: CheckedBackbone['backbone']): Promise<string[]> => {
    const stages: string[] = [];
    const status = ({ progress }: { progress: { stage: string } | null }) => {
      if (progress) stages.push(progress.stage);
    };
    await client.runJob('jobs.probe', { dataset, probe: 'instant', backbone }, { status });
    return stages;
  };

  it('names it, keeps its embeddings by hash and size, and embeds again for another size', async () => {
    const { backbone } = await checked({ output: 'class-token' }, 'kept.onnx');
    expect(embedded(await probe(backbone))).toBeGreaterThan(0);
    const { runs } = await client.call('labels.summary', { dataset });
    expect(runs[0]?.backbone).toMatchObject({ file: 'kept.onnx', sha256: backbone.sha256 });
    const { labels } = await client.call('report.get', { dataset, timings: {} });
    expect(labels?.backbone).toEqual(runs[0]?.backbone);

    // The same network under another name: everything is known, and its file is not even read.
    const path = at('renamed.onnx');
    writeBackbone(path, { output: 'class-token' });
    const renamed = (await check(path)).backbone;
    rmSync(path);
    expect(embedded(await probe(renamed))).toBe(0);
    const other = await checked({ output: 'class-token' }, 'kept.onnx', { side: 96 });
    expect(embedded(await probe(other.backbone))).toBeGreaterThan(0);
    expect(embedded(await probe(backbone))).toBe(0);
  });

  it('is refused where its file has changed since it was chosen', async () => {
    const { backbone } = await checked({ output: 'map' }, 'changing.onnx');
    writeBackbone(join(place.folder, 'changing.onnx'), { output: 'map', name: 'another' });
    await expect(probe(backbone)).rejects.toThrow(
      'The network “changing.onnx” has changed since it was chosen: choose it again.',
    );
  });
});
