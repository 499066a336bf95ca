import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import sharp from 'sharp';
import { profileName } from '../../../src/core/images/colour-profile';
import { readExif } from '../../../src/core/images/exif';
import { metadataBlocks } from '../../../src/engine/images/pixels';

const plain = () => sharp({ create: { width: 8, height: 8, channels: 3, background: 'red' } });

describe('the metadata of a file', () => {
  it('has the time and the position that the camera wrote', async () => {
    const bytes = await plain()
      .withExif({
        IFD0: { Model: 'X-100', DateTime: '2024:06:01 00:00:00' },
        IFD2: { DateTimeOriginal: '2024:05:01 12:30:00' },
        IFD3: { GPSLatitudeRef: 'N', GPSLatitude: '51/1 30/1 0/1' },
      })
      .jpeg()
      .toBuffer();
    const blocks = await metadataBlocks(bytes);
    expect(readExif(blocks!.exif!)).toEqual({ exif: 'read', taken: '2024-05-01 12:30:00', position: true });
  });

  it('has no position where the camera wrote none, and the time of the file where that is all', async () => {
    const bytes = await plain()
      .withExif({ IFD0: { DateTime: '2024:06:01 00:00:00' } })
      .png()
      .toBuffer();
    const blocks = await metadataBlocks(bytes);
    expect(readExif(blocks!.exif!)).toEqual({ exif: 'read', taken: '2024-06-01 00:00:00', position: false });
  });

  it('has the name of the colour profile', async () => {
    const blocks = await metadataBlocks(await plain().withIccProfile('p3').jpeg().toBuffer());
    expect(profileName(blocks!.icc!)).toMatch(/P3/);
  });

  it('is nothing where there is none, and unread where the format is unknown', async () => {
    expect(await metadataBlocks(await plain().png().toBuffer())).toEqual({ exif: undefined, icc: undefined });
    expect(await metadataBlocks(Buffer.from('no image'))).toBeNull();
  });

  it('survives any damage', () => {
    expect(readExif(new Uint8Array(3)).exif).toBe('damaged');
    const header = [0x49, 0x49, 0x2a, 0, 8, 0, 0, 0];
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        expect(['read', 'damaged']).toContain(readExif(Uint8Array.from([...header, ...bytes])).exif);
        const name = profileName(bytes);
        expect(name === null || name.length <= 100).toBe(true);
      }),
    );
  });
});
