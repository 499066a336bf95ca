import { describe, expect, it } from 'vitest';
import { extensionMismatch } from '../../../../src/core/checks/extension-mismatch';
import { oddAspect } from '../../../../src/core/checks/odd-aspect';
import { oddMode } from '../../../../src/core/checks/odd-mode';
import { oddSize } from '../../../../src/core/checks/odd-size';
import { unreadable } from '../../../../src/core/checks/unreadable';
import { classes, ids, only, row, run } from './rows';

describe('unreadable', () => {
  it('names every unreadable file and its reason, as an error', () => {
    const images = [
      ...classes({ a: 8 }),
      row(8, { facts: null, unreadable: { code: 'truncated', reason: 'ends early' } }),
      row(9, { facts: null, unreadable: { code: 'empty-file', reason: 'no bytes' } }),
    ];
    const found = only(run(unreadable, images));
    expect(found.severity).toBe('error');
    expect(ids(found)).toEqual([8, 9]);
    expect(found.title).toContain('2 files of 10 cannot be read (20 %)');
    expect(found.evidence.tables?.[0]?.rows).toContainEqual(['a/000008.jpg', 'truncated', 'ends early']);
  });

  it('names PNG files that only one loader refuses, apart from unreadable files', () => {
    const images = [
      ...classes({ a: 8 }),
      row(8, { facts: { format: 'png', pngFault: { kind: 'checksum', chunk: 'iCCP' } } }),
      row(9, { facts: { format: 'png', pngFault: { kind: 'end', chunk: 'IEND' } } }),
    ];
    const [pillow, tensorflow] = run(unreadable, images);
    expect(pillow).toMatchObject({ key: 'unreadable:pillow', severity: 'error' });
    expect(pillow!.title).toContain('Pillow cannot open 1 PNG file of 10 images');
    expect(pillow!.title).toContain('wrong checksum in the chunk iCCP: UnidentifiedImageError');
    expect(ids(tensorflow!)).toEqual([9]);
    expect(tensorflow!.title).toContain('TensorFlow cannot open 1 PNG file');
  });

  it('does not advise to get whole files again that have too many bands', () => {
    const images = [
      ...classes({ a: 8 }),
      row(8, { facts: null, unreadable: { code: 'too-many-bands', reason: 'The TIFF has 13 bands.' } }),
    ];
    expect(only(run(unreadable, images))).toMatchObject({
      title: '1 file of 9 cannot be read (11 %): 1 too many bands.',
      remedy: expect.stringMatching(/^Convert these files/) as string,
    });
  });

  it('summarizes rare reasons by their number of files', () => {
    const codes = [
      'truncated',
      'truncated',
      'truncated',
      'empty-file',
      'empty-file',
      'corrupt',
      'corrupt',
      'not-an-image',
      'vanished',
    ] as const;
    const images = [
      ...classes({ a: 9 }),
      ...codes.map((code, i) => row(9 + i, { facts: null, unreadable: { code, reason: 'why' } })),
    ];
    expect(only(run(unreadable, images)).title).toMatch(/: 3 truncated, 2 [^,]+, 2 [^,]+ and 2 for other reasons\.$/);
  });

  it('gives the full number of rows in the title of a shortened table', () => {
    const broken = (count: number) =>
      Array.from({ length: count }, (_, i) =>
        row(i, { facts: null, unreadable: { code: 'truncated', reason: 'ends early' } }),
      );
    expect(only(run(unreadable, broken(5001))).evidence.tables?.[0]).toMatchObject({
      title: 'Why, the first 5,000 of 5,001',
      rows: { length: 5000 },
    });
    expect(only(run(unreadable, broken(5000))).evidence.tables?.[0]).toMatchObject({
      title: 'Why',
      rows: { length: 5000 },
    });
  });

  it('finds nothing if all files can be read', () => {
    expect(run(unreadable, classes({ a: 3 }))).toEqual([]);
  });
});

describe('extension-mismatch', () => {
  it('finds a PNG named .jpg and a file without an extension, but accepts .JPEG, .jfif and .tif', () => {
    const images = [
      row(0, { facts: { format: 'png' } }),
      row(1, { extension: '' }),
      row(2, { extension: 'jpeg' }),
      row(3, { extension: 'jfif' }),
      row(4, { extension: 'tif', facts: { format: 'tiff' } }),
    ];
    const found = only(run(extensionMismatch, images));
    expect(ids(found)).toEqual([0, 1]);
    expect(found.title).toContain('1 png named .jpg');
    expect(found.severity).toBe('warning');
  });
});

describe('odd-mode', () => {
  it('says which values files of more than 8 bits hold', () => {
    const deep = (max: number, high: number) => ({ depth: 16, values: { min: 0, max, low: 0, high } });
    const twelve = only(run(oddMode, [row(1, { facts: deep(3616, 4095) }), row(2, { facts: deep(4080, 4095) })]));
    expect(twelve.title).toContain('with values up to 4,080 of 65,535 (12 bits are used): scale them.');
    expect(twelve.evidence.tables?.[0]?.rows).toEqual([['0 to 4,095', 2, '0', '4,080']]);
    const fractions = { depth: 32, values: { min: 0.118, max: 0.886, low: 0, high: 1 } };
    expect(only(run(oddMode, [row(1, { facts: fractions })])).title).toContain('with values from 0.118 to 0.886.');
  });

  it('distinguishes CMYK, deep, animated and turned files', () => {
    const images = [
      ...classes({ a: 20 }),
      row(20, { facts: { colourSpace: 'cmyk', channels: 4 } }),
      row(21, { facts: { depth: 16 } }),
      row(22, { facts: { pages: 4, format: 'gif' }, extension: 'gif' }),
      row(23, { facts: { orientation: 6 } }),
    ];
    const found = run(oddMode, images);
    expect(found.map((finding) => [finding.key, ids(finding)])).toEqual([
      ['odd-mode:cmyk', [20]],
      ['odd-mode:sixteen-bit', [21]],
      ['odd-mode:animated', [22]],
      ['odd-mode:exif-rotated', [23]],
    ]);
  });

  it('reports the smaller part, whether grey or colour', () => {
    const grey = { facts: { channels: 1, colourSpace: 'b-w' } };
    expect(ids(only(run(oddMode, [...classes({ a: 9 }), row(9, grey)])))).toEqual([9]);
    const mostly = only(run(oddMode, [...classes({ a: 9 }, 0, () => grey), row(9)]));
    expect([mostly.key, ids(mostly)]).toEqual(['odd-mode:colour', [9]]);
    expect(
      run(
        oddMode,
        classes({ a: 9 }, 0, () => grey),
      ),
    ).toEqual([]);
  });

  it('reports CMYK even if most images have it', () => {
    const found = only(
      run(
        oddMode,
        classes({ a: 10 }, 0, (_, id) => (id < 9 ? { facts: { colourSpace: 'cmyk', channels: 4 } } : {})),
      ),
    );
    expect(found.title).toBe('Most images (9 of 10) are CMYK.');
  });

  it('ignores transparency if every image has it', () => {
    const alpha = { facts: { hasAlpha: true, channels: 4 } };
    expect(
      run(
        oddMode,
        classes({ a: 5 }, 0, () => alpha),
      ),
    ).toEqual([]);
    expect(only(run(oddMode, [...classes({ a: 5 }), row(5, alpha)])).severity).toBe('info');
  });
});

describe('odd-size', () => {
  it('flags a 12-pixel thumbnail among photographs, but no photograph', () => {
    const sides = [256, 300, 320, 400, 480, 512, 512, 640];
    const images = [
      ...sides.map((side, id) => row(id, { facts: { width: side, height: side } })),
      row(8, { facts: { width: 12, height: 12 } }),
    ];
    const found = only(run(oddSize, images));
    expect(ids(found)).toEqual([8]);
    expect(found.threshold).toBe(3);
    expect(found.value).toBeGreaterThan(3);
  });

  it('uses a factor of four if all other images have the same size', () => {
    const same = classes({ a: 20 });
    const side = (pixels: number) => row(20, { facts: { width: pixels, height: pixels } });
    expect(run(oddSize, [...same, side(65)])).toEqual([]);
    expect(ids(only(run(oddSize, [...same, side(60)])))).toEqual([20]);
    expect(ids(only(run(oddSize, [...same, side(1100)])))).toEqual([20]);
  });

  it('does not judge a few images', () => {
    expect(run(oddSize, [...classes({ a: 5 }), row(5, { facts: { width: 2, height: 2 } })])).toEqual([]);
  });
});

describe('odd-aspect', () => {
  it('flags 900×60 and 60×900, worst first, but not a 4:1 panorama', () => {
    const images = [
      row(0),
      row(1, { facts: { width: 1024, height: 256 } }),
      row(2, { facts: { width: 600, height: 60 } }),
      row(3, { facts: { width: 60, height: 900 } }),
    ];
    const found = only(run(oddAspect, images));
    expect(found.images).toEqual([
      { id: 3, value: 15 },
      { id: 2, value: 10 },
    ]);
    expect(found.evidence.histogram).toMatchObject({ threshold: 5, thresholdId: 'odd-aspect.ratio', side: 'above' });
    expect(run(oddAspect, images, { set: { 'odd-aspect.ratio': 20 } })).toEqual([]);
  });
});
