import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { clusterAudit } from '../../../src/cli/cluster';
import { runJob } from '../../../src/cli/ray-job';
import { plumbline } from '../support/command';
import { picture, put, scratch } from '../support/indexed';

let box: ReturnType<typeof scratch>;
let set: string;
let run: string;

beforeAll(async () => {
  box = scratch();
  set = join(box.folder, 'set');
  run = join(box.folder, 'run');
  const one = await picture(1, 500);
  for (let i = 0; i < 300; i += 1) put(set, `${i % 2 === 0 ? 'a' : 'b'}/${i}.png`, one);
});
afterAll(() => box.remove());

const lastLine = (out: string): unknown => JSON.parse(out.trim().split('\n').at(-1)!);
const shard = (...args: readonly string[]) => plumbline(box.folder, 'shard', ...args);

describe('plumbline shard', () => {
  it('ends with one line of JSON: a result, or a sentence and exit code 3', async () => {
    const planned = await shard('plan', '--run', run, '--source', set, '--shards', '2');
    expect(planned.code).toBe(0);
    expect(lastLine(planned.out)).toEqual({
      result: { images: 300, shards: 2, layout: 'Read as class folders: 2 classes' },
    });
    const pending = await shard('pending', '--run', run);
    expect(lastLine(pending.out)).toMatchObject({
      result: {
        steps: [{ step: 'index', title: 'Measuring images', shards: [0, 1], of: 2 }, {}, {}, {}, {}, {}, {}, {}, {}],
      },
    });
    const wrong = await shard('index', '--run', run, '--shard', '7');
    expect(wrong.code).toBe(3);
    expect(lastLine(wrong.out)).toEqual({
      error: { code: 'bad-run', message: 'The run has no shard 7: its shards are 0 to 1.' },
    });
    expect(wrong.err).toBe('plumbline: The run has no shard 7: its shards are 0 to 1.\n');
    const absent = await shard('groups', '--run', join(box.folder, 'no-run'));
    expect(absent.err).toMatch(/^plumbline: There is no run in .*no-run\. Check the address, or start one with /);
  });

  it('ends with the process that holds its standard input, and leaves no half shard', async () => {
    const child = spawn(
      process.execPath,
      [resolve('out/cli/plumbline.js'), 'shard', 'index', '--run', run, '--leash'],
      {
        stdio: ['pipe', 'pipe', 'inherit'],
      },
    );
    child.stdout.once('data', () => child.stdin.end());
    const signal = await new Promise((done) => child.once('exit', (_, by) => done(by)));
    expect(signal).toBe('SIGKILL');
    expect(existsSync(join(run, 'facts/00000.parquet'))).toBe(false);
  });

  it('refuses what an audit on a cluster cannot do', async () => {
    const refusal = async (...args: readonly string[]) => (await plumbline(box.folder, 'audit', set, ...args)).err;
    expect(await refusal('--on', 'http://head:8265')).toContain('--on needs --out');
    expect(await refusal('--out', run)).toContain('--out and --shards need --on');
    expect(await refusal('--on', 'local', '--backbone', 'net.onnx')).toContain('--backbone cannot be used with --on');
    expect(await refusal('--on', 'head', '--out', run)).toContain('“head” is neither local nor an address');
  });

  it('refuses addresses that are none before anything starts', async () => {
    for (const head of ['http://two words:8265', 'http://head:port'])
      await expect(runJob(head, set, run, [])).rejects.toThrow(`“${head}” is neither local nor an address`);
    await expect(clusterAudit('gs://bucket/set', { on: 'local', probe: 'none' })).rejects.toThrow(
      '“gs://bucket/set” is neither a folder nor an address like s3://BUCKET/PREFIX.',
    );
  });
});
