/** Reads the size of HEIF files (ISO/IEC 23008-12) from the properties of their items. */
import { latin } from './formats';
import { BadPicture, type RawHeader } from './raw-picture';

/** The properties are near the beginning. */
const MOST_BYTES = 1_000_000;

/**
 * The largest item is the picture; thumbnails and the tiles of a grid are smaller. Rotation is left out: the decoder
 * applies it.
 * @throws BadPicture
 */
export function readHeifHeader(bytes: Uint8Array): RawHeader {
  const head = bytes.subarray(0, MOST_BYTES);
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
  let [width, height, depth] = [0, 0, 8];
  let alpha = false;
  for (let at = 4; at + 16 <= head.length; at += 1) {
    if (head[at] === 0x69 && latin(head, at, at + 4) === 'ispe') {
      const [wide, high] = [view.getUint32(at + 8), view.getUint32(at + 12)];
      if (wide * high > width * height) [width, height] = [wide, high];
    } else if (head[at] === 0x70 && latin(head, at, at + 4) === 'pixi') depth = Math.max(depth, head[at + 9]!);
    // The type of an auxiliary item: urn:mpeg:hevc:2015:auxid:1 or urn:mpeg:mpegB:cicp:systems:auxiliary:alpha.
    else if (head[at] === 0x61 && /^(auxid:1|auxiliary:alpha)/.test(latin(head, at, at + 15))) alpha = true;
  }
  if (width === 0 || height === 0) throw new BadPicture('it does not say the size of a picture', bytes.length < 512);
  return { width, height, depth, channels: alpha ? 4 : 3 };
}
