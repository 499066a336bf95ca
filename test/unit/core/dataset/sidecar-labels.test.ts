import { describe, expect, it } from 'vitest';
import { areLabels, sidecarLabel } from '../../../../src/core/dataset/sidecar-labels';

const json = (value: unknown) => sidecarLabel('json', JSON.stringify(value));
const tags = (...names: (string | [string, string])[]) =>
  json({
    description: '',
    tags: names.map((one) => (typeof one === 'string' ? { name: one, value: null } : { name: one[0], value: one[1] })),
    objects: [],
  });

describe('the class of one image', () => {
  it('is its only tag, or the value of the tag', () => {
    expect(tags('cat')).toEqual({ label: 'cat', split: '' });
    expect(tags(['animal', 'dog'])).toEqual({ label: 'dog', split: '' });
    expect(tags('cat', 'dog').label).toBe('');
    expect(tags().label).toBe('');
  });

  it('is beside the tag of its split', () => {
    expect(tags('training', 'cat')).toEqual({ label: 'cat', split: 'train' });
  });

  it('is the only flag that is set', () => {
    expect(json({ flags: { cat: true, dog: false }, shapes: [] }).label).toBe('cat');
    expect(json({ flags: { cat: true, dog: true }, shapes: [] }).label).toBe('');
    expect(json({ flags: {}, shapes: [{ label: 'cat' }] }).label).toBe('');
  });

  it('is in a field with a usual name, beside its split', () => {
    expect(json({ label: 'cat', source: 'web' })).toEqual({ label: 'cat', split: '' });
    expect(json({ file: '1.jpg', class_name: 'dog', split: 'valid' })).toEqual({ label: 'dog', split: 'val' });
    expect(json({ category: 3 }).label).toBe('3');
    expect(json({ label: 'cat', shapes: [{ label: 'dog' }] }).label).toBe('');
    expect(json({ caption: 'a cat' }).label).toBe('');
  });

  it('is the species in a file of PlantCLEF, or the number of the class', () => {
    const xml = (inside: string) =>
      sidecarLabel('xml', `<?xml version="1.0" encoding="UTF-8"?>\n<Image>\n<MediaId>7</MediaId>${inside}\n</Image>`)
        .label;
    expect(xml('<ClassId>4522</ClassId><Species>Rubus idaeus L. &amp; co</Species>')).toBe('Rubus idaeus L. & co');
    expect(xml('<ClassId>4522</ClassId>')).toBe('4522');
    expect(sidecarLabel('xml', '<annotation><object><name>cat</name></object></annotation>').label).toBe('');
  });

  it('is a short line of text, and no box of YOLO', () => {
    expect(sidecarLabel('txt', 'guinea pig\n').label).toBe('guinea pig');
    expect(sidecarLabel('txt', '3').label).toBe('3');
    expect(sidecarLabel('txt', '0 0.5 0.5 1 1').label).toBe('');
    expect(sidecarLabel('txt', 'cat\ndog').label).toBe('');
    expect(sidecarLabel('txt', 'a photo of a cat that sits on a red sofa in a sunny room').label).not.toBe('cat');
  });

  it.each(['[1, 2]', 'null', '{', '{"tags": [1], "objects": []}', '{"shapes": []}'])('is not in %j', (text) => {
    expect(sidecarLabel('json', text)).toEqual({ label: '', split: '' });
  });
});

it('takes what repeats for labels, and no captions', () => {
  const of = (...labels: string[]) => labels.map((label) => ({ label, split: '' }));
  expect(areLabels(of('cat', 'dog', 'cat', 'dog'), 4)).toBe(true);
  expect(areLabels(of('cat', 'cat', 'cat', 'cat'), 4)).toBe(false);
  expect(areLabels(of('a cat', 'two dogs', 'a fox', 'an owl'), 4)).toBe(false);
  expect(areLabels(of('cat', 'dog', 'cat', 'dog'), 9)).toBe(false);
});
