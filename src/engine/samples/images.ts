import sharp from 'sharp';
import { side } from './digits.ts';
import type { Item } from './faults.ts';

const raw = { raw: { width: side, height: side, channels: 1 } } as const;

/** The content of an item's file: a PNG unless its fault requires something else. */
export async function encodeItem(item: Item, pixels: Uint8Array): Promise<Uint8Array> {
  if (item.copy === 'near') return png(brightened(pixels));
  if (item.damage === undefined) return png(pixels);
  switch (item.damage) {
    case 'empty':
      return new Uint8Array();
    case 'text':
      return new TextEncoder().encode('This is not an image.\n');
    case 'truncated': {
      const whole = await png(pixels);
      return whole.subarray(0, Math.floor(whole.length / 2));
    }
    case 'jpeg-named-png':
      return sharp(pixels, raw).jpeg({ quality: 92 }).toBuffer();
    case 'dark':
      return png(pixels.map((grey) => Math.round(grey * 0.04)));
    case 'blank':
      return png(new Uint8Array(side * side).fill(255));
  }
}

/**
 * The same digit slightly brighter on a slightly lighter background: another file and other pixels, but the same
 * picture.
 */
function brightened(pixels: Uint8Array): Uint8Array {
  return pixels.map((grey) => Math.min(255, Math.round(6 + grey * 1.08)));
}

async function png(pixels: Uint8Array): Promise<Uint8Array> {
  return sharp(pixels, raw).png({ compressionLevel: 6 }).toBuffer();
}
