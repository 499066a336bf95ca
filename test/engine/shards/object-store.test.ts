import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { PlumblineError } from '../../../src/contract/errors';
import { openRunStore, openSource } from '../../../src/engine/shards/addresses';
import { planRun } from '../../../src/engine/shards/plan';
import { files, plannedRun } from '../../../src/engine/shards/run';
import { runSteps } from '../../../src/engine/shards/steps';
import { readRunRows } from '../../../src/engine/shards/tables';
import { picture, put, quiet, scratch } from '../support/indexed';
import { serveBucket } from '../support/object-store';

let box: ReturnType<typeof scratch>;
let bucket: Awaited<ReturnType<typeof serveBucket>>;
const at = (name: string): string => join(box.folder, name);

beforeAll(async () => {
  box = scratch();
  for (let i = 0; i < 4; i += 1) put(at('bucket'), `set/${i < 2 ? 'ant' : 'bee'}/${i}.png`, await picture(i + 700, 30));
  bucket = await serveBucket(at('bucket'), 'bucket');
  vi.stubEnv('AWS_ENDPOINT_URL', bucket.url);
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'test');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'test');
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await bucket.close();
  box.remove();
});
beforeEach(() => {
  bucket.instead = null;
});

const plan = (name: string) => planRun(openRunStore(at(name)), openSource('s3://bucket/set'), { shards: 2 }, quiet);

/** Rows of the facts of a shard after its step. */
async function indexed(name: string, shard: number): Promise<readonly Record<string, unknown>[]> {
  const store = openRunStore(at(name));
  const run = await plannedRun(store);
  await runSteps[0]!.work(store, run, shard, quiet);
  const { from, to } = run.shards[shard]!;
  return readRunRows(store, files.facts(shard), to - from);
}

const failureOf = (work: Promise<unknown>): Promise<PlumblineError> =>
  work.then(
    () => expect.unreachable('it succeeded'),
    (error: unknown) => error as PlumblineError,
  );

const errorOf = (code: string, message: string): string =>
  `<Error><Code>${code}</Code><Message>${message}</Message></Error>`;

describe('an object store', () => {
  it('that answers 500 and 503 at first gives the same', async () => {
    await plan('calm');
    const expected = await indexed('calm', 0);
    const asked = new Set<string>();
    bucket.instead = (request) => {
      if (asked.has(request)) return null;
      asked.add(request);
      return [asked.size % 2 === 0 ? 500 : 503, errorOf('SlowDown', 'Please reduce your request rate.')];
    };
    await plan('busy');
    expect(await indexed('busy', 0)).toEqual(expected);
    expect(expected.map((row) => row['path'])).toEqual(['ant/0.png', 'ant/1.png']);
    expect(asked.size).toBeGreaterThanOrEqual(3);
  });

  it('that stays busy, refuses, or is none, stops with one sentence', async () => {
    const sentence = async (status: number, text: string): Promise<readonly [string, string]> => {
      bucket.instead = () => [status, text];
      const { code, message } = await failureOf(plan('never'));
      return [code, message];
    };
    vi.stubEnv('PLUMBLINE_S3_PATIENCE', '1');
    expect(await sentence(503, errorOf('SlowDown', 'Slow down.'))).toEqual([
      'bad-run',
      's3://bucket/set/ could not be listed for 1 seconds (503 Slow down.). When the store answers again, start the same command again: it continues with what is there.',
    ]);
    expect(await sentence(403, errorOf('AccessDenied', 'Access Denied'))).toEqual([
      'no-permission',
      's3://bucket/set/ could not be listed (403 Access Denied). Check AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY or the role of the machine, and what they may do with this bucket.',
    ]);
    expect(await sentence(404, errorOf('NoSuchBucket', 'The specified bucket does not exist'))).toEqual([
      'bad-run',
      'There is no bucket s3://bucket. Check the address and AWS_ENDPOINT_URL.',
    ]);
    expect(await sentence(301, errorOf('PermanentRedirect', 'Use the specified endpoint.'))).toEqual([
      'bad-run',
      's3://bucket/set/ could not be listed (301 Use the specified endpoint.). Check the address, AWS_REGION and AWS_ENDPOINT_URL.',
    ]);
    expect(await sentence(200, '<!doctype html><html><body>hello</body></html>')).toEqual([
      'bad-run',
      'What answers for s3://bucket is not an object store. Check AWS_ENDPOINT_URL.',
    ]);
  });

  it('without credentials stops with one sentence', async () => {
    for (const name of ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY']) vi.stubEnv(name, undefined);
    for (const name of ['AWS_CONFIG_FILE', 'AWS_SHARED_CREDENTIALS_FILE']) vi.stubEnv(name, '/dev/null');
    vi.stubEnv('AWS_EC2_METADATA_DISABLED', 'true');
    // A client of its own, because credentials are kept.
    vi.resetModules();
    const { openSource: open } = await import('../../../src/engine/shards/addresses');
    const { code, message } = await failureOf(
      planRun(openRunStore(at('none')), open('s3://bucket/set'), { shards: 1 }, quiet),
    );
    expect(code).toBe('no-permission');
    expect(message).toMatch(/^s3:\/\/bucket\/set\/ could not be listed \(.*credentials.*\)\. Check AWS_ACCESS_KEY_ID/);
    vi.stubEnv('AWS_ACCESS_KEY_ID', 'test');
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'test');
  });

  it('that loses objects after the plan: one is unreadable, all of a shard stop the run', async () => {
    await plan('losing');
    for (const name of ['ant/0.png', 'bee/2.png', 'bee/3.png']) rmSync(join(at('bucket/set'), name));
    const rows = await indexed('losing', 0);
    expect(rows.map((row) => row['unreadable_code'] ?? null)).toEqual(['vanished', null]);
    expect((await failureOf(indexed('losing', 1))).message).toMatch(/^None of the 2 files of shard 1 can be found in /);
  });
});

describe('files of single images in an object store', () => {
  const listed = async (name: string) => {
    const { images, layout } = await openSource(`s3://bucket/${name}`).list(quiet, null);
    return { table: layout.table, labels: images.map(({ path, ownClass }) => `${path} ${ownClass}`).sort() };
  };
  /** Files that were asked for. */
  const asked = async (work: () => Promise<unknown>): Promise<string[]> => {
    const paths: string[] = [];
    bucket.instead = (request) => {
      paths.push(request);
      return null;
    };
    await work();
    return paths.filter((request) => /\.(txt|json)/.test(request));
  };
  const names = Array.from({ length: 30 }, (_, i) => String(i).padStart(2, '0'));
  const label = (i: number): string => ['ant', 'bee'][i % 2]!;

  it('give their labels', async () => {
    for (const [i, name] of names.entries()) {
      put(at('bucket'), `words/flat/${name}.png`, Buffer.from('x'));
      put(at('bucket'), `words/flat/${name}.txt`, Buffer.from(label(i)));
      put(at('bucket'), `tags/img/${name}.png`, Buffer.from('x'));
      const tags = { item: { name: `${name}.png` }, annotations: [{ name: label(i), tag: {} }] };
      put(at('bucket'), `tags/ann/${name}.json`, Buffer.from(JSON.stringify(tags)));
    }
    expect(await listed('words')).toEqual({
      table: '*.txt',
      labels: names.map((name, i) => `flat/${name}.png ${label(i)}`),
    });
    expect(await listed('tags')).toEqual({
      table: '*.json',
      labels: names.map((name, i) => `img/${name}.png ${label(i)}`),
    });
  });

  it('show that their folder is no class', async () => {
    for (const [i, name] of names.entries()) put(at('bucket'), `model/${label(i)}/${name}.png`, Buffer.from('x'));
    put(at('bucket'), 'model/converted/model.json', Buffer.from('{}'));
    put(at('bucket'), 'model/later/notes.txt', Buffer.from('x'));
    const { emptyClasses } = await openSource('s3://bucket/model').list(quiet, null);
    expect(emptyClasses.map(({ className }) => className)).toEqual(['later']);
  });

  it('are not fetched if the first ones give none, or are large', async () => {
    for (const [i, name] of names.entries()) {
      put(at('bucket'), `boxes/${label(i)}/${name}.png`, Buffer.from('x'));
      put(at('bucket'), `boxes/boxes/${name}.txt`, Buffer.from('0 0.5 0.5 0.1 0.1\n'.repeat(i < 10 ? 1 : 99)));
    }
    const requests = await asked(async () => expect((await listed('boxes')).table).toBeNull());
    expect(new Set(requests).size).toBe(10);
  });
});

describe('an address', () => {
  it('of another kind, and a single archive, are refused', () => {
    expect(() => openSource('gs://bucket/set')).toThrow(
      '“gs://bucket/set” is neither a folder nor an address like s3://BUCKET/PREFIX.',
    );
    put(box.folder, 'alone.tar', Buffer.alloc(1024));
    expect(() => openSource(at('alone.tar'))).toThrow('alone.tar is a file. Name its folder: ');
  });
});
