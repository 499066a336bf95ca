import { mkdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { create } from 'tar';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { PlumblineError } from '../../../src/contract/errors';
import { type Report, reportSchema } from '../../../src/contract/model/report';
import { openRunStore, openSource } from '../../../src/engine/shards/addresses';
import { planRun } from '../../../src/engine/shards/plan';
import { runSchema } from '../../../src/engine/shards/run';
import { pendingSteps, runSteps } from '../../../src/engine/shards/steps';
import { judge } from '../../../src/engine/stages/judge';
import { makeReport } from '../../../src/engine/stages/report';
import { indexed, picture, put, quiet, scratch } from '../support/indexed';
import { serveBucket } from '../support/object-store';

const CLASSES = ['ant', 'bee', 'cat'];
/** The last pictures are copies of the first ones, with other labels; one file is no picture. */
const SEEDS = [...Array.from({ length: 24 }, (_, i) => i), 0, 1, 2];
const BROKEN = 5;
const SHARDS = ['train-000', 'val-000'];
/** Does not fit into the header of a tar archive. */
const LONG = 'a-name-that-is-longer-than-a-hundred-letters-'.repeat(3);

let box: ReturnType<typeof scratch>;
const at = (name: string): string => join(box.folder, name);

interface Sample {
  readonly shard: string;
  readonly name: string;
  readonly label: string;
  readonly bytes: Buffer;
}
let samples: Sample[];

beforeAll(async () => {
  box = scratch();
  samples = await Promise.all(
    SEEDS.map(async (seed, i) => ({
      shard: SHARDS[i % 2]!,
      name: String(Math.floor(i / 2)).padStart(2, '0'),
      label: CLASSES[(i < 24 ? i : i + 1) % 3]!,
      bytes: i === BROKEN ? Buffer.from('no picture') : await picture(seed + 300, 30 + (seed % 4)),
    })),
  );
});
afterAll(() => box.remove());

/** The same images as files, with the paths that they have in archives and a table of their labels. */
async function reportOfFiles(name: string, pathOf: (sample: Sample) => string): Promise<Report> {
  const lines = ['file_name,label,split'];
  for (const sample of samples) {
    put(at(name), pathOf(sample), sample.bytes);
    lines.push(`${pathOf(sample)},${sample.label},${sample.shard.split('-')[0]!}`);
  }
  put(at(name), 'metadata.csv', Buffer.from(lines.join('\n')));
  const opened = await indexed(at(name), at(`${name}-home`));
  await judge(opened.catalog, {}, () => undefined);
  const report = makeReport(opened.catalog, {}, 0);
  opened.close();
  return report;
}

async function reportOfRun(name: string, source: string, shards: number): Promise<Report> {
  const store = openRunStore(at(name));
  const from = openSource(source.startsWith('s3:') ? source : at(source));
  const run = await planRun(store, from, { shards }, quiet);
  for (const { step, shards: tasks } of await pendingSteps(store, run))
    for (const task of tasks) await runSteps.find((one) => one.name === step)!.work(store, run, task, quiet);
  return reportSchema.parse(JSON.parse(readFileSync(join(at(name), 'report.json'), 'utf8')));
}

const planOf = (name: string) => runSchema.parse(JSON.parse(readFileSync(join(at(name), 'run.json'), 'utf8')));

/** Without what is about files and tables. */
const ofImages = ({ findings, dataset: { classes, splits } }: Report) => ({
  findings: findings.filter(({ check }) => !['loader-mismatch', 'extension-mismatch'].includes(check)),
  classes,
  splits,
});

function putTars(folder: string): void {
  for (const shard of SHARDS) {
    const inside = at(`${folder}-content/${shard}`);
    const names = samples
      .filter((sample) => sample.shard === shard)
      .flatMap(({ name, label, bytes }) => {
        put(inside, `${LONG}/${name}.png`, bytes);
        put(inside, `${LONG}/${name}.cls`, Buffer.from(label));
        return [`${LONG}/${name}.cls`, `${LONG}/${name}.png`];
      });
    mkdirSync(at(folder), { recursive: true });
    create({ sync: true, cwd: inside, file: join(at(folder), `${shard}.tar`) }, names);
  }
}

describe('a run over archives', () => {
  it('reads the images of tar shards in place, as if they were files', async () => {
    putTars('tars');
    const one = await reportOfFiles('tar-files', ({ shard, name }) => `${shard}.tar/${LONG}/${name}.png`);
    const checks = one.findings.map(({ check }) => check);
    expect(checks).toEqual(expect.arrayContaining(['unreadable', 'exact-duplicate', 'conflicting-duplicate']));
    for (const shards of [1, 4]) {
      const run = await reportOfRun(`tar-run-${shards}`, 'tars', shards);
      expect(ofImages(run)).toEqual(ofImages(one));
      expect(planOf(`tar-run-${shards}`).layout.sentence).toBe(
        'Read as images in 2 tar archives, labelled by the files beside them: train, val × 3 classes',
      );
    }
    const [first] = samples;
    const copy = join(at('tar-run-4/store'), `${first!.shard}.tar/${LONG}/${first!.name}.png`);
    expect(readFileSync(copy)).toEqual(first!.bytes);
    const copies = await indexed(at('tar-run-4/store'), at('tar-copies'));
    expect(makeReport(copies.catalog, {}, 0).dataset.classes).toEqual(one.dataset.classes);
    copies.close();
  });

  it('reads the rows of Parquet tables in place', async () => {
    for (const shard of SHARDS) {
      const own = samples.filter((sample) => sample.shard === shard);
      const table = parquetWriteBuffer({
        schema: [
          { name: 'root', num_children: 2 },
          { name: 'image', repetition_type: 'OPTIONAL', num_children: 1 },
          { name: 'bytes', type: 'BYTE_ARRAY', repetition_type: 'OPTIONAL' },
          { name: 'label', type: 'INT64', repetition_type: 'OPTIONAL' },
        ],
        rowGroupSize: 3,
        kvMetadata: [
          {
            key: 'huggingface',
            value: JSON.stringify({
              info: { features: { image: { _type: 'Image' }, label: { _type: 'ClassLabel', names: CLASSES } } },
            }),
          },
        ],
        columnData: [
          { name: 'image', data: own.map(({ bytes }) => ({ bytes: new Uint8Array(bytes) })) },
          { name: 'label', data: own.map(({ label }) => BigInt(CLASSES.indexOf(label))) },
        ],
      });
      put(at('tables'), `${shard}.parquet`, new Uint8Array(table));
    }
    const one = await reportOfFiles('table-files', ({ shard, name }) => `${shard}.parquet/${name}`);
    const run = await reportOfRun('table-run', 'tables', 3);
    // A file needs an ending to be taken for a picture; a row does not.
    const withoutBroken = (report: Report) => ofImages(report).findings.filter(({ check }) => check !== 'unreadable');
    expect(withoutBroken(run)).toEqual(withoutBroken(one));
    expect(run.findings.find(({ check }) => check === 'unreadable')?.images).toEqual(['val-000.parquet/02']);
    expect(run.findings.map(({ check }) => check)).not.toContain('extension-mismatch');
  });

  it('reads them in an object store by ranges', async () => {
    put(at('bucket'), 'tables/train-000.parquet', readFileSync(join(at('tables'), 'train-000.parquet')));
    putTars('bucket/tars');
    const bucket = await serveBucket(at('bucket'), 'bucket');
    vi.stubEnv('AWS_ENDPOINT_URL', bucket.url);
    vi.stubEnv('AWS_ACCESS_KEY_ID', 'test');
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'test');
    try {
      const files = await reportOfRun('tars-of-folder', 'bucket/tars', 2);
      expect(ofImages(await reportOfRun('tars-of-bucket', 's3://bucket/tars', 2))).toEqual(ofImages(files));
      const rows = await reportOfRun('tables-of-folder', 'bucket/tables', 2);
      expect(ofImages(await reportOfRun('tables-of-bucket', 's3://bucket/tables', 2))).toEqual(ofImages(rows));
    } finally {
      vi.unstubAllEnvs();
      await bucket.close();
    }
    const reads = bucket.requests.filter((request) => /^GET .*\.(tar|parquet)/.test(request));
    expect(reads.length).toBeGreaterThan(10);
    expect(reads.filter((request) => !request.includes('bytes='))).toEqual([]);
  });

  it('says in one sentence which archive cannot be read', async () => {
    const failure = (name: string): Promise<unknown> =>
      planRun(openRunStore(at(`${name}-run`)), openSource(at(name)), { shards: 1 }, quiet).then(
        () => expect.unreachable('it succeeded'),
        (error: unknown) => error,
      );
    putTars('cut');
    truncateSync(join(at('cut'), 'val-000.tar'), 3000);
    const cut = (await failure('cut')) as PlumblineError;
    expect(cut).toBeInstanceOf(PlumblineError);
    expect(cut.message).toMatch(/^val-000\.tar cannot be unpacked: it is cut off/);
    mkdirSync(dirname(join(at('no-tar'), 'x.tar')), { recursive: true });
    writeFileSync(join(at('no-tar'), 'x.tar'), Buffer.alloc(2048, 'x'));
    expect(((await failure('no-tar')) as PlumblineError).message).toMatch(/^x\.tar cannot be unpacked: it is no tar/);
  });
});
