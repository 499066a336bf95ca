import '../training/lab/environment';
import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { diagnose } from '../../../src/core/collapse/diagnosis';
import { modelInput, preprocessingWarning, stretched } from '../../../src/core/collapse/preprocessing';
import { runModel, type ModelRequest } from '../../../src/engine/stages/model-run';
import { textCells } from '../../../src/engine/files/predictions-file';
import { tf } from '../../../src/engine/training/runtime/tensors';
import { OFFSETS, SLOPES, writeOnnx, writeSavedModel } from '../support/model-files';

const folder = mkdtempSync(join(tmpdir(), 'plumbline-models-'));
const at = (name: string): string => join(folder, name);
const task = { signal: new AbortController().signal, progress: () => undefined };
const classes = ['1 dark', '2 middle', '3 bright'];
const files: string[] = [];
const labels: number[] = [];
const request = (path: string, part: Partial<ModelRequest> = {}): ModelRequest => ({
  path,
  files,
  labels: Int32Array.from(labels),
  classes,
  preprocessing: null,
  ...part,
});

beforeAll(async () => {
  for (let i = 0; i < 30; i++) {
    const label = i % 3;
    const level = [30, 128, 225][label]! + (i % 7) - 3;
    const file = at(`${i}.png`);
    await sharp({ create: { width: 20 + i, height: 16, channels: 3, background: { r: level, g: level, b: level } } })
      .png()
      .toFile(file);
    files.push(file);
    labels.push(label);
  }
  writeOnnx(at('net.onnx'));
  writeSavedModel(at('saved'));
  const net = tf.sequential({
    layers: [
      tf.layers.rescaling({ scale: 1 / 255, inputShape: [8, 8, 3] }),
      tf.layers.globalAveragePooling2d({ dataFormat: 'channelsLast' }),
      tf.layers.dense({ units: 3 }),
    ],
  });
  net.layers[2]!.setWeights([
    tf.tensor2d([SLOPES, SLOPES, SLOPES].map((row) => row.map((slope) => slope / 3))),
    tf.tensor1d(OFFSETS),
  ]);
  await net.save(`file://${at('für Müller')}`);
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

describe('a model of the user’s own', () => {
  it.each([
    ['an ONNX file', 'net.onnx', 'nchw'],
    ['a SavedModel folder', 'saved', 'nhwc'],
  ])('%s runs on every image, and trials find the scaling that it was trained with', async (_, name, layout) => {
    const given = await runModel(request(at(name)), task);
    expect(given.shape).toMatchObject({ width: 8, height: 8, channels: 3, layout });
    expect(given.preprocessing).toEqual({ scaling: 'unit', order: 'rgb' });
    expect(diagnose(given).figures.accuracy.value).toBe(1);
    expect(given.notes.join(' ')).toContain('which does best on 30 images');
    expect(given.notes.join(' ')).toContain('read as logits');
  });

  it('collapses with the wrong scaling, and a warning names the right one', async () => {
    const given = await runModel(request(at('net.onnx'), { preprocessing: { scaling: 'raw', order: 'rgb' } }), task);
    const { verdict } = diagnose(given);
    expect(verdict.kind).toBe('single-class');
    expect(verdict.sentence).toContain('“3 bright”');
    expect(given.notes.at(-1)).toContain('with input “0 to 1” on 100 %');
  });

  it('gets raw values if it scales them by itself', async () => {
    const given = await runModel(request(at('für Müller')), task);
    expect(given.preprocessing).toEqual({ scaling: 'raw', order: 'rgb' });
    expect(given.notes[0]).toContain('because the model scales them itself (Rescaling by 0.00392');
    expect(diagnose(given).figures.accuracy.value).toBe(1);
  });

  it('is refused with one sentence if it is not a model, is broken, or has other classes', async () => {
    await expect(runModel(request(at('gone.onnx')), task)).rejects.toThrow('There is no model at');
    await expect(runModel(request(files[0]!), task)).rejects.toThrow('must be an ONNX file');
    writeFileSync(at('net.h5'), 'x');
    await expect(runModel(request(at('net.h5')), task)).rejects.toThrow('call model.export("folder")');
    writeOnnx(at('broken.onnx'));
    truncateSync(at('broken.onnx'), 60);
    await expect(runModel(request(at('broken.onnx')), task)).rejects.toThrow('The ONNX file cannot be loaded');
    writeSavedModel(at('cut'));
    truncateSync(at('cut/saved_model.pb'), 60);
    await expect(runModel(request(at('cut')), task)).rejects.toMatchObject({ code: 'bad-model' });
    writeOnnx(at('two.onnx'), 2);
    const wrong = runModel(request(at('two.onnx')), task);
    await expect(wrong).rejects.toThrow('The model outputs 2 numbers for an image, but the data set has 3 classes');
    await expect(wrong).rejects.toMatchObject({ code: 'bad-model' });
  });
});

describe('preprocessing', () => {
  it('puts channels in the order that the model expects', () => {
    const rgb = Uint8Array.of(255, 0, 0, 0, 255, 0);
    expect([...modelInput(rgb, 2, { channels: 3, layout: 'nhwc' }, { scaling: 'unit', order: 'bgr' })]).toEqual([
      0, 0, 1, 0, 1, 0,
    ]);
    expect([...modelInput(rgb, 2, { channels: 3, layout: 'nchw' }, { scaling: 'symmetric', order: 'rgb' })]).toEqual([
      1, -1, -1, 1, -1, -1,
    ]);
    expect(modelInput(rgb, 2, { channels: 1, layout: 'nhwc' }, { scaling: 'raw', order: 'rgb' })[0]).toBeCloseTo(
      76.2,
      1,
    );
  });

  it('stretches a picture to any size and keeps a flat one flat', () => {
    expect(new Set(stretched(new Uint8Array(5 * 7 * 3).fill(9), 5, 7, 8, 3))).toEqual(new Set([9]));
    const ramp = stretched(Uint8Array.of(0, 0, 0, 100, 100, 100), 2, 1, 4, 1);
    expect([ramp[0], ramp[3], ramp[6], ramp[9]]).toEqual([0, 25, 75, 100]);
  });

  it('warns only if another scaling is clearly better', () => {
    const used = { scaling: 'raw', order: 'rgb' } as const;
    const other = { scaling: 'unit', order: 'rgb' } as const;
    const trial = (preprocessing: typeof used | typeof other, accuracy: number, confidence: number) => ({
      preprocessing,
      accuracy,
      confidence,
    });
    expect(preprocessingWarning(used, [trial(used, 0.3, 0.6), trial(other, 0.9, 0.95)], 100)).toContain(
      'right on 30 % of 100 images, with input “0 to 1” on 90 %',
    );
    expect(preprocessingWarning(used, [trial(used, 0.85, 0.9), trial(other, 0.9, 0.95)], 100)).toBeNull();
    expect(preprocessingWarning(used, [trial(used, 0.3, 0.9), trial(other, 0.4, 0.9)], 30)).toBeNull();
  });
});

describe('a table of predictions', () => {
  it('is read with any delimiter, with a byte order mark and from JSON', () => {
    expect(textCells('predictions.csv', '\ufeffpath;predicted\na/1.png;cat\n')).toEqual([
      ['path', 'predicted'],
      ['a/1.png', 'cat'],
    ]);
    for (const [name, text] of [
      ['p.json', '{"a/1.png":"cat"}'],
      ['p.JSON', '[{"path":"a/1.png","predicted":"cat"}]'],
      ['p.jsonl', '{"path":"a/1.png","predicted":"cat"}\n'],
    ] as const)
      expect(textCells(name, text)).toEqual([
        ['path', 'predicted'],
        ['a/1.png', 'cat'],
      ]);
  });

  it('is refused with one sentence if it cannot be read', () => {
    expect(() => textCells('binary.csv', '\0\u0001\0')).toThrow(
      '“binary.csv” cannot be read as a table: it holds binary data.',
    );
  });
});
