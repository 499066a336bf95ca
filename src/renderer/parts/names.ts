/** Codes of the contract as words of the window. */
import type { ImageFormat, Relation, UnreadableCode } from '../../contract/model';

export const UNREADABLE: Record<UnreadableCode, string> = {
  'empty-file': 'empty file',
  'not-an-image': 'not an image',
  'unsupported-format': 'unsupported format',
  corrupt: 'corrupt',
  truncated: 'truncated',
  'too-many-pixels': 'too many pixels',
  'permission-denied': 'no permission',
  vanished: 'vanished',
  'broken-link': 'broken link',
  'link-loop': 'link loop',
  'io-error': 'disk error',
};

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

export const RELATIONS: Record<Relation, string> = {
  'same-bytes': 'same file bytes',
  'same-pixels': 'same pixels, other file',
  near: 'nearly the same',
  mirrored: 'mirrored',
  'rotated-90': 'turned 90°',
  'rotated-180': 'turned 180°',
  'rotated-270': 'turned 270°',
  'mirrored-rotated-90': 'mirrored, turned 90°',
  'mirrored-rotated-180': 'mirrored, turned 180°',
  'mirrored-rotated-270': 'mirrored, turned 270°',
};
