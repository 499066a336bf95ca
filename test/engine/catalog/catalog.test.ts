import Sqlite from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import {
  catalogFile,
  catalogMigrations,
  closeCatalog,
  decisionsMigrations,
  openCatalog,
  type CatalogFolders,
} from '../../../src/engine/catalog/catalog';
import { migrate } from '../../../src/engine/catalog/database';
import { markNotDuplicate, mute, setThreshold } from '../../../src/engine/catalog/finding-settings';
import {
  auditInput,
  notDuplicatePairs,
  replaceFindings,
  thresholdOverrides,
  useThresholds,
} from '../../../src/engine/catalog/findings';
import { findingPaths, listFindings } from '../../../src/engine/catalog/finding-queries';
import { listGroups } from '../../../src/engine/catalog/group-queries';
import { keepResult, keptResult } from '../../../src/engine/catalog/kept';
import { libraryMigrations, openLibrary, rememberRecent, listRecents } from '../../../src/engine/catalog/library';
import type { CheckFinding } from '../../../src/core/checks/check';
import { indexed, put, scratch, type Indexed } from '../support/indexed';
import { plainFinding } from '../support/plain-finding';
import { bmp, jpeg } from '../support/samples';

const ID = '0123456789abcdef';
let box: ReturnType<typeof scratch>;
let folders: CatalogFolders;
beforeEach(() => {
  box = scratch();
  folders = { cache: join(box.folder, 'cache'), data: join(box.folder, 'data') };
});
afterEach(() => box.remove());

describe('the store', () => {
  it.each([
    ['index', catalogMigrations],
    ['decisions', decisionsMigrations],
    ['library', libraryMigrations],
  ] as const)('updates every older version of the %s', (_name, migrations) => {
    const fresh = new Sqlite(':memory:');
    migrate(fresh, migrations, 'fresh');
    const schema = (db: InstanceType<typeof Sqlite>) =>
      db.prepare('SELECT type, name, sql FROM sqlite_schema ORDER BY name').all();
    for (let from = 0; from < migrations.length; from += 1) {
      const db = new Sqlite(':memory:');
      migrate(db, migrations.slice(0, from), 'old');
      expect(db.pragma('user_version', { simple: true })).toBe(from);
      migrate(db, migrations, 'old');
      expect(schema(db)).toEqual(schema(fresh));
    }
    expect(fresh.pragma('user_version', { simple: true })).toBe(migrations.length);
  });

  it('converts the reasons for skipped files that an earlier version stored', () => {
    const db = new Sqlite(':memory:');
    migrate(db, catalogMigrations.slice(0, 4), 'old');
    const add = db.prepare('INSERT INTO other_files (path, kind, label) VALUES (?, ?, ?)');
    const rows = [
      ['.git', 'hidden', 'hidden files', 'hidden', ''],
      ['Thumbs.db', 'hidden', 'Thumbs.db', 'system-file', 'Thumbs.db'],
      ['a.txt', 'other', '.txt', 'other-type', 'txt'],
      ['b', 'other', 'without extension', 'other-type', ''],
      ['c', 'other', 'folders without permission', 'folder-forbidden', ''],
      ['d/1.jpg', 'unlabelled', 'd', 'no-label', 'd'],
      ['e.jpg', 'unlabelled', 'images outside of class folders', 'no-label', ''],
    ] as const;
    for (const [path, kind, label] of rows) add.run(path, kind, label);
    migrate(db, catalogMigrations, 'old');
    const read = db.prepare<[string]>('SELECT reason, name FROM other_files WHERE path = ?').raw();
    for (const [path, , , reason, name] of rows) expect(read.get(path)).toEqual([reason, name]);
  });

  it('is left at a complete version when a step fails', () => {
    const db = new Sqlite(':memory:');
    expect(() =>
      migrate(
        db,
        ['CREATE TABLE a (x INTEGER) STRICT', 'CREATE TABLE b (x INTEGER) STRICT; CREATE TABLE b (x INTEGER) STRICT'],
        'f',
      ),
    ).toThrow();
    expect(db.pragma('user_version', { simple: true })).toBe(1);
    expect(db.prepare(`SELECT name FROM sqlite_schema`).pluck().all()).toEqual(['a']);
  });

  it('refuses an index of a newer version and does not change it', () => {
    closeCatalog(openCatalog(folders, ID, '/x'));
    const file = catalogFile(folders, ID);
    const db = new Sqlite(file);
    db.pragma('user_version = 99');
    db.pragma('wal_checkpoint(TRUNCATE)');
    db.close();
    const before = readFileSync(file);
    expect(() => openCatalog(folders, ID, '/x')).toThrow(expect.objectContaining({ code: 'catalog-newer' }) as Error);
    expect(readFileSync(file).equals(before)).toBe(true);
  });

  it('sets a damaged index aside, reports it, and keeps the decisions', () => {
    const first = openCatalog(folders, ID, '/x');
    setThreshold(first, 'dark.white-level', 40, 1);
    closeCatalog(first);
    const file = catalogFile(folders, ID);
    writeFileSync(file, Buffer.alloc(8192, 0x41));
    const second = openCatalog(folders, ID, '/x');
    expect(second.rebuilt).toMatchObject({
      code: 'catalog-broken',
      message: expect.stringContaining('being rebuilt') as string,
    });
    expect(readFileSync(`${file}.broken`).length).toBe(8192);
    expect(thresholdOverrides(second)).toEqual(new Map([['dark.white-level', 40]]));
    closeCatalog(second);
  });

  it('never sets damaged decisions aside, because they are the user’s work', () => {
    const first = openCatalog(folders, ID, '/x');
    closeCatalog(first);
    writeFileSync(first.decisionsFile, Buffer.alloc(8192, 0x41));
    expect(() => openCatalog(folders, ID, '/x')).toThrow(expect.objectContaining({ code: 'catalog-broken' }) as Error);
    expect(existsSync(`${first.decisionsFile}.broken`)).toBe(false);
  });

  it('says in one sentence that a folder cannot be written', () => {
    writeFileSync(join(box.folder, 'file'), 'x');
    expect(() => openCatalog({ ...folders, cache: join(box.folder, 'file/cache') }, ID, '/x')).toThrow(
      expect.objectContaining({
        code: 'cache-unwritable',
        message: expect.stringContaining('PLUMBLINE_CACHE_DIR') as string,
      }) as Error,
    );
  });

  it('does not open a data set that never existed', () => {
    expect(() => openCatalog(folders, ID, null)).toThrow(expect.objectContaining({ code: 'not-found' }) as Error);
    mkdirSync(dirname(catalogFile(folders, ID)), { recursive: true });
    expect(existsSync(catalogFile(folders, ID))).toBe(false);
  });

  it('lists recent folders newest first, each once', () => {
    const library = openLibrary(folders);
    const recent = (id: string, openedAt: number) => ({
      id,
      name: id,
      root: `/${id}`,
      images: 1,
      classes: 1,
      openedAt,
    });
    for (const [id, at] of [
      ['a'.repeat(16), 1],
      ['b'.repeat(16), 2],
      ['a'.repeat(16), 3],
    ] as const)
      rememberRecent(library, recent(id, at));
    expect(listRecents(library).map(({ id, openedAt }) => [id[0], openedAt])).toEqual([
      ['a', 3],
      ['b', 2],
    ]);
    library.db.close();
  });
});

describe('findings', () => {
  let data: Indexed;
  beforeEach(async () => {
    for (let i = 0; i < 4; i += 1) put(join(box.folder, 'set'), `c${i % 2}/${i}.jpg`, await jpeg(i));
    data = await indexed(join(box.folder, 'set'), box.folder);
  });
  afterEach(() => data.close());

  const base: CheckFinding = {
    ...plainFinding,
    key: 'dark',
    check: 'dark',
    scope: 'image',
    title: 'Dark',
    remedy: 'Light',
    value: 1,
    threshold: 2,
    thresholdId: 'dark.white-level',
  };

  it('are stored with their images and groups in order, and replaced completely', () => {
    const [a, b, c, d] = ['c0/0.jpg', 'c1/1.jpg', 'c0/2.jpg', 'c1/3.jpg'].map((path) => data.id(path)) as [
      number,
      number,
      number,
      number,
    ];
    const group = { members: [b, a], relations: [null, 'mirrored' as const], similarities: [1, 0.97] };
    replaceFindings(data.catalog, [
      {
        ...base,
        images: [
          { id: c, value: 3 },
          { id: a, value: 5 },
        ],
      },
      {
        ...base,
        key: 'near-duplicate',
        check: 'near-duplicate',
        groups: [group, { members: [c, d], relations: [null, 'near'], similarities: [1, 0.99] }],
      },
    ]);
    expect(listFindings(data.catalog).map(({ key, images, groups }) => [key, images, groups])).toEqual([
      ['dark', 2, 0],
      ['near-duplicate', 0, 2],
    ]);
    expect(findingPaths(data.catalog, 'dark').images).toEqual(['c0/2.jpg', 'c0/0.jpg']);
    expect(findingPaths(data.catalog, 'near-duplicate').groups).toEqual([
      ['c1/1.jpg', 'c0/0.jpg'],
      ['c0/2.jpg', 'c1/3.jpg'],
    ]);
    const page = listGroups(data.catalog, 'near-duplicate', { offset: 0, limit: 1, members: 12 });
    expect(page.total).toBe(2);
    expect(page.groups[0]).toMatchObject({
      classes: ['c0', 'c1'],
      members: [
        { card: { id: b }, relation: null },
        { card: { id: a }, relation: 'mirrored', similarity: 0.97 },
      ],
    });
    replaceFindings(data.catalog, [{ ...base, key: 'bright' }]);
    expect(listFindings(data.catalog).map(({ key }) => key)).toEqual(['bright']);
    expect(data.catalog.db.prepare('SELECT count(*) FROM finding_group_members').pluck().get()).toBe(0);
  });

  it('distinguish groups of blank pictures from other groups', async () => {
    for (const name of ['c0', 'c1']) put(join(box.folder, 'blank'), `${name}/black.bmp`, bmp(32, 32, [0, 0, 0]));
    for (const name of ['c0', 'c1']) put(join(box.folder, 'blank'), `${name}/copy.jpg`, await jpeg(7));
    const each = await indexed(join(box.folder, 'blank'), box.folder);
    const group = (file: string) => ({
      members: ['c0', 'c1'].map((name) => each.id(`${name}/${file}`)),
      relations: [null, 'same-bytes' as const],
      similarities: [1, 1],
    });
    replaceFindings(each.catalog, [
      { ...base, key: 'exact-duplicate', check: 'exact-duplicate', groups: [group('black.bmp'), group('copy.jpg')] },
    ]);
    expect(
      listGroups(each.catalog, 'exact-duplicate', { offset: 0, limit: 9, members: 12 }).groups.map(
        ({ blank }) => blank,
      ),
    ).toEqual([true, false]);
    each.close();
  });

  it('stay unchanged if storing new ones fails', () => {
    replaceFindings(data.catalog, [base]);
    expect(() =>
      replaceFindings(data.catalog, [{ ...base, key: 'bright', images: [{ id: 999_999, value: 1 }] }]),
    ).toThrow();
    expect(listFindings(data.catalog).map(({ key }) => key)).toEqual(['dark']);
  });

  it('keep their mutes, by key, after later audits', () => {
    replaceFindings(data.catalog, [base]);
    mute(data.catalog, 'dark', 'night scenes', 7);
    replaceFindings(data.catalog, [base]);
    expect(listFindings(data.catalog)[0]?.muted).toEqual({ reason: 'night scenes', at: 7 });
  });

  it('give the audit all rows in code-point order of their paths', () => {
    const input = auditInput(data.catalog);
    expect(input.images.map(({ path }) => path)).toEqual(['c0/0.jpg', 'c0/2.jpg', 'c1/1.jpg', 'c1/3.jpg']);
    expect(input.classes).toEqual(['c0', 'c1']);
    expect(input.raster(input.images[0]!.id)?.length).toBe(12_288);
    expect(input.raster(999_999)).toBe(null);
  });

  it('store pairs marked as different by content, and refuse files with the same bytes', async () => {
    const [a, b] = [data.id('c0/0.jpg'), data.id('c1/1.jpg')];
    markNotDuplicate(data.catalog, [a, b], 1);
    markNotDuplicate(data.catalog, [b, a], 2);
    const pairs = notDuplicatePairs(data.catalog);
    expect(pairs.length).toBe(1);
    expect(pairs[0]!.first < pairs[0]!.second).toBe(true);
    put(join(box.folder, 'set'), 'c0/copy.jpg', await jpeg(0));
    data.close();
    data = await indexed(join(box.folder, 'set'), box.folder);
    expect(() => markNotDuplicate(data.catalog, [data.id('c0/0.jpg'), data.id('c0/copy.jpg')], 3)).toThrow(
      expect.objectContaining({ code: 'bad-request' }) as Error,
    );
  });

  it('refuse to mark so many contents as different that their pairs would fill the disk', () => {
    const { db } = data.catalog;
    const rest = db
      .prepare<[], string>("SELECT name FROM pragma_table_info('images') WHERE name NOT IN ('id', 'path', 'sha256')")
      .pluck()
      .all()
      .join(', ');
    db.exec(
      `INSERT INTO images (path, sha256, ${rest})
       WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 501)
       SELECT printf('c0/more%d.jpg', i), printf('%064x', i), ${rest} FROM n, images WHERE path = 'c0/0.jpg'`,
    );
    const more = db.prepare<[], number>("SELECT id FROM images WHERE path LIKE 'c0/more%'").pluck().all();
    expect(more).toHaveLength(501);
    expect(() => markNotDuplicate(data.catalog, more, 4)).toThrow(/501 different files, but at most 500/);
    markNotDuplicate(data.catalog, more.slice(1, 51), 5);
    expect(notDuplicatePairs(data.catalog)).toHaveLength((50 * 49) / 2);
  });

  it('store results under the key of their input', () => {
    keepResult(data.catalog, 'groups', 'k1', { near: [1, 2] });
    expect(keptResult(data.catalog, 'groups', 'k1')).toEqual({ near: [1, 2] });
    expect(keptResult(data.catalog, 'groups', 'k2')).toBe(null);
  });

  it('use the thresholds of one run instead of the user’s own, without storing them', () => {
    setThreshold(data.catalog, 'dark.white-level', 40, 1);
    useThresholds(data.catalog, { 'dark.white-level': 50 });
    expect(thresholdOverrides(data.catalog).get('dark.white-level')).toBe(50);
    useThresholds(data.catalog, undefined);
    expect(thresholdOverrides(data.catalog).get('dark.white-level')).toBe(40);
  });
});
