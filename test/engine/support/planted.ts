/** A small data set with a fault of each kind that the checks find without a probe. */
import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { picture, put } from './indexed';

const flat = (background: string, size = 40): Promise<Buffer> =>
  sharp({ create: { width: size, height: size, channels: 3, background } })
    .png()
    .toBuffer();

/** 48 noise pictures in two splits and three classes, and beside them exact and near copies and broken files. */
export async function putPlanted(root: string): Promise<void> {
  const classes = ['cat', 'dog', 'owl'];
  for (let seed = 0; seed < 48; seed++)
    put(
      root,
      `${seed < 36 ? 'train' : 'test'}/${classes[seed % 3]}/${String(seed).padStart(2, '0')}.png`,
      await picture(seed + 1, 64 + (seed % 5)),
    );
  const first = await picture(1, 64);
  // Another label, another split, and a copy at the very end of the sorted paths.
  put(root, 'test/dog/copy.png', first);
  put(root, 'train/owl/zz-copy.png', first);
  put(
    root,
    'test/cat/small.jpg',
    await sharp(await picture(4, 67))
      .resize(48)
      .jpeg({ quality: 85 })
      .toBuffer(),
  );
  put(
    root,
    'train/cat/flipped.png',
    await sharp(await picture(7, 65))
      .flop()
      .png()
      .toBuffer(),
  );
  put(
    root,
    'train/dog/turned.png',
    await sharp(await picture(10, 68))
      .rotate(90)
      .png()
      .toBuffer(),
  );
  put(root, 'train/cat/black.png', await flat('#000'));
  put(root, 'train/owl/white.png', await flat('#fff'));
  put(root, 'train/owl/huge.png', await picture(80, 700));
  put(
    root,
    'train/dog/wide.png',
    await sharp(await picture(81, 90))
      .resize(400, 24, { fit: 'fill' })
      .png()
      .toBuffer(),
  );
  put(
    root,
    'train/dog/jpeg.png',
    await sharp(await picture(82, 66))
      .jpeg()
      .toBuffer(),
  );
  put(
    root,
    'train/cat/grey.png',
    await sharp(await picture(83, 66))
      .greyscale()
      .toColourspace('b-w')
      .png()
      .toBuffer(),
  );
  put(root, 'train/cat/cut.png', (await picture(84, 66)).subarray(0, 900));
  put(root, 'test/owl/empty.png', Buffer.alloc(0));
  put(root, 'test/owl/text.png', Buffer.from('no picture'));
  put(root, 'notes.txt', Buffer.from('beside the images'));
  put(root, 'train/.hidden/x.png', first);
  put(root, 'test/fox/readme.txt', Buffer.from('a class without images'));
  symlinkSync('nowhere.png', join(root, 'train/dog/gone.png'));
}
