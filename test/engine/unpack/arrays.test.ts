/** Arrays, IDX files, CIFAR batches, Parquet tables and WebDataset archives become folders of images. */
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { parquetWriteBuffer } from 'hyparquet-writer';
import sharp from 'sharp';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { DatasetSummary } from '../../../src/contract/model/dataset';
import { localEngine } from '../../../src/engine/app/local-engine';
import { put, scratch } from '../support/indexed';
import { tarOf, zipOf } from '../support/archives';
import { bytesFrom, idxOf, npyOf } from '../support/arrays';
import { jpeg } from '../support/samples';
import { pickle, pickledArray, pickledList } from '../support/pickles';

let box: ReturnType<typeof scratch>;
let set: string;
let engine: ReturnType<typeof localEngine>;
beforeEach(() => {
  box = scratch();
  set = join(box.folder, 'set');
  mkdirSync(set);
  engine = localEngine({ cache: join(box.folder, 'home/cache'), data: join(box.folder, 'home/data') });
});
afterEach(async () => {
  await engine.stop();
  box.remove();
});

async function read(path = set): Promise<DatasetSummary> {
  const { client } = engine;
  await client.call('archives.unpack', { path });
  const { dataset } = await client.call('dataset.open', { root: path });
  await client.runJob('jobs.index', { dataset });
  return client.call('dataset.summary', { dataset });
}

const countsOf = ({ classes }: DatasetSummary): Record<string, number> =>
  Object.fromEntries(classes.map(({ name, count }) => [name, count]));
const splitsOf = ({ splits }: DatasetSummary): Record<string, number> =>
  Object.fromEntries(splits.map(({ name, count }) => [name, count]));
const noteOf = ({ unpacked }: DatasetSummary, code: string): string[] =>
  unpacked!.notes.filter((note) => note.code === code).map(({ detail }) => detail);

/** The samples of a file of the unpacked copy, as they are stored. */
async function samples({ root }: DatasetSummary, path: string): Promise<{ data: number[]; depth: string | undefined }> {
  const file = readFileSync(join(root, path));
  const { depth } = await sharp(file).metadata();
  const data = await sharp(file)
    .toColourspace(depth === 'ushort' ? 'grey16' : 'srgb')
    .raw({ depth: depth === 'ushort' ? 'ushort' : 'uchar' })
    .toBuffer();
  return {
    data: depth === 'ushort' ? [...new Uint16Array(data.buffer, data.byteOffset, data.length / 2)] : [...data],
    depth,
  };
}

const i8 = (...values: number[]): Uint8Array => Uint8Array.from(values);

describe('NumPy arrays', () => {
  it('images and labels of one .npz file, with their splits', async () => {
    put(
      set,
      'data.npz',
      zipOf([
        { name: 'x_train.npy', data: npyOf('|u1', [4, 6, 5, 3], bytesFrom(1, 360)) },
        { name: 'y_train.npy', data: npyOf('<i8', [4, 1], new Uint8Array(new BigInt64Array([0n, 1n, 1n, 2n]).buffer)) },
        { name: 'x_test.npy', data: npyOf('|u1', [2, 6, 5, 3], bytesFrom(2, 180)) },
        { name: 'y_test.npy', data: npyOf('|u1', [2], i8(2, 0)) },
      ]),
    );
    const summary = await read(join(set, 'data.npz'));
    expect(countsOf(summary)).toEqual({ '0': 2, '1': 2, '2': 2 });
    expect(splitsOf(summary)).toEqual({ train: 4, test: 2 });
    const { data } = await samples(summary, 'train/1/1.png');
    expect(data).toEqual([...bytesFrom(1, 360).subarray(90, 180)]);
    expect(noteOf(summary, 'labels-from')).toEqual(['data/y_train for data/x_train', 'data/y_test for data/x_test']);
  });

  it('a pair of files, opened by one of them; columns of 0 and 1; channels first', async () => {
    put(set, 'X.npy', npyOf('|u1', [3, 3, 4, 5], bytesFrom(3, 180)));
    put(set, 'Y.npy', npyOf('<f4', [3, 2], new Uint8Array(new Float32Array([0, 1, 1, 0, 0, 1]).buffer)));
    const summary = await read(join(set, 'X.npy'));
    expect(countsOf(summary)).toEqual({ '0': 1, '1': 2 });
    const planes = bytesFrom(3, 180).subarray(60, 120);
    const { data } = await samples(summary, '0/1.png');
    expect(data).toEqual(Array.from({ length: 60 }, (_, i) => planes[(i % 3) * 20 + Math.floor(i / 3)]));
  });

  it('names of classes, 16 bits, and fractions', async () => {
    const names = Buffer.alloc(2 * 3 * 4);
    ['cat', 'dog'].forEach((name, row) =>
      Array.from(name).forEach((letter, at) => names.writeUInt32LE(letter.codePointAt(0)!, (row * 3 + at) * 4)),
    );
    const deep = Uint16Array.from({ length: 2 * 25 }, (_, i) => i * 1000);
    const fractions = Float32Array.from({ length: 2 * 25 }, (_, i) => i / 49);
    put(
      set,
      'a.npz',
      zipOf([
        { name: 'train_images.npy', data: npyOf('<u2', [2, 5, 5], new Uint8Array(deep.buffer)) },
        { name: 'train_labels.npy', data: npyOf('|u1', [2, 1], i8(0, 1)) },
        { name: 'val_images.npy', data: npyOf('<f4', [2, 5, 5], new Uint8Array(fractions.buffer)) },
        { name: 'val_labels.npy', data: npyOf('|u1', [2, 1], i8(0, 1)) },
        { name: 'class_names.npy', data: npyOf('<U3', [2], names) },
      ]),
    );
    const summary = await read();
    expect(countsOf(summary)).toEqual({ cat: 2, dog: 2 });
    expect(await samples(summary, 'train/dog/1.png')).toEqual({ data: [...deep.subarray(25)], depth: 'ushort' });
    expect((await samples(summary, 'val/dog/1.png')).data.filter((_, i) => i % 3 === 0)).toEqual(
      [...fractions.subarray(25)].map((value) => Math.round(value * 255)),
    );
    expect(noteOf(summary, 'scaled')).toEqual(['a/val_images, from 0 to 1']);
  });

  it('one file for each class, and one image a file', async () => {
    for (const [seed, name] of ['cat', 'dog'].entries())
      put(set, `${name}.npy`, npyOf('|u1', [3, 784], bytesFrom(seed, 2352)));
    expect(countsOf(await read())).toEqual({ cat: 3, dog: 3 });
    const slices = join(box.folder, 'slices');
    for (const name of ['ill/1', 'ill/2', 'well/1', 'well/2'])
      put(slices, `${name}.npy`, npyOf('|u1', [20, 30], bytesFrom(name.length, 600)));
    expect(countsOf(await read(slices))).toEqual({ ill: 2, well: 2 });
  });

  it.each([
    ['without labels', 'x.npy', npyOf('|u1', [5, 8, 8], bytesFrom(1, 320)), 'no array with as many labels'],
    ['without images', 'x.npy', npyOf('<f4', [3], new Uint8Array(12)), 'no array has the shape of images: x (3)'],
    ['of objects', 'x.npy', npyOf('|O', [3], new Uint8Array(12)), 'Python objects'],
    ['damaged', 'x.npz', zipOf([{ name: 'x.npy', data: Buffer.from('x') }]), 'cannot be unpacked'],
  ])('%s they are refused', async (_what, name, data, words) => {
    put(set, name, data);
    const failed = read(join(set, name));
    await expect(failed).rejects.toMatchObject({
      code: 'bad-archive',
      message: expect.stringContaining(words) as string,
    });
    await expect(failed).rejects.toMatchObject({ message: expect.stringMatching(/^[^\n]{10,300}\.$/) as string });
  });

  it('an array that is cut off is refused', async () => {
    put(set, 'x.npy', npyOf('|u1', [3, 8, 8], bytesFrom(1, 150)));
    put(set, 'y.npy', npyOf('|u1', [3], i8(0, 1, 0)));
    await expect(read()).rejects.toMatchObject({ message: expect.stringContaining('cut off') as string });
  });
});

describe('IDX files', () => {
  it.each([
    ['plain', (data: Buffer) => data, ''],
    ['compressed', gzipSync, '.gz'],
  ])('%s, with their splits', async (_what, pack: (data: Buffer) => Buffer, ending) => {
    put(set, `train-images-idx3-ubyte${ending}`, pack(idxOf([3, 7, 6], bytesFrom(4, 126))));
    put(set, `train-labels-idx1-ubyte${ending}`, pack(idxOf([3], i8(5, 5, 9))));
    put(set, `t10k-images-idx3-ubyte${ending}`, pack(idxOf([2, 7, 6], bytesFrom(5, 84))));
    put(set, `t10k-labels-idx1-ubyte${ending}`, pack(idxOf([2], i8(9, 5))));
    const summary = await read();
    expect(countsOf(summary)).toEqual({ '5': 3, '9': 2 });
    expect(splitsOf(summary)).toEqual({ train: 3, test: 2 });
    const { data } = await samples(summary, 'train/9/2.png');
    expect(data.filter((_, i) => i % 3 === 0)).toEqual([...bytesFrom(4, 126).subarray(84)]);
    const one = await read(join(set, `t10k-images-idx3-ubyte${ending}`));
    expect(countsOf(one)).toEqual({ '5': 1, '9': 1 });
  });

  it('the same file under two names counts once', async () => {
    for (const name of ['train-images-idx3-ubyte/train-images-idx3-ubyte', 'train-images.idx3-ubyte'])
      put(set, name, idxOf([3, 7, 6], bytesFrom(4, 126)));
    for (const name of ['train-labels-idx1-ubyte/train-labels-idx1-ubyte', 'train-labels.idx1-ubyte'])
      put(set, name, idxOf([3], i8(5, 5, 9)));
    const summary = await read();
    expect(countsOf(summary)).toEqual({ '5': 2, '9': 1 });
    expect(noteOf(summary, 'not-used')).toEqual(['train-images.idx3-ubyte']);
  });
});

it('CIFAR batches in a compressed archive', async () => {
  const record = (label: number, seed: number): Buffer => Buffer.from([label, ...bytesFrom(seed, 3072)]);
  const path = 'cifar-10-binary.tar.gz';
  const folder = 'cifar-10-batches-bin/';
  put(
    set,
    path,
    gzipSync(
      tarOf([
        { name: `${folder}batches.meta.txt`, data: Buffer.from('airplane\nautomobile\n\n') },
        { name: `${folder}data_batch_1.bin`, data: Buffer.concat([record(0, 1), record(1, 2)]) },
        { name: `${folder}data_batch_2.bin`, data: record(1, 3) },
        { name: `${folder}test_batch.bin`, data: Buffer.concat([record(1, 4), record(0, 5)]) },
      ]),
    ),
  );
  const summary = await read(join(set, path));
  expect(countsOf(summary)).toEqual({ airplane: 2, automobile: 3 });
  expect(splitsOf(summary)).toEqual({ train: 3, test: 2 });
  const { data } = await samples(summary, 'train/automobile/data_batch_1-00001.png');
  expect(data.slice(0, 3)).toEqual([0, 1024, 2048].map((at) => bytesFrom(2, 3072)[at]));
});

describe('Parquet tables with images', () => {
  const features = {
    info: { features: { image: { _type: 'Image' }, label: { _type: 'ClassLabel', names: ['cat', 'dog'] } } },
  };
  const schema = [
    { name: 'root', num_children: 2 },
    { name: 'image', num_children: 2, repetition_type: 'OPTIONAL' as const },
    { name: 'bytes', type: 'BYTE_ARRAY' as const, repetition_type: 'OPTIONAL' as const },
    {
      name: 'path',
      type: 'BYTE_ARRAY' as const,
      converted_type: 'UTF8' as const,
      repetition_type: 'OPTIONAL' as const,
    },
    { name: 'label', type: 'INT64' as const, repetition_type: 'OPTIONAL' as const },
  ];
  const shard = async (labels: readonly (bigint | null)[], seed: number): Promise<Buffer> => {
    const image = await Promise.all(
      labels.map(async (_, i) => ({
        bytes: new Uint8Array(await jpeg(seed + i)),
        path: i === 0 ? null : `photo ${i}.jpg`,
      })),
    );
    return Buffer.from(
      parquetWriteBuffer({
        schema,
        rowGroupSize: 2,
        kvMetadata: [{ key: 'huggingface', value: JSON.stringify(features) }],
        columnData: [
          { name: 'image', data: image },
          { name: 'label', data: [...labels] },
        ],
      }),
    );
  };

  it('the shards of Hugging Face with the names of their classes', async () => {
    put(set, 'data/train-00000-of-00002.parquet', await shard([0n, 1n, 1n], 1));
    put(set, 'data/train-00001-of-00002.parquet', await shard([1n, 0n], 11));
    put(set, 'data/validation-00000-of-00001.parquet', await shard([0n, 1n, -1n], 21));
    const summary = await read();
    expect(countsOf(summary)).toEqual({ cat: 3, dog: 4 });
    expect(splitsOf(summary)).toEqual({ train: 5, val: 2 });
    expect(readFileSync(join(summary.root, 'train/dog/train-00000-of-00002-1-photo 1.jpg'))).toEqual(await jpeg(2));
    expect(noteOf(summary, 'labels-from')).toEqual(['the column “label”']);
    expect(noteOf(summary, 'no-label')).toEqual(['validation-00000-of-00001-2-photo 2']);
  });

  it('without such columns they are refused, with the columns that they have', async () => {
    const table = parquetWriteBuffer({ columnData: [{ name: 'text', data: ['a'], type: 'STRING' }] });
    put(set, 'a.parquet', Buffer.from(table));
    await expect(read()).rejects.toMatchObject({
      message: expect.stringContaining('the columns are “text”') as string,
    });
    put(set, 'a.parquet', Buffer.from(table).subarray(0, 40));
    await expect(read()).rejects.toMatchObject({ code: 'bad-archive' });
  });
});

describe('Python pickles', () => {
  const noise = (count: number): Uint8Array => Uint8Array.from({ length: count }, (_, i) => (i * 37 + (i >> 8)) % 256);

  it('CIFAR batches, with the class names beside them', async () => {
    const batch = (labels: readonly number[]) =>
      pickle({
        batch_label: pickledList([1]),
        labels: pickledList(labels),
        data: pickledArray([labels.length, 3072], noise(labels.length * 3072)),
        filenames: pickledList(labels.map((_, i) => `a${i}.png`)),
      });
    put(set, 'cifar-10-batches-py/data_batch_1', batch([0, 1, 1]));
    put(set, 'cifar-10-batches-py/data_batch_2', batch([0, 0]));
    put(set, 'cifar-10-batches-py/test_batch', batch([1]));
    put(set, 'cifar-10-batches-py/batches.meta', pickle({ label_names: pickledList(['airplane', 'cat']) }));
    const summary = await read();
    expect(countsOf(summary)).toEqual({ airplane: 3, cat: 3 });
    expect(splitsOf(summary)).toEqual({ train: 5, test: 1 });
    const [red = 0, green = 0, blue = 0] = (await samples(summary, 'train/airplane/data_batch_1-00000.png')).data;
    expect([red, green, blue]).toEqual([0, 1024, 2048].map((at) => noise(3072)[at]));
  });

  it('dictionaries of arrays, as the German traffic signs', async () => {
    const signs = (labels: readonly number[]) =>
      pickle({
        coords: pickledArray([labels.length, 4], noise(labels.length * 4)),
        labels: pickledArray([labels.length], Uint8Array.from(labels)),
        features: pickledArray([labels.length, 32, 32, 3], noise(labels.length * 3072)),
      });
    put(set, 'train.p', signs([0, 2, 2]));
    put(set, 'test.p', signs([0, 2]));
    const summary = await read();
    expect(countsOf(summary)).toEqual({ '0': 2, '2': 3 });
    expect(splitsOf(summary)).toEqual({ train: 3, test: 2 });
  });

  it.each([
    [
      'an object of a class',
      Buffer.concat([Buffer.from([0x80, 2]), Buffer.from('cnumpy\nx\n)Rcos\nsystem\n(U\x02lst R.')]),
    ],
    ['half a file', pickle({ data: pickledArray([2, 3072], noise(6144)) }).subarray(0, 900)],
    ['fewer bytes than images', pickle({ data: pickledArray([9, 3072], noise(3072)), labels: pickledList([0, 1]) })],
    ['no dictionary', Buffer.concat([Buffer.from([0x80, 2]), pickledArray([2], noise(2)), Buffer.from('.')])],
  ])('%s is refused', async (_, content) => {
    put(set, 'a.pkl', content);
    await expect(read()).rejects.toMatchObject({ code: 'bad-archive' });
  });
});

it('WebDataset archives', async () => {
  const sample = async (name: string, label: string, seed: number) => [
    { name: `${name}.jpg`, data: await jpeg(seed) },
    { name: `${name}.cls`, data: Buffer.from(label) },
  ];
  put(set, 'train-000000.tar', tarOf([...(await sample('000', '3', 1)), ...(await sample('001', '4', 2))]));
  put(
    set,
    'train-000001.tar',
    tarOf([
      ...(await sample('000', '3\n', 3)),
      { name: '001.jpg', data: await jpeg(4) },
      { name: '001.json', data: Buffer.from('{"label": 4}') },
    ]),
  );
  put(set, 'test-000000.tar', tarOf([...(await sample('000', '3', 5)), ...(await sample('001', '4', 6))]));
  const summary = await read();
  expect(countsOf(summary)).toEqual({ '3': 3, '4': 3 });
  expect(splitsOf(summary)).toEqual({ train: 4, test: 2 });
  expect(noteOf(summary, 'labels-from')).toEqual(['the files beside the images (.cls, .json and the like)']);
});

it('WebDataset archives with endings of two parts, and the names of the classes beside them', async () => {
  const sample = async (name: string, label: string, seed: number) => [
    { name: `${name}.input.jpg`, data: await jpeg(seed) },
    { name: `${name}.output.cls`, data: Buffer.from(label) },
  ];
  put(set, 'test/0.tar', tarOf([...(await sample('s0', '0', 1)), ...(await sample('s1', '1', 2))]));
  put(set, 'classnames.txt', Buffer.from('cat\nguinea pig\n'));
  put(set, 'zeroshot_classification_templates.txt', Buffer.from('a photo of a {c}.\na picture of a {c}.\n'));
  const summary = await read();
  expect(countsOf(summary)).toEqual({ '0': 1, '1': 1 });
  expect(summary.reading?.classNames?.names.map(({ name }) => name)).toEqual(['cat', 'guinea pig']);
});

describe('tables of pixels', () => {
  const row = (of: number, count = 64): number[] => Array.from({ length: count }, (_, i) => (i * 3 + of) % 256);
  const csv = (...rows: readonly (readonly (string | number)[])[]): Buffer =>
    Buffer.from(rows.map((one) => `${one.join(',')}\n`).join(''));
  const names = row(0).map((_, i) => `pixel${i}`);
  /** The samples of a grey picture come three times. */
  const grey = ({ data }: { data: number[] }): number[] => data.filter((_, i) => i % 3 === 0);

  it('training and test rows, with the labels in a table beside the images', async () => {
    put(set, 'train.csv', csv(['label', ...names], [1, ...row(1)], [0, ...row(2)], [1, ...row(90)]));
    put(set, 'test.csv', csv(names, row(40), row(60)));
    const summary = await read();
    expect(countsOf(summary)).toEqual({ '0': 1, '1': 2 });
    expect(splitsOf(summary)).toEqual({ train: 3 });
    expect(summary.reading!.unlabelled.images).toBe(2);
    expect(grey(await samples(summary, 'train/train-000002.png'))).toEqual(row(2));
  });

  it('all values in one cell, with a column for the split', async () => {
    const face = (emotion: number, of: number, usage: string): (string | number)[] => [
      emotion,
      row(of).join(' '),
      usage,
    ];
    const rows = [
      face(0, 1, 'Training'),
      face(3, 50, 'Training'),
      face(3, 99, 'PublicTest'),
      face(0, 120, 'PublicTest'),
    ];
    put(set, 'fer.csv', csv(['emotion', 'pixels', 'Usage'], ...rows));
    const summary = await read(join(set, 'fer.csv'));
    expect(countsOf(summary)).toEqual({ '0': 2, '3': 2 });
    expect(splitsOf(summary)).toEqual({ train: 2, PublicTest: 2 });
  });

  it('fractions are scaled, and rows that are no image are counted', async () => {
    const part = row(1).map((value) => value / 255);
    put(set, 'a.csv', csv(['label', ...names], ['x', ...part], ['y', ...row(9).map((v) => v / 255)], ['y', 3]));
    const summary = await read();
    expect(grey(await samples(summary, 'images/a-000001.png'))).toEqual(row(1));
    expect(noteOf(summary, 'scaled')).toEqual(['a.csv, from 0 to 1']);
    expect(noteOf(summary, 'no-image')).toEqual(['row 3 of a.csv']);
  });

  it('is named, and not read as labels, beside images', async () => {
    for (const name of ['cat/1.jpg', 'cat/2.jpg', 'dog/1.jpg']) put(set, name, await jpeg(name.length));
    put(set, 'hmnist.csv', csv(['label', ...names], [1, ...row(1)]));
    const { client } = engine;
    const { dataset } = await client.call('dataset.open', { root: set });
    await client.runJob('jobs.index', { dataset });
    const { reading } = await client.call('dataset.summary', { dataset });
    expect(reading!.unused).toEqual([
      {
        path: 'hmnist.csv',
        reason: 'table-unreadable',
        detail:
          'it contains the pixels of images of its own and names no file; to audit those images, open the table itself',
      },
    ]);
  });
});
