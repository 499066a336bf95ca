/** `plumbline audit --labels FILE`: a label table that the user names, inside or outside of the folder. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { reportSchema } from '../../../src/contract/model/report';
import { parquetWriteBuffer } from 'hyparquet-writer';
import writeSpreadsheet from 'write-excel-file/node';
import { plumbline } from '../support/command';
import { put, scratch } from '../support/indexed';
import { jpeg } from '../support/samples';

const IMAGES = 8;
let box: ReturnType<typeof scratch>;
let set: string;
const run = (...args: readonly string[]) => plumbline(box.folder, ...args);

beforeAll(async () => {
  box = scratch();
  set = join(box.folder, 'set');
  for (let at = 0; at < IMAGES; at += 1) put(set, `part/${at}.jpg`, await jpeg(at));
  const rows = Array.from({ length: IMAGES }, (_, at) => `${at}.jpg,spare${at},${at % 2 ? 'x' : 'y'},${at % 3}`);
  put(set, 'diary.csv', Buffer.from(`slide,filename,kind,label\n${rows.join('\n')}\n`));
  writeFileSync(
    join(box.folder, 'outside.csv'),
    `slide,kind\n${rows.map((row) => `part/${row.split(',')[0]},z${row.split(',')[3]}`).join('\n')}\n`,
  );
});
afterAll(() => box.remove());

async function dataset(...args: readonly string[]) {
  const { code, out, err } = await run('audit', set, '--json', '-', ...args);
  if (code !== 0) throw new Error(err);
  return reportSchema.parse(JSON.parse(out)).dataset;
}

describe('plumbline audit --label-field and --with-masks', () => {
  let faces: string;
  let scans: string;
  const audited = async (folder: string, ...args: readonly string[]) => {
    const { code, out, err } = await run('audit', folder, '--json', '-', ...args);
    return { code, err, dataset: code === 0 ? reportSchema.parse(JSON.parse(out)).dataset : null };
  };

  beforeAll(async () => {
    faces = join(box.folder, 'faces');
    scans = join(box.folder, 'scans');
    for (let at = 0; at < 20; at += 1) put(faces, `${at}_${at % 2}_${at % 4}_2017.jpg`, await jpeg(at));
    for (let at = 0; at < 5; at += 1) {
      put(scans, `benign/${at}.jpg`, await jpeg(at));
      put(scans, `benign/${at}_mask.jpg`, await jpeg(at + 40));
      put(scans, `normal/${at}.jpg`, await jpeg(at + 20));
    }
  });

  it('read a folder by a field of its file names, and keep it', async () => {
    const before = await audited(faces);
    expect(before.code).toBe(3);
    expect(before.err).toContain('with --label-field');
    const named = {
      classes: [
        { name: '0', count: 10 },
        { name: '1', count: 10 },
      ],
    };
    expect((await audited(faces, '--label-field', '2')).dataset).toMatchObject(named);
    expect((await audited(faces, '--label-field', '9')).err).toContain('have no field 9');
  });

  it('read the masks as images until the folder is read as detected', async () => {
    expect((await audited(scans)).dataset).toMatchObject({ images: 10, reading: { unlabelled: { images: 5 } } });
    expect((await audited(scans, '--with-masks')).dataset).toMatchObject({ images: 15 });
    expect((await audited(scans)).dataset).toMatchObject({ images: 15, reading: { unlabelled: { images: 0 } } });
    expect((await audited(scans, '--as-detected')).dataset).toMatchObject({ images: 10 });
    expect((await audited(set, '--with-masks')).err).toContain('No images of this folder are named like masks');
  });
});

it('reads the .cls files beside images', async () => {
  const shards = join(box.folder, 'shards');
  for (let at = 0; at < 6; at += 1) {
    put(shards, `test/${at}.jpg`, await jpeg(at));
    put(shards, `test/${at}.cls`, Buffer.from(`${at % 2}\n`));
  }
  put(shards, 'classnames.txt', Buffer.from('guinea pig\nowl\n'));
  const { code, out } = await run('audit', shards, '--json', '-');
  expect(code).toBe(0);
  expect(reportSchema.parse(JSON.parse(out)).dataset).toMatchObject({
    table: '*.cls',
    classes: [
      { name: '0', count: 3 },
      { name: '1', count: 3 },
    ],
    reading: { classNames: { names: [{ name: 'guinea pig' }, { name: 'owl' }] } },
  });
});

const tagged = (at: number): unknown => ({ tags: [{ name: ['cat', 'dog'][at % 2], value: null }], objects: [] });

it.each([
  ['the tags of Supervisely', 'ds/img', (at: number) => [`ds/ann/${at}.jpg.json`, JSON.stringify(tagged(at))] as const],
  ['a word in a text', 'images', (at: number) => [`images/${at}.txt`, `${['cat', 'dog'][at % 2]}\n`] as const],
])('reads %s for each image', async (_, folder, beside) => {
  const one = join(box.folder, folder.replace('/', '-'));
  for (let at = 0; at < 8; at += 1) {
    put(one, `${folder}/${at}.jpg`, await jpeg(at));
    const [path, text] = beside(at);
    put(one, path, Buffer.from(text));
  }
  const { code, out, err } = await run('audit', one, '--json', '-');
  expect([code, err]).toEqual([0, expect.not.stringContaining('plumbline:')]);
  const { dataset: found } = reportSchema.parse(JSON.parse(out));
  expect(found).toMatchObject({
    classes: [
      { name: 'cat', count: 4 },
      { name: 'dog', count: 4 },
    ],
    reading: { unlabelled: { images: 0 } },
  });
  expect(found.reading?.unused.map(({ reason }) => reason)).not.toContain('file-for-each-image');
});

/** A spreadsheet with one sheet for each list of rows. */
const spreadsheet = (
  sheets: Readonly<Record<string, readonly (readonly (string | number | null)[])[]>>,
): Promise<Uint8Array> =>
  writeSpreadsheet(
    Object.entries(sheets).map(([sheet, rows]) => ({ sheet, data: rows.map((row) => [...row]) })),
  ).toBuffer();

describe('label tables that are no texts', () => {
  const rows = Array.from({ length: IMAGES }, (_, at) => [`${at}.jpg`, ['cat', 'dog'][at % 2]!]);
  const classes = [
    { name: 'cat', count: IMAGES / 2 },
    { name: 'dog', count: IMAGES / 2 },
  ];
  const read = async (folder: string, ...args: string[]) => {
    const { code, out, err } = await run('audit', folder, '--json', '-', ...args);
    if (code !== 0) throw new Error(err);
    return reportSchema.parse(JSON.parse(out)).dataset;
  };
  const made = async (name: string, file: string, data: Uint8Array): Promise<string> => {
    const folder = join(box.folder, name);
    for (let at = 0; at < IMAGES; at += 1) put(folder, `part/${at}.jpg`, await jpeg(at));
    put(folder, file, Buffer.from(data));
    return folder;
  };

  it('are read from a spreadsheet', async () => {
    const folder = await made(
      'one-sheet',
      'labels.xlsx',
      await spreadsheet({
        Sheet1: [['file', 'seen on', 'label'], ...rows.map(([file, label]) => [file!, null, label!])],
      }),
    );
    expect(await read(folder)).toMatchObject({ table: 'labels.xlsx', classes });
  });

  it('are read from a spreadsheet with numbers', async () => {
    const numbered = rows.map((_, at) => [at, 3 + (at % 2)]);
    const sheet = await spreadsheet({ Sheet1: [['id', 'label'], ...numbered] });
    expect(await read(await made('numbers', 'labels.xlsx', sheet))).toMatchObject({
      table: 'labels.xlsx',
      classes: ['3', '4'].map((name) => ({ name, count: IMAGES / 2 })),
    });
  });

  it('are read from the sheet that has them, or the first that is named', async () => {
    const sheets = await spreadsheet({
      About: [
        ['by', 'on'],
        ['Ann', 'Monday'],
      ],
      Labels: [['file', 'label'], ...rows],
    });
    const folder = await made('two-sheets', 'data.xlsx', sheets);
    expect(await read(folder)).toMatchObject({ table: 'data.xlsx (Labels)', classes });
    const outside = join(box.folder, 'outside.xlsx');
    writeFileSync(
      outside,
      await spreadsheet({
        Labels: [['file', 'label'], ...rows],
        About: [
          ['a', 'b'],
          ['c', 'd'],
        ],
      }),
    );
    expect(await read(folder, '--labels', outside)).toMatchObject({ table: '../outside.xlsx', classes });
  });

  it('are read from Parquet without images', async () => {
    const data = parquetWriteBuffer({
      columnData: [
        { name: 'path', data: rows.map(([name]) => `part/${name!}`), type: 'STRING' },
        { name: 'label', data: rows.map(([, label]) => label!), type: 'STRING' },
      ],
    });
    expect(await read(await made('parquet', 'l.parquet', new Uint8Array(data)))).toMatchObject({
      table: 'l.parquet',
      classes,
    });
  });

  it('are named if they are damaged', async () => {
    const folder = await made('damaged', 'labels.xlsx', Buffer.from('PK'));
    expect((await read(folder)).reading?.unused).toEqual([{ path: 'labels.xlsx', reason: 'unread-file', detail: '' }]);
  });
});

describe('plumbline audit --labels', () => {
  const table = () => join(set, 'diary.csv');

  it('takes the named columns, says so, and keeps them for later runs', async () => {
    const chosen = await dataset('--labels', table(), '--image-column', 'slide', '--label-column', 'kind');
    expect(chosen).toMatchObject({
      layout: 'table',
      table: 'diary.csv',
      images: IMAGES,
      classes: [
        { name: 'x', count: 4 },
        { name: 'y', count: 4 },
      ],
      reading: { labels: { imageColumn: 'slide', labelColumn: 'kind' }, unlabelled: { images: 0 } },
    });
    expect(await dataset()).toMatchObject({ table: 'diary.csv', classes: [{ name: 'x' }, { name: 'y' }] });
    expect((await dataset('--labels', table(), '--image-column', 'slide')).classes.map(({ name }) => name)).toEqual([
      '0',
      '1',
      '2',
    ]);
  });

  it('is forgotten with --as-detected', async () => {
    const before = await dataset('--as-detected');
    await dataset('--labels', table(), '--image-column', 'slide', '--label-column', 'kind');
    expect(await dataset()).not.toMatchObject({ classes: before.classes });
    expect(await dataset('--as-detected')).toMatchObject({ table: before.table, classes: before.classes });
    expect(await dataset()).toMatchObject({ table: before.table, classes: before.classes });
  });

  it('reads a table outside of the folder', async () => {
    const outside = join(box.folder, 'outside.csv');
    expect(await dataset('--labels', outside, '--image-column', 'slide', '--label-column', 'kind')).toMatchObject({
      table: '../outside.csv',
      images: IMAGES,
      classes: [{ name: 'z0' }, { name: 'z1' }, { name: 'z2' }],
    });
  });

  it.each([
    [['--image-column', 'nope'], 'has no column “nope”. Its columns are “slide”, “filename”, “kind” and “label”.'],
    [['--image-column', 'kind', '--label-column', 'label'], 'labels'],
  ])('exits with 3 and one sentence for %j', async (columns, words) => {
    const { code, err } = await run('audit', set, '--labels', table(), ...columns);
    expect(code).toBe(3);
    expect(err).toContain('diary.csv');
    expect(err).toContain(words);
  });

  it.each([
    [['--label-column', 'kind'], 'need --labels'],
    [['--labels', 'FILE', '--layout', 'table'], '--labels and --layout each say how to read the folder'],
    [['--labels', 'FILE', '--as-detected'], 'give one of them'],
    [['--label-field', '0'], 'counted from 1'],
    [['--label-field', '2', '--with-masks'], 'give one of them'],
  ])('exits with 2 for %j', async (args, words) => {
    const { code, err } = await run('audit', set, ...args.map((one) => one.replace('FILE', table())));
    expect(code).toBe(2);
    expect(err).toContain(words);
  });
});
