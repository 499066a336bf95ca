/** What Pillow 13.0 and TensorFlow 2.21 did with the same files decides what is expected here. */
import { expect, it } from 'vitest';
import { crc32, deflateSync } from 'node:zlib';
import { decodePicture } from '../../../src/engine/images/pixels';
import { raw } from '../support/samples';

function chunk(name: string, data: string | Buffer, sum = 0): Buffer {
  const body = Buffer.concat([
    Buffer.from(name, 'latin1'),
    typeof data === 'string' ? Buffer.from(data, 'latin1') : data,
  ]);
  const framed = Buffer.alloc(body.length + 8);
  framed.writeUInt32BE(body.length - 4, 0);
  body.copy(framed, 4);
  framed.writeUInt32BE((crc32(body) ^ sum) >>> 0, body.length + 4);
  return framed;
}

/** A sound PNG with `extra` directly before the picture and `end` in place of its end mark. */
async function png(extra: Buffer, end = chunk('IEND', '')): Promise<Buffer> {
  const sound = await raw(1, 20, 20).png().toBuffer();
  const picture = sound.indexOf('IDAT') - 4;
  return Buffer.concat([sound.subarray(0, 33), extra, sound.subarray(picture, sound.length - 12), end]);
}

const profile = deflateSync(Buffer.alloc(200));
it.each([
  ['a sound file', null, Buffer.alloc(0), undefined],
  [
    'a wrong checksum of the profile',
    { kind: 'checksum', chunk: 'iCCP' },
    chunk('iCCP', Buffer.concat([Buffer.from('p\0\0'), profile]), 1),
    undefined,
  ],
  ['a wrong checksum of a text', { kind: 'checksum', chunk: 'tEXt' }, chunk('tEXt', 'Comment\0abc', 1), undefined],
  ['a profile that cannot be inflated', null, chunk('iCCP', 'p\0\0garbage'), undefined],
  ['a text that cannot be inflated', null, chunk('zTXt', 'Comment\0\0garbage'), undefined],
  ['an unknown compression', { kind: 'method', chunk: 'zTXt' }, chunk('zTXt', 'Comment\0\x05abc'), undefined],
  [
    'a text of 3 MB',
    { kind: 'size', chunk: 'zTXt' },
    chunk('zTXt', Buffer.concat([Buffer.from('C\0\0'), deflateSync(Buffer.alloc(3e6))])),
    undefined,
  ],
  ['a short chunk', { kind: 'short', chunk: 'pHYs' }, chunk('pHYs', 'abc'), undefined],
  ['no end mark', { kind: 'end', chunk: 'IEND' }, Buffer.alloc(0), Buffer.alloc(0)],
  ['a damaged end mark', { kind: 'end', chunk: 'IEND' }, Buffer.alloc(0), chunk('IEND', '', 1)],
  [
    'a wrong checksum after the picture',
    null,
    Buffer.alloc(0),
    Buffer.concat([chunk('tEXt', 'C\0a', 1), chunk('IEND', '')]),
  ],
] as const)('%s', async (_, fault, extra, end) => {
  const { facts } = await decodePicture(await png(extra, end));
  expect(facts.pngFault).toEqual(fault);
});
