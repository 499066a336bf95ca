import { describe, expect, it } from 'vitest';
import { containerKind, containersText, type Container } from '../../../../src/core/dataset/containers';

const head = (start: string | readonly number[], at = 0): Uint8Array => {
  const bytes = new Uint8Array(512);
  bytes.set(typeof start === 'string' ? new TextEncoder().encode(start) : start, at);
  return bytes;
};
const zip = head([0x50, 0x4b, 3, 4]);
const gzip = head([0x1f, 0x8b, 8]);
const pickle = head([0x80, 4]);
const other = head('just words');

describe('what a file is that holds images', () => {
  it.each([
    ['pets.zip', zip, 'zip'],
    ['no_ending', zip, 'zip'],
    ['labels.xlsx', zip, 'spreadsheet'],
    ['train.npz', zip, 'npz'],
    ['model.pt', zip, 'model'],
    ['images.tar', head('ustar', 257), 'tar'],
    ['shard-000000.tar', other, 'tar'],
    ['102flowers.tgz', gzip, 'tar-gzip'],
    ['a.tar.gz', gzip, 'tar-gzip'],
    ['a.tar.xz', head([0xfd, 0x37, 0x7a, 0x58, 0x5a]), 'tar-other'],
    ['train-images-idx3-ubyte.gz', gzip, 'idx'],
    ['train-images.idx3-ubyte', head([0, 0, 8, 3]), 'idx'],
    ['notes.gz', gzip, 'gzip'],
    ['x.npy', head([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0]), 'npy'],
    ['data/train-00000-of-00001.parquet', head('PAR1'), 'parquet'],
    ['train.tfrecord-00000-of-00010', other, 'tfrecord'],
    ['data.h5', head([0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a]), 'hdf5'],
    ['cifar-10-batches-py/data_batch_1', pickle, 'cifar-pickle'],
    ['data.pkl', pickle, 'pickle'],
    ['scan/IM0001', head('DICM', 128), 'dicom'],
    ['digits.mat', head('MATLAB 5.0 MAT-file'), 'mat'],
    ['digits73.mat', head('MATLAB 7.3 MAT-file'), 'mat-hdf5'],
    ['x.7z', head([0x37, 0x7a, 0xbc, 0xaf, 0x27, 0x1c]), 'other-archive'],
    ['big.zip.001', other, 'other-archive'],
    ['walk.MP4', other, 'video'],
  ] as const)('%s', (path, bytes, kind) => {
    expect(containerKind(path, bytes)).toBe(kind);
  });

  it.each([
    ['notes.txt', other],
    ['labels.csv', head('path,label')],
    ['train', other],
    ['weights.bin', head([0, 0, 8, 3])],
    ['empty', new Uint8Array()],
  ])('does not take %s for one', (path, bytes) => {
    expect(containerKind(path, bytes)).toBeNull();
  });
});

it('says for each kind what it is and what to do, the largest first, and counts many files', () => {
  const scans: Container[] = Array.from({ length: 12 }, (_, i) => ({ path: `s/${i}.dcm`, bytes: 1000, kind: 'dicom' }));
  expect(containersText([...scans, { path: 'pets.zip', bytes: 340e6, kind: 'zip' }])).toBe(
    'pets.zip (a ZIP archive, 340 MB): unpack it, then open the unpacked folder; s/0.dcm, s/1.dcm and 10 more (each a DICOM image, 12 kB together): convert them to PNG, for example with dcmj2pnm of DCMTK or pydicom, one folder per class',
  );
  expect(containersText([])).toBe('');
});
