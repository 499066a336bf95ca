import { describe, expect, it } from 'vitest';
import { KnownFormatError, labelsOfJson } from '../../../../src/core/dataset/label-json';

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

    it('are refused if an image has objects of several classes, or if there are no objects', () => {
      const annotations = [7, 8].map((category_id) => ({ image_id: 1, category_id }));
      expect(() => labelsOfJson({ images, annotations, categories })).toThrow(KnownFormatError);
      expect(() => labelsOfJson({ images, annotations, categories })).toThrow('1 of its 2 images have objects');
      expect(() => labelsOfJson({ images, annotations: [], categories })).toThrow(KnownFormatError);
    });
  });
});
