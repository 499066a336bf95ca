import { join } from 'node:path';
import sharp from 'sharp';
import { root } from '../setup/places.ts';

export const drawing = join(root, 'resources', 'icon.svg');

/** The icon sizes, in pixels, that desktops look for. */
export const iconSizes = [16, 24, 32, 48, 64, 128, 256, 512] as const;

/** The app's icon, `side` pixels wide and high. */
export async function iconPng(side: number): Promise<Buffer> {
  // Rendered at the requested size and then resized exactly. Scaling a bitmap would blur it.
  return sharp(drawing, { density: Math.max(1, (72 * side) / 512) })
    .resize(side, side)
    .png({ compressionLevel: 9 })
    .toBuffer();
}
