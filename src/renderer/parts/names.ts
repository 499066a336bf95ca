/** Codes of the contract as words of the window. */
import type { ImageFormat } from '../../contract/model/image';

export const FORMATS: Record<ImageFormat, string> = {
  jpeg: 'JPEG',
  png: 'PNG',
  webp: 'WebP',
  gif: 'GIF',
  tiff: 'TIFF',
  avif: 'AVIF',
  heif: 'HEIF',
  bmp: 'BMP',
  ppm: 'PPM',
  jp2: 'JPEG 2000',
  jxl: 'JPEG XL',
};
