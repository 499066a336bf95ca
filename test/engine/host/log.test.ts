import { existsSync, mkdirSync, readFileSync, readdirSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { localEngine } from '../../../src/engine/app/local-engine';
import { logFolder } from '../../../src/host/folders';
import { openLog, pruneLogs, recentLines } from '../../../src/host/log';
import { putClasses, scratch } from '../support/indexed';
import { startEngine } from '../support/killable';

let home: ReturnType<typeof scratch>;
beforeEach(() => {
  home = scratch();
});
afterEach(() => {
  vi.unstubAllEnvs();
  home.remove();
});

interface Line {
  readonly event: string;
  readonly level: string;
  readonly [fact: string]: unknown;
}

const lines = (folder: string): Line[] =>
  existsSync(folder)
    ? readdirSync(folder).flatMap((name) =>
        readFileSync(join(folder, name), 'utf8')
          .split('\n')
          .flatMap((line) => {
            // The last line may be incomplete.
            try {
              return [JSON.parse(line) as Line];
            } catch {
              return [];
            }
          }),
      )
    : [];

describe('a log', () => {
  it('contains one JSON line per event, without paths', async () => {
    const folder = join(home.folder, 'logs');
    openLog({ kind: 'engine', folder, verbose: false }).warn('scan-failed', {
      message: 'no /home/jane/cats',
      files: 3,
      pid: 0,
    });
    await expect.poll(() => lines(folder)).toHaveLength(1);
    expect(lines(folder)[0]).toMatchObject({
      level: 'warn',
      event: 'scan-failed',
      message: 'no …/cats',
      files: 3,
      pid: process.pid,
    });
  });

  it('holds paths relative to a data set, once an engine of this process has opened it', async () => {
    const folder = join(home.folder, 'logs');
    const source = join(home.folder, 'my source');
    await putClasses(source, { cat: 2, dog: 2 });
    const log = openLog({ kind: 'cli', folder, verbose: false });
    const { client, stop } = localEngine({ cache: join(home.folder, 'cache'), data: join(home.folder, 'data') }, log);
    await client.call('dataset.open', { root: source });
    log.warn('unreadable', {
      message: `cannot read ${join(source, 'my cats', '1 a.png')}, nor ${home.folder}/x y/2.png`,
    });
    await stop();
    expect(lines(folder)).toMatchObject([{ message: 'cannot read <dataset>/my cats/1 a.png, nor …/2.png' }]);
  });

  it('holds whole paths where the process is verbose, but hands out none', () => {
    const folder = join(home.folder, 'logs');
    const path = '/home/jane doe/my cats/1.png';
    openLog({ kind: 'engine', folder, verbose: true }).warn('scan-failed', { reason: `no ${path}`, other: path });
    expect(lines(folder)).toMatchObject([{ reason: `no ${path}`, other: path }]);
    expect(recentLines(folder, 10).map((line) => JSON.parse(line) as Line)).toMatchObject([
      { event: 'scan-failed', reason: 'no …/1.png', other: '…/1.png' },
    ]);
  });

  it('starts a new file when one is full, and loses no line', async () => {
    const folder = join(home.folder, 'logs');
    const log = openLog({ kind: 'engine', folder, verbose: false });
    const sent = Array.from({ length: 700 }, (_, index) => index);
    for (const index of sent) log.info('line', { index, text: 'x'.repeat(2000) });
    await expect.poll(() => lines(folder).length).toBe(sent.length);
    expect(readdirSync(folder).sort()).toEqual([`engine-${process.pid}.log`, `engine-${process.pid}.old.log`]);
    const kept = lines(folder).map(({ index }) => Number(index));
    expect(kept.sort((a, b) => a - b)).toEqual(sent);
  });

  it('keeps the newest files within a total size', () => {
    const folder = join(home.folder, 'logs');
    mkdirSync(folder);
    for (const [age, name] of ['a', 'b', 'c'].entries()) {
      writeFileSync(join(folder, `engine-${name}.log`), 'x'.repeat(100));
      utimesSync(join(folder, `engine-${name}.log`), 1000 - age, 1000 - age);
    }
    pruneLogs(folder, 200);
    expect(readdirSync(folder).sort()).toEqual(['engine-a.log', 'engine-b.log']);
  });

  it('is silently disabled if its folder cannot be created', () => {
    const file = join(home.folder, 'file');
    writeFileSync(file, '');
    expect(() => openLog({ kind: 'engine', folder: join(file, 'logs'), verbose: false }).info('start')).not.toThrow();
  });
});

describe('the log of an engine', () => {
  it('records its start, and the start and end of each job', async () => {
    const source = join(home.folder, 'source');
    await putClasses(source, { cat: 2, dog: 2 });
    const engine = startEngine(home.folder);
    const { dataset } = await engine.client.call('dataset.open', { root: source });
    await engine.client.runJob('jobs.index', { dataset });
    const folder = logFolder(join(home.folder, 'data'));
    await expect
      .poll(() => lines(folder).map(({ event }) => event))
      .toEqual(expect.arrayContaining(['start', 'job-started', 'job-ended']));
    expect(lines(folder).find(({ event }) => event === 'job-ended')).toMatchObject({
      kind: 'index',
      state: 'done',
    });
    expect(JSON.stringify(lines(folder))).not.toContain(home.folder);
    await engine.kill();
  });

  it('records slow queries of the engine and of its audit process, without their values', async () => {
    vi.stubEnv('PLUMBLINE_SLOW_QUERY_MS', '0');
    const source = join(home.folder, 'source');
    await putClasses(source, { cat: 2, dog: 2 });
    const engine = startEngine(home.folder);
    const { dataset } = await engine.client.call('dataset.open', { root: source });
    await engine.client.runJob('jobs.index', { dataset });
    await engine.client.runJob('jobs.audit', { dataset });
    const folder = logFolder(join(home.folder, 'data'));
    const slow = () => lines(folder).filter(({ event }) => event === 'slow-query');
    await expect.poll(() => slow().some(({ child }) => child === 'audit')).toBe(true);
    expect(slow().find(({ child }) => child === undefined)).toMatchObject({
      level: 'warn',
      ms: expect.any(Number) as number,
      sql: expect.any(String) as string,
    });
    expect(slow().map(({ sql }) => sql)).toContain(
      'INSERT INTO dataset (id, root) VALUES (1, ?) ON CONFLICT DO NOTHING',
    );
    await engine.kill();
  });
});
