import { existsSync, mkdirSync, readFileSync, readdirSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { logFolder } from '../../../src/host/folders';
import { openLog, pruneLogs } from '../../../src/host/log';
import { putClasses, scratch } from '../support/indexed';
import { startEngine } from '../support/killable';

let home: ReturnType<typeof scratch>;
beforeEach(() => {
  home = scratch();
});
afterEach(() => home.remove());

interface Line {
  readonly message: string;
  readonly level: string;
  readonly [fact: string]: unknown;
}

const lines = (folder: string): Line[] =>
  existsSync(folder)
    ? readdirSync(folder).flatMap((name) =>
        readFileSync(join(folder, name), 'utf8')
          .split('\n')
          .flatMap((line) => {
            // The last line may still be being written.
            try {
              return [JSON.parse(line) as Line];
            } catch {
              return [];
            }
          }),
      )
    : [];

describe('a log', () => {
  it('holds one JSON line per event, without paths', async () => {
    const folder = join(home.folder, 'logs');
    openLog({ kind: 'engine', folder, verbose: false }).warn('scan-failed', { reason: 'no /home/jane/cats', files: 3 });
    await expect.poll(() => lines(folder)).toHaveLength(1);
    expect(lines(folder)[0]).toMatchObject({ level: 'warn', message: 'scan-failed', reason: 'no …/cats', files: 3 });
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

  it('does without a folder that cannot be made', () => {
    const file = join(home.folder, 'file');
    writeFileSync(file, '');
    expect(() => openLog({ kind: 'engine', folder: join(file, 'logs'), verbose: false }).info('start')).not.toThrow();
  });
});

describe('the log of an engine', () => {
  it('tells when it started, and when each job started and ended', async () => {
    const source = join(home.folder, 'source');
    await putClasses(source, { cat: 2, dog: 2 });
    const engine = startEngine(home.folder);
    const { dataset } = await engine.client.call('dataset.open', { root: source });
    await engine.client.runJob('jobs.index', { dataset });
    const folder = logFolder(join(home.folder, 'data'));
    await expect
      .poll(() => lines(folder).map(({ message }) => message))
      .toEqual(expect.arrayContaining(['start', 'job-started', 'job-ended']));
    expect(lines(folder).find(({ message }) => message === 'job-ended')).toMatchObject({
      kind: 'index',
      state: 'done',
    });
    expect(JSON.stringify(lines(folder))).not.toContain(home.folder);
    await engine.kill();
  });
});
