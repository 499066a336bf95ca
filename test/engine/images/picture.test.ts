import { execFileSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readMetadata, readPicture } from '../../../src/engine/images/picture';
import { indexed, picture, put, scratch, type Indexed } from '../support/indexed';

describe('the picture and the metadata of an image', () => {
  const place = scratch();
  const root = join(place.folder, 'set');
  let set: Indexed;
  let content: Buffer;

  beforeAll(async () => {
    content = await picture(1);
    for (const path of ['a/1.png', 'a/2.png', 'b/3.png']) put(root, path, content);
    set = await indexed(root, place.folder);
  });
  afterAll(() => {
    set.close();
    place.remove();
  });

  // A pipe gives its content to one reader only.
  it.skipIf(process.platform === 'win32')('are read from the file once if both are asked for', async () => {
    const file = join(root, 'a/1.png');
    rmSync(file);
    execFileSync('mkfifo', [file]);
    const image = set.id('a/1.png');
    const both = Promise.all([readPicture(set.catalog, image), readMetadata(set.catalog, image)]);
    await writeFile(file, content);
    const [shown, metadata] = await both;
    expect(shown.subarray(8, 12).toString()).toBe('WEBP');
    expect(metadata).toMatchObject({ exif: 'none', position: false });
  });

  it('are read again when they are asked for later', async () => {
    const image = set.id('a/2.png');
    const before = await readPicture(set.catalog, image);
    put(root, 'a/2.png', await picture(2));
    expect((await readPicture(set.catalog, image)).equals(before)).toBe(false);
    rmSync(join(root, 'a/2.png'));
    await expect(readPicture(set.catalog, image)).rejects.toMatchObject({ code: 'not-found' });
    await expect(readMetadata(set.catalog, image)).rejects.toMatchObject({ code: 'not-found' });
  });
});
