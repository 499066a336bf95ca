/**
 * The features of the shortcut check: properties of the file without its picture, and properties of the picture that
 * may explain them.
 */
import { RASTER_SIDE } from '../images/raster';
import type { Readable } from './finding';
import { bytes, pixels } from '../text/numbers';
import { brightness, contrast, size } from './measures';

type NumberOf = (image: Readable) => number;

export interface MetadataFeature {
  readonly name: string;
  /**
   * `file`: a property of the file only. `coupled`: follows from the picture too, so only what it tells beyond `twins`
   * counts. `content`: a property of the picture.
   */
  readonly kind: 'file' | 'coupled' | 'content';
  /** A category of each image, or its numbers. */
  readonly of: ((image: Readable) => string) | readonly NumberOf[];
  /** True if `of` gives natural logarithms. People are shown the value itself. */
  readonly logarithm?: true;
  /** A number with its unit; without it, numbers have none. */
  readonly show?: (value: number) => string;
  /** Properties of the picture that explain a coupled feature. */
  readonly twins?: readonly NumberOf[];
}

/** Share of a raster that is its 2-px border. */
const BORDER_SHARE = 1 - ((RASTER_SIDE - 4) / RASTER_SIDE) ** 2;

const channels = [0, 1, 2] as const;

/** Mean colour without the border. */
const inner = channels.map(
  (k): NumberOf =>
    ({ facts }) =>
      (facts.mean[k] - BORDER_SHARE * facts.border[k]) / (1 - BORDER_SHARE),
);

export const metadataFeatures: readonly MetadataFeature[] = [
  { name: 'file format', kind: 'file', of: ({ facts, extension }) => `${facts.format} .${extension}` },
  { name: 'image size', kind: 'file', of: [({ facts }) => size(facts)], show: pixels },
  {
    name: 'width and height',
    kind: 'file',
    of: [({ facts }) => facts.width, ({ facts }) => facts.height],
    show: pixels,
  },
  { name: 'shape', kind: 'file', of: [({ facts }) => facts.width / facts.height] },
  {
    name: 'colour mode',
    kind: 'file',
    of: ({ facts }) => `${facts.colourSpace} ${facts.channels} ${facts.depth} ${String(facts.hasAlpha)}`,
  },
  { name: 'colour profile', kind: 'file', of: ({ facts }) => String(facts.hasIcc) },
  { name: 'EXIF orientation', kind: 'file', of: ({ facts }) => String(facts.orientation) },
  { name: 'camera', kind: 'file', of: ({ facts }) => facts.camera ?? 'none' },
  {
    name: 'file size',
    kind: 'coupled',
    logarithm: true,
    show: bytes,
    of: [({ bytes }) => Math.log(bytes + 1)],
    twins: [
      ({ facts }) => facts.entropy,
      ({ facts }) => Math.log(facts.laplacianVariance + 1),
      ({ facts }) => facts.edgeShare,
      ({ facts }) => contrast(facts),
      ({ facts }) => size(facts),
    ],
  },
  {
    name: 'border colour',
    kind: 'coupled',
    of: channels.map(
      (k): NumberOf =>
        ({ facts }) =>
          facts.border[k],
    ),
    twins: inner,
  },
  { name: 'brightness', kind: 'content', of: [({ facts }) => brightness(facts)] },
];
