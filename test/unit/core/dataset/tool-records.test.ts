/** Lists of records of annotation tools, as labels and as decisions. */
import { describe, expect, it } from 'vitest';
import { labelsOfJson, tableOfRecords } from '../../../../src/core/dataset/label-json';
import { KnownFormatError } from '../../../../src/core/dataset/label-json-tools';
import { sidecarLabel } from '../../../../src/core/dataset/sidecar-labels';
import { readJson } from '../../../../src/core/review/exchange-json';

const rows = (value: unknown) => labelsOfJson(value)?.rows;

describe('answers of Prodigy', () => {
  const chosen = { image: '1.jpg', options: [{ id: 'cat', text: 'cat' }], accept: ['cat'], answer: 'accept' };
  const asked = { image: '2.jpg', label: 'dog' };

  it('label an image only if the label is accepted', () => {
    expect(
      tableOfRecords([
        chosen,
        { ...chosen, image: '3.jpg', accept: ['cat', 'dog'] },
        { ...chosen, image: '4.jpg', answer: 'ignore' },
        { ...asked, answer: 'accept' },
        { ...asked, image: '5.jpg', answer: 'reject' },
      ]),
    ).toEqual({
      columns: ['file', 'label'],
      rows: [
        ['1.jpg', 'cat'],
        ['3.jpg', 'cat|dog'],
        ['4.jpg', ''],
        ['2.jpg', 'dog'],
        ['5.jpg', ''],
      ],
    });
  });

  it('name the file beside an image in the record itself', () => {
    expect(rows([{ image: 'data:image/png;base64,AA', path: 'a/1.png', label: 'cat', answer: 'accept' }])).toEqual([
      ['a/1.png', 'cat'],
    ]);
  });

  it('as decisions relabel only what is accepted', () => {
    const decided = readJson([
      { ...asked, answer: 'accept' },
      { ...asked, image: '5.jpg', answer: 'reject' },
      { ...asked, image: '6.jpg', answer: 'ignore' },
    ]);
    expect(decided.map(({ path, kind, label }) => [path, kind, label])).toEqual([
      ['2.jpg', null, 'dog'],
      ['5.jpg', 'unsure', null],
      ['6.jpg', 'unsure', null],
    ]);
  });
});

describe('several labels in a manifest of Ground Truth', () => {
  const row = (
    at: number,
    numbers: readonly number[] | null,
    map: Record<string, string> = { 0: 'cat', 2: 'fox' },
  ) => ({
    'source-ref': `s3://bucket/${at}.jpg`,
    ...(numbers && { animals: numbers }),
    'animals-metadata': numbers
      ? { 'class-map': map, type: 'groundtruth/image-classification-multilabel' }
      : { 'failure-reason': 'x' },
  });

  it('have their names', () => {
    expect(rows([row(1, [0]), row(2, [0, 2]), row(3, [1]), row(4, null)])).toEqual([
      ['s3://bucket/1.jpg', 'cat'],
      ['s3://bucket/2.jpg', 'cat|fox'],
      ['s3://bucket/3.jpg', '1'],
      ['s3://bucket/4.jpg', ''],
    ]);
  });
});

describe('objects and tags of each image', () => {
  const box = (label: string) => ({ label, coordinates: { x: 1, y: 2, width: 3, height: 4 } });

  it('are its label if all are of one class', () => {
    const images = ['cat', 'dog', 'cat', 'dog', 'cat'].map((label, at) => ({
      image: `${at}.jpg`,
      annotations: at === 4 ? [box(label), box('dog')] : [box(label), box(label)],
    }));
    expect(rows(images)?.map(([, label]) => label)).toEqual(['cat', 'dog', 'cat', 'dog', '']);
    const tags = [{ id: 'a1', tags: [{ tagId: '7', tagName: 'cat' }], regions: [] }];
    expect(rows(tags)).toEqual([['a1', 'cat']]);
  });

  it('are refused if many images have several classes', () => {
    const images = [0, 1, 2].map((at) => ({ image: `${at}.jpg`, annotations: [box('cat'), box('dog')] }));
    expect(() => rows(images)).toThrow(KnownFormatError);
  });

  it('are no labels if a model found them', () => {
    const found = [0, 1, 2].map((at) => ({ file: `${at}.jpg`, detections: [{ category: '1', conf: 0.9, bbox: [] }] }));
    expect(() => rows({ images: found, detection_categories: { 1: 'animal' } })).toThrow(/what a detector found/);
    expect(labelsOfJson(found)?.columns).toEqual(['file', 'detections']);
  });
});

it('reads the tags of V7, and not its objects', () => {
  const file = (annotations: unknown) => JSON.stringify({ version: '2.0', item: { name: '1.jpg' }, annotations });
  expect(sidecarLabel('json', file([{ name: 'cat', tag: {} }]))).toEqual({ label: 'cat', split: '' });
  expect(sidecarLabel('json', file([{ name: 'cat', bounding_box: { x: 1 } }]))).toEqual({ label: '', split: '' });
});

describe('columns beside rows', () => {
  it('are a table of Weights & Biases, with the paths of its images', () => {
    const image = (at: number) => ({ _type: 'image-file', path: `media/images/${at}.png`, sha256: 'ab', size: 9 });
    const document = {
      columns: ['image', 'guess', 'truth'],
      data: [
        [image(0), 'cat', 'dog'],
        [image(1), 'dog', 'dog'],
      ],
      ncols: 3,
    };
    expect(labelsOfJson(document)).toEqual({
      columns: ['image', 'guess', 'truth'],
      rows: [
        ['media/images/0.png', 'cat', 'dog'],
        ['media/images/1.png', 'dog', 'dog'],
      ],
    });
  });

  it('are no table if a row has another length', () => {
    expect(labelsOfJson({ columns: ['a', 'b'], data: [['1.jpg', 'cat', 'x']] })).toBeNull();
  });
});

describe('records of other tools', () => {
  it('name the class in the metadata of a field for each class', () => {
    const record = (file: string, ...names: string[]) => ({
      'source-ref': `s3://b/${file}`,
      ...Object.fromEntries(
        names.flatMap((name): [string, unknown][] => [
          [`pets_${name}`, 1],
          [`pets_${name}-metadata`, { 'class-name': name, confidence: 1 }],
        ]),
      ),
    });
    expect(
      tableOfRecords([record('1.jpg', 'cat'), record('2.jpg', 'dog'), record('3.jpg', 'cat', 'dog'), record('4.jpg')])
        ?.rows,
    ).toEqual([
      ['s3://b/1.jpg', 'cat'],
      ['s3://b/2.jpg', 'dog'],
      ['s3://b/3.jpg', 'cat|dog'],
      ['s3://b/4.jpg', ''],
    ]);
    const jobs = {
      'source-ref': 's3://b/1.jpg',
      a: 0,
      'a-metadata': { 'class-name': 'cat' },
      b: 1,
      'b-metadata': { 'class-name': 'sharp' },
    };
    expect(tableOfRecords([jobs])?.columns).toContain('a-metadata_class-name');
  });

  it('are the answers of Encord', () => {
    const title = (at: number) => `${at}.jpg`;
    const records = ['cat', 'dog'].map((name, at) => ({
      data_title: title(at),
      data_units: {
        d: { data_title: title(at), labels: { classifications: [{ name: 'Animal', classificationHash: 'h' }] } },
      },
      classification_answers: { h: { classifications: [{ name: 'Animal', answers: [{ name }] }] } },
    }));
    expect(rows(records)).toEqual([
      ['0.jpg', 'cat'],
      ['1.jpg', 'dog'],
    ]);
  });

  it('are the answers of people in Kili, and not those of a model', () => {
    const label = (name: string, labelType: string) => ({
      labelType,
      jsonResponse: { JOB: { categories: [{ name, confidence: 100 }] } },
    });
    expect(
      rows([
        { externalId: '1.jpg', labels: [label('DOG', 'PREDICTION'), label('CAT', 'DEFAULT')] },
        { externalId: '2.jpg', labels: [] },
      ]),
    ).toEqual([
      ['1.jpg', 'CAT'],
      ['2.jpg', ''],
    ]);
  });

  it('are the items of Datumaro, whose labels have numbers', () => {
    const items = [1, 0, 1].map((label_id, at) => ({
      id: `a/${at}`,
      annotations: [{ type: 'label', label_id }],
      image: { path: `a/${at}.jpg` },
    }));
    expect(rows({ categories: { label: { labels: [{ name: 'cat' }, { name: 'dog' }] } }, items })).toEqual([
      ['a/0.jpg', 'dog'],
      ['a/1.jpg', 'cat'],
      ['a/2.jpg', 'dog'],
    ]);
  });

  it('are the checked choices of Labelbox', () => {
    const classifications = [{ name: 'Animal', checklist_answers: [{ name: 'cat' }] }];
    const entry = {
      data_row: { external_id: '1.jpg' },
      projects: { p: { labels: [{ annotations: { classifications } }] } },
    };
    expect(readJson([entry])).toMatchObject([{ path: '1.jpg', label: 'cat', problem: null }]);
  });
});

describe('numbers with the names of the classes beside them', () => {
  const samples = [
    ['a.jpg', 0],
    ['b.jpg', 1],
    ['c.jpg', 1],
  ];
  const named = [
    ['a.jpg', 'cat'],
    ['b.jpg', 'dog'],
    ['c.jpg', 'dog'],
  ];
  const data_list = samples.map(([img_path, gt_label]) => ({ img_path, gt_label }));

  it.each<[string, unknown, unknown]>([
    ['a list of names', { classes: ['cat', 'dog'], samples }, named],
    ['the numbers of names', { class_to_idx: { dog: 1, cat: 0 }, samples }, named],
    ['the information on the data', { metainfo: { classes: ['cat', 'dog'] }, data_list }, named],
    ['too few names', { classes: ['cat'], samples }, samples.map((row) => row.map(String))],
    [
      'numbers from 1',
      { classes: ['cat', 'dog', 'fox'], samples: samples.slice(1) },
      samples.slice(1).map((row) => row.map(String)),
    ],
  ])('are named by %s', (_, document, expected) => {
    expect(rows(document)).toEqual(expected);
  });
});

it('are the tags of an image in the file of Dataloop or SuperAnnotate', () => {
  const of = (value: unknown): string => sidecarLabel('json', JSON.stringify(value)).label;
  expect(
    of({
      filename: '/1.jpg',
      annotations: [
        { type: 'class', label: 'cat' },
        { type: 'box', label: 'ear' },
      ],
    }),
  ).toBe('cat');
  expect(of({ metadata: { name: '1.jpg' }, instances: [], tags: ['cat'] })).toBe('cat');
  expect(
    of({
      metadata: { name: '1.jpg' },
      instances: [
        { type: 'tag', className: 'cat' },
        { type: 'bbox', className: 'ear' },
      ],
      tags: [],
    }),
  ).toBe('cat');
});

it('are decisions of FiftyOne where a tag is one, and its other tags are kept', () => {
  const sample = (filepath: string, ...tags: string[]) => ({ filepath, tags, ground_truth: { label: 'cat' } });
  expect(readJson({ samples: [sample('1.jpg', 'train', 'delete'), sample('2.jpg', 'val', 'blurry')] })).toMatchObject([
    { path: '1.jpg', kind: 'exclude', tags: [] },
    { path: '2.jpg', kind: null, label: 'cat', tags: ['blurry'] },
  ]);
});
