import { describe, expect, it } from 'vitest';
import { labelsOfJson } from '../../../../src/core/dataset/label-json';
import { KnownFormatError } from '../../../../src/core/dataset/label-json-tools';

const rows = (value: unknown) => labelsOfJson(value)?.rows;

describe('labels in JSON', () => {
  it('may be lists of files for each class, or of classes for each file', () => {
    expect(rows({ cat: ['1.jpg', '2.jpg'], dog: ['3'] })).toEqual([
      ['1.jpg', 'cat'],
      ['2.jpg', 'cat'],
      ['3', 'dog'],
    ]);
    expect(rows({ '1.jpg': ['cat'], '2.jpg': ['cat', 'dog'] })).toEqual([
      ['1.jpg', 'cat'],
      ['2.jpg', 'cat|dog'],
    ]);
  });

  it('may be the only list of records or pairs in an object', () => {
    expect(labelsOfJson({ info: { v: 1 }, images: [{ file_name: '1.jpg', label: { id: 3, name: 'cat' } }] })).toEqual({
      columns: ['file_name', 'label_id', 'label_name'],
      rows: [['1.jpg', '3', 'cat']],
    });
    expect(rows({ labels: [['00000/a.png', 6]] })).toEqual([['00000/a.png', '6']]);
    expect(labelsOfJson({ labels: null })).toBeNull();
    expect(labelsOfJson({ a: [{ x: 1 }], b: [{ x: 1 }] })).toBeNull();
  });

  describe('in a COCO file', () => {
    const images = [
      { id: 1, file_name: '1.jpg' },
      { id: 2, file_name: '2.jpg' },
    ];
    const categories = [
      { id: 7, name: 'cat' },
      { id: 8, name: 'dog' },
    ];
    it('are the classes of the objects, if each image has objects of one class', () => {
      const annotations = [7, 7, 8].map((category_id, at) => ({ image_id: at < 2 ? 1 : 2, category_id }));
      expect(rows({ images, annotations, categories })).toEqual([
        ['1.jpg', 'cat'],
        ['2.jpg', 'dog'],
      ]);
    });

    it('may have other names than usual', () => {
      const found = {
        images: images.map(({ id, file_name }) => ({ image_id: id, file_name })),
        annotations: [7, 9].map((category_id, at) => ({ image_id: at + 1, category_id })),
        categories: [{ category_id: 7, scientificName: 'Abies alba' }, { category_id: 9 }],
      };
      expect(rows(found)).toEqual([
        ['1.jpg', 'Abies alba'],
        ['2.jpg', '9'],
      ]);
    });

    it('are those of the list of annotations, where images have only numbers', () => {
      const annotations = [
        { labelId: '66', imageId: '1' },
        { labelId: '17', imageId: '2' },
      ];
      const numbered = annotations.map(({ imageId }) => ({ imageId, url: ['https://x/1'] }));
      expect(labelsOfJson({ images: numbered, annotations })).toEqual({
        columns: ['labelId', 'imageId'],
        rows: [
          ['66', '1'],
          ['17', '2'],
        ],
      });
    });

    it('are left out for the few images with objects of several classes', () => {
      const many = Array.from({ length: 9 }, (_, at) => ({ id: at, file_name: `${at}.jpg` }));
      const annotations = [
        ...many.map(({ id }) => ({ image_id: id, category_id: 7 })),
        { image_id: 0, category_id: 8 },
      ];
      const found = rows({ images: many, annotations, categories });
      expect(found?.slice(0, 2)).toEqual([
        ['0.jpg', ''],
        ['1.jpg', 'cat'],
      ]);
    });

    it('are refused if many images have objects of several classes, or if there are no objects', () => {
      const annotations = [7, 8].map((category_id) => ({ image_id: 1, category_id }));
      expect(() => labelsOfJson({ images, annotations, categories })).toThrow(KnownFormatError);
      expect(() => labelsOfJson({ images, annotations, categories })).toThrow('1 of its 2 images have objects');
      expect(() => labelsOfJson({ images, annotations: [], categories })).toThrow(KnownFormatError);
    });
  });

  it('are those of VGG Image Annotator, whose project has settings beside the images', () => {
    const image = { filename: '1.jpg', size: 9, regions: [], file_attributes: { animal: 'cat' } };
    const project = labelsOfJson({ _via_settings: {}, _via_img_metadata: { '1.jpg9': image }, _via_attributes: {} });
    expect(project?.columns).toEqual(['file', 'filename', 'size', 'regions', 'file_attributes_animal']);
    expect(project?.rows[0]?.[4]).toBe('cat');
  });

  it('are the tags of the regions of VoTT', () => {
    const asset = (name: string, ...tags: string[]) => ({
      asset: { name },
      regions: tags.map((tag) => ({ tags: [tag] })),
    });
    const assets = { a: asset('1.jpg', 'cat', 'cat'), b: asset('2.jpg', 'dog'), c: asset('3.jpg') };
    expect(rows({ name: 'pets', tags: [{ name: 'cat' }], assets })).toEqual([
      ['1.jpg', 'cat'],
      ['2.jpg', 'dog'],
      ['3.jpg', ''],
    ]);
    expect(() => labelsOfJson({ assets: { a: asset('1.jpg', 'cat', 'dog') } })).toThrow('VoTT, and 1 of its 1 images');
  });

  it('are numbers of the classes beside them, as FiftyOne writes them', () => {
    expect(rows({ classes: ['cat', 'dog'], labels: { '000001': 1, '000002': 0, '000003': null } })).toEqual([
      ['000001', 'dog'],
      ['000002', 'cat'],
      ['000003', ''],
    ]);
    expect(rows({ classes: null, labels: { '000001': 'fox' } })).toEqual([['000001', 'fox']]);
  });
});
