/** `plumbline audit --backbone`: another pretrained network, given as an ONNX file. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { reportSchema } from '../../../src/contract/model/report';
import { writeBackbone } from '../support/backbone-files';
import { plumbline } from '../support/command';
import { picture, put, scratch } from '../support/indexed';

const box = scratch();
const set = join(box.folder, 'set');
const file = join(box.folder, 'dinov2.onnx');
const run = (...args: readonly string[]) => plumbline(box.folder, 'audit', set, ...args);

beforeAll(async () => {
  for (let i = 0; i < 40; i++) put(set, `${i % 2 === 0 ? 'ant' : 'bee'}/${i}.png`, await picture(i + 1, 80));
  writeBackbone(file, { output: 'class-token', outputName: 'last_hidden_state' });
});
afterAll(() => box.remove());

it('says how the network is run, and names it with its hash in every report', async () => {
  const [json, html] = [join(box.folder, 'report.json'), join(box.folder, 'report.html')];
  const { code, out, err } = await run('--backbone', file, '--backbone-size', '96', '--json', json, '--html', html);
  expect(code).toBe(0);
  expect(err).toContain('dinov2.onnx: Pictures are read at 96 × 96 pixels, as you chose.');
  expect(err).toContain('Pixels are normalized to ImageNet’s mean and deviation, guessed from its name.');
  const { labels } = reportSchema.parse(JSON.parse(readFileSync(json, 'utf8')));
  expect(labels?.backbone).toMatchObject({ file: 'dinov2.onnx' });
  const words = `your network “dinov2.onnx” (SHA-256 ${labels!.backbone!.sha256.slice(0, 8)}…)`;
  expect(out).toContain(words);
  expect(readFileSync(html, 'utf8')).toContain(words);
});

it.each([
  [['--backbone', 'FILE', '--probe', 'cnn'], 2, '--backbone works with the instant probe'],
  [['--backbone', 'FILE', '--embeddings', 'x.csv'], 2, 'give one of them'],
  [['--backbone-size', '96'], 2, 'need --backbone'],
  [['--backbone', 'FILE', '--backbone-size', '9000'], 2, 'It takes a whole number from 8 to 1024.'],
  [['--backbone', 'FILE.gone'], 3, 'There is no model at'],
] as const)('refuses %o', async (args, expected, words) => {
  const { code, err } = await run(...args.map((one) => one.replace('FILE', file)));
  expect(err).toContain(words);
  expect(code).toBe(expected);
});
