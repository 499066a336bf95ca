import { describe, expect, it } from 'vitest';
import { fileWords, splitOfFile } from '../../../../src/core/unpack/file-words';

describe('fileWords', () => {
  it.each([
    ['x_train', { images: true, labels: false, split: 'train', key: '' }],
    ['yTest', { images: false, labels: true, split: 'test', key: '' }],
    ['Xval', { images: true, labels: false, split: 'val', key: '' }],
    ['train-images-idx3-ubyte.gz', { images: true, labels: false, split: 'train', key: '' }],
    ['t10k-labels.idx1-ubyte', { images: false, labels: true, split: 'test', key: '' }],
    ['emnist-letters-train-labels-idx1-ubyte', { images: false, labels: true, split: 'train', key: 'emnist-letters' }],
    ['kmnist-test-imgs.npz', { images: true, labels: false, split: 'test', key: 'kmnist' }],
    ['part_2_labels', { images: false, labels: true, split: null, key: 'part-2' }],
    ['apple', { images: false, labels: false, split: null, key: 'apple' }],
  ])('%s', (name, words) => {
    expect(fileWords(name)).toEqual(words);
  });
});

describe('splitOfFile', () => {
  it.each([
    ['data/train-00000-of-00002.parquet', 'train'],
    ['data/validation-00000-of-00001.parquet', 'val'],
    ['default/test/0000.parquet', 'test'],
    ['imagenet-train-000003.tar', 'train'],
    ['cifar-10-batches-bin/data_batch_1.bin', null],
    ['shards/000001.tar', null],
    ['train-test.tar', null],
  ])('%s', (path, split) => {
    expect(splitOfFile(path)).toBe(split);
  });
});
