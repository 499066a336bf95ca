import { expect, it } from 'vitest';
import { decodePicture } from '../../../src/engine/images/pixels';
import { seededRandom, shuffled } from '../../../src/core/statistics/random';
import { jpeg } from '../support/samples';

const END = Buffer.from([0xff, 0xd9]);
/** The segment of Adobe, with a colour transform that does not exist: the decoder warns, and the picture is sound. */
const ODD_ADOBE = Buffer.from('ffee000e41646f626500640000000005', 'hex');

const withSegment = (bytes: Buffer): Buffer => Buffer.concat([bytes.subarray(0, 2), ODD_ADOBE, bytes.subarray(2)]);
const withoutMiddle = (bytes: Buffer): Buffer => Buffer.concat([bytes.subarray(0, Math.floor(bytes.length / 2)), END]);
const withoutHeader = (bytes: Buffer): Buffer => Buffer.concat([bytes.subarray(0, 12), Buffer.alloc(40), END]);

const answerTo = (bytes: Buffer): Promise<string> =>
  decodePicture(bytes).then(
    ({ width, height }) => `read, ${width} × ${height}`,
    (error: unknown) => String(error),
  );

it('says of each of many odd pictures what it says of it alone, in any order', async () => {
  const random = seededRandom(1);
  const sound = await Promise.all(Array.from({ length: 12 }, (_, i) => jpeg(i, 200 + i, 150)));
  const files = [(bytes: Buffer) => bytes, withSegment, withoutMiddle, withoutHeader].flatMap((change) =>
    sound.map(change),
  );
  const alone: string[] = [];
  for (const bytes of files) alone.push(await answerTo(bytes));
  expect(alone.filter((answer) => answer.startsWith('read'))).toHaveLength(24);
  expect(alone.filter((answer) => answer.includes('premature end of data segment'))).toHaveLength(12);
  for (let round = 0; round < 5; round++) {
    // Beside each other are headers, decoding, and pictures that failed.
    const queue = shuffled([...files.keys()], random).values();
    const answers: string[] = [];
    const lane = async (): Promise<void> => {
      for (const i of queue) answers[i] = await answerTo(files[i]!);
    };
    await Promise.all([1, 2, 3, 4].map(lane));
    expect(answers).toEqual(alone);
  }
});
