import Sqlite from 'better-sqlite3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { reportSchema } from '../../../src/contract/model/report';
import { put, scratch } from '../support/indexed';
import { jpeg } from '../support/samples';
import { snapshot } from '../support/snapshot';
import { plumbline } from '../support/command';

let box: ReturnType<typeof scratch>;
let set: string;
const run = (...args: readonly string[]) => plumbline(box.folder, ...args);
beforeAll(async () => {
  box = scratch();
  set = join(box.folder, 'set');
  for (let i = 0; i < 12; i += 1) put(set, `train/${i % 4 ? 'many' : 'few'}/${i}.jpg`, await jpeg(i));
  put(set, 'test/many/x.jpg', await jpeg(50));
  put(set, 'test/many/bad\n.jpg', Buffer.from('text'));
});
afterAll(() => box.remove());

describe('plumbline audit', () => {
  it('prints a summary, writes report.json, exits with 0 and does not change the folder', async () => {
    const before = snapshot(set);
    const file = join(box.folder, 'report.json');
    const { code, out, err } = await run('audit', set, '--json', file);
    expect(code).toBe(0);
    // How the folder is read is said before the first long job.
    expect(err.split('\n').slice(0, 4)).toEqual([
      'Read as split/class folders: train, test × 2 classes',
      'Labels: the names of the class folders.',
      'Splits: train and test, by the names of the folders.',
      'Searching the folder',
    ]);
    expect(out).toContain('Read as split/class folders: train, test × 2 classes');
    expect(out).toContain('13 images, 1 unreadable (1 not-an-image)');
    const report = reportSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
    expect(report.dataset).toMatchObject({
      root: set,
      layout: 'split-class-folders',
      images: 13,
      unreadable: 1,
      classes: [
        { name: 'few', count: 3 },
        { name: 'many', count: 10 },
      ],
      splits: [
        { name: 'train', count: 12, classes: 2 },
        { name: 'test', count: 1, classes: 1 },
      ],
    });
    expect(report.findings.find(({ check }) => check === 'unreadable')?.images).toEqual(['test/many/bad\n.jpg']);
    expect(report.timings['Measuring images']).toBeGreaterThan(0);
    expect(readdirSync(box.folder).filter((name) => name.includes('.part'))).toEqual([]);
    expect(snapshot(set)).toEqual(before);
  });

  it('prints only the report on standard output with --json -', async () => {
    const { code, out } = await run('audit', set, '--json', '-');
    expect(code).toBe(0);
    expect(reportSchema.parse(JSON.parse(out)).schema).toBe('plumbline.report/1');
  });

  it('exits with 1 only for findings that --fail-on names', async () => {
    expect((await run('audit', set, '--fail-on', 'unreadable,dark')).code).toBe(1);
    expect((await run('audit', set, '--fail-on', 'bright')).code).toBe(0);
  });

  it('uses thresholds and a layout for this run only', async () => {
    const json = async (...args: readonly string[]) =>
      reportSchema.parse(JSON.parse((await run('audit', set, '--json', '-', ...args)).out));
    const changed = await json('--threshold', 'dark.white-level=255', '--layout', 'class-folders');
    expect(changed.dataset).toMatchObject({
      layout: 'class-folders',
      classes: [{ name: 'test/many' }, { name: 'train/few' }, { name: 'train/many' }],
    });
    expect(changed.findings.find(({ check }) => check === 'dark')?.images.length).toBe(13);
    const plain = await json();
    expect(plain.dataset.layout).toBe('split-class-folders');
    expect(plain.findings.some(({ check }) => check === 'dark')).toBe(false);
  });

  it.each([
    [['audit'], 'missing required argument'],
    [['audit', 'DIR', '--nonsense'], 'unknown option'],
    [['audit', 'DIR', '--fail-on', 'ugliness'], 'There is no check "ugliness"'],
    [['audit', 'DIR', '--threshold', 'dark.white-level=900'], 'takes a number from 1 to 255'],
    [['audit', 'DIR', '--threshold', 'nothing=1'], 'id=value'],
    [['audit', 'DIR', '--probe', 'psychic'], 'Allowed choices'],
    [['audit', 'DIR', '--layout', 'pile'], 'Allowed choices'],
    [['audit', 'DIR', '--json', 'DIR/report.json'], 'cannot be written into'],
    [['audit', 'DIR', '--json', '/no/such/folder/report.json'], 'There is no folder'],
    [
      ['export', 'DIR', '--out', '/nowhere', '--split', '80/20', '--home', 'train'],
      "cannot be used with option '--keep-splits'",
    ],
    [['diagnose', 'DIR', '--predictions', 'a.csv', '--predictions', 'b.csv'], '--predictions is given twice'],
    [['frobnicate'], 'unknown command'],
  ])('exits with 2 for %j', async (args, words) => {
    const { code, out, err } = await run(...args.map((argument) => argument.replace('DIR', set)));
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toContain(words);
  });

  it('exits with 3 and one sentence if the folder cannot be audited', async () => {
    writeFileSync(join(box.folder, 'file'), 'x');
    for (const [path, words] of [
      ['missing', 'There is no folder'],
      ['file', 'not a folder'],
    ] as const) {
      const { code, out, err } = await run('audit', join(box.folder, path));
      expect({ code, out }).toEqual({ code: 3, out: '' });
      expect(err).toMatch(new RegExp(`^plumbline: .*${words}.*\\n$`));
    }
  });

  it('writes the report and exits with 3 if a probe has too few classes, because the report says why', async () => {
    const one = join(box.folder, 'one');
    for (let i = 0; i < 3; i += 1) {
      put(one, `cat/${i}.jpg`, await jpeg(i));
      put(one, `dog/${i}.jpg`, Buffer.from('text'));
    }
    const file = join(box.folder, 'one.json');
    const { code, out, err } = await run('audit', one, '--probe', 'instant', '--json', file);
    expect(code).toBe(3);
    expect(err).toContain(
      'The labels were not judged. A probe needs readable images of at least two classes; this data set has 3 readable images of 1 class.',
    );
    expect(out).toContain('3 images, 3 unreadable (3 not-an-image)');
    expect(reportSchema.parse(JSON.parse(readFileSync(file, 'utf8'))).findings.map(({ check }) => check)).toContain(
      'unreadable',
    );
  });

  it('exits with 3 for an index of a newer Plumbline, and names the file', async () => {
    const home = scratch();
    await plumbline(home.folder, 'audit', set);
    const [id] = readdirSync(join(home.folder, 'cache/datasets'));
    const file = join(home.folder, 'cache/datasets', id!, 'index.sqlite');
    const db = new Sqlite(file);
    db.pragma('user_version = 99');
    db.close();
    const { code, err } = await plumbline(home.folder, 'audit', set);
    expect(code).toBe(3);
    expect(err).toContain(`${file} was written by a newer Plumbline`);
    expect(existsSync(file)).toBe(true);
    home.remove();
  });

  it('lists its commands and options', async () => {
    expect((await run('--help')).code).toBe(0);
    expect((await run('--version')).out).toMatch(/^\d+\.\d+\.\d+\n$/);
  });
});
