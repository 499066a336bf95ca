/** All facts about an image, in words. */
import type { ImageMetadata, ImageRecord } from '../../../contract/model/image';
import { brightness } from '../../../core/checks/measures';
import { bytes, integer, percentOneDecimal, short, withUnit } from '../../../core/text/numbers';
import { className } from '../../../core/text/names';
import { date } from '../../parts/format';
import { formatOf } from '../../../core/images/formats';

export interface Fact {
  readonly name: string;
  readonly value: string;
  /** The meaning of the number. */
  readonly help?: string;
  /** A colour to show beside the value, 0–255. */
  readonly colour?: readonly [number, number, number];
  /** For hashes: a small monospaced font. */
  readonly code?: boolean;
}

export interface FactGroup {
  readonly title: string;
  readonly facts: readonly Fact[];
}

const ORIENTATIONS: Record<number, string> = {
  2: 'mirrored by EXIF',
  3: 'rotated 180° by EXIF',
  4: 'flipped by EXIF',
  5: 'mirrored and rotated by EXIF',
  6: 'rotated 90° by EXIF',
  7: 'mirrored and rotated by EXIF',
  8: 'rotated 270° by EXIF',
};

function aspect(width: number, height: number): string {
  const wide = Math.max(width, height) / Math.min(width, height);
  if (wide < 1.01) return 'square';
  return `${wide.toFixed(2)} : 1, ${width > height ? 'wide' : 'tall'}`;
}

/** Channels and depth: "8-bit, 3 channels (sRGB)". */
function mode(facts: NonNullable<ImageRecord['facts']>): string {
  const space =
    { srgb: 'sRGB', 'b-w': 'grey', cmyk: 'CMYK', rgb16: 'RGB, 16 bit', grey16: 'grey, 16 bit' }[facts.colourSpace] ??
    facts.colourSpace;
  const channels = facts.channels === 1 ? '1 channel' : `${facts.channels} channels`;
  return `${space}, ${channels} of ${facts.depth} bit`;
}

function fileFacts(record: ImageRecord): Fact[] {
  return [
    { name: 'Class', value: className(record.className) },
    ...(record.split === null ? [] : [{ name: 'Split', value: record.split }]),
    { name: 'File size', value: bytes(record.bytes) },
    { name: 'Changed', value: date(record.modified) },
  ];
}

function pictureFacts(facts: NonNullable<ImageRecord['facts']>): Fact[] {
  const [darkest, , , , brightest] = facts.luminance;
  return [
    { name: 'Brightness', value: `${withUnit(brightness(facts), '')} of 255`, help: 'Mean luminance' },
    {
      name: 'Tonal range',
      value: `${integer(darkest)}–${integer(brightest)}`,
      help: '1st and 99th percentile of the luminance',
    },
    { name: 'Mean colour', value: facts.mean.map((n) => Math.round(n)).join(' '), colour: facts.mean },
    {
      name: 'Border colour',
      value: facts.border.map((n) => Math.round(n)).join(' '),
      colour: facts.border,
      help: 'Mean of the outermost pixels: the colour of a border can give the class away',
    },
    {
      name: 'Contrast',
      value: facts.std.map((n) => Math.round(n)).join(' '),
      help: 'Standard deviation of red, green and blue',
    },
    {
      name: 'Information',
      value: `${facts.entropy.toFixed(2)} of 8 bit`,
      help: 'Entropy of the luminance histogram; a blank picture has 0',
    },
    {
      name: 'Sharpness',
      value: withUnit(facts.laplacianVariance, ''),
      help: 'Variance of the Laplacian; low means blurred or plain',
    },
    { name: 'Edges', value: `${percentOneDecimal(facts.edgeShare)} of pixels` },
    {
      name: 'Colourfulness',
      value: withUnit(facts.colourfulness, ''),
      help: 'Hasler & Süsstrunk: 0 is grey, above 60 is vivid',
    },
  ];
}

const yes = 'yes: the file says where it was taken';

/** What the file says about the camera, apart from the pixels. `metadata` is null until it was read. */
function metadataFacts(facts: NonNullable<ImageRecord['facts']>, metadata: ImageMetadata | null): Fact[] {
  const turned = ORIENTATIONS[facts.orientation];
  const exif = metadata?.exif;
  return [
    ...(exif === 'none' ? [{ name: 'EXIF', value: 'none' }] : []),
    ...(exif === 'damaged' ? [{ name: 'EXIF', value: 'damaged, not read' }] : []),
    ...(facts.camera === null ? [] : [{ name: 'Camera', value: facts.camera }]),
    ...(metadata?.taken == null
      ? []
      : [{ name: 'Taken', value: metadata.taken, help: 'As the clock of the camera said' }]),
    ...(turned === undefined ? [] : [{ name: 'Orientation', value: turned }]),
    ...(exif === 'read' ? [{ name: 'GPS position', value: metadata?.position === true ? yes : 'no' }] : []),
    ...(facts.hasIcc ? [{ name: 'Colour profile', value: metadata?.profile ?? 'embedded' }] : []),
  ];
}

/** Groups of facts, those about the file first. An unreadable file has fewer of them. */
export function factsOf(record: ImageRecord, metadata: ImageMetadata | null): FactGroup[] {
  const { facts } = record;
  const groups: FactGroup[] = [{ title: 'File', facts: fileFacts(record) }];
  if (facts !== null) {
    const named = formatOf(facts.format).name;
    groups.push({
      title: 'Format',
      facts: [
        {
          name: 'Format',
          value: record.extension === '' ? `${named}, name without extension` : `${named}, named .${record.extension}`,
        },
        { name: 'Size', value: `${integer(facts.width)} × ${integer(facts.height)} px` },
        { name: 'Aspect', value: aspect(facts.width, facts.height) },
        { name: 'Pixels', value: mode(facts) },
        ...(facts.values === null
          ? []
          : [
              {
                name: 'Values',
                value: `${short(facts.values.min)} to ${short(facts.values.max)}`,
                help: `${short(facts.values.low)} is shown and measured as black, ${short(facts.values.high)} as white`,
              },
            ]),
        ...(facts.pages > 1 ? [{ name: 'Frames', value: `${integer(facts.pages)}; the first is measured` }] : []),
        ...(facts.hasAlpha ? [{ name: 'Transparency', value: 'yes, shown on a medium grey' }] : []),
      ],
    });
    const about = metadataFacts(facts, metadata);
    if (about.length > 0) groups.push({ title: 'Metadata', facts: about });
    groups.push({ title: 'Picture', facts: pictureFacts(facts) });
  }
  const hashes: Fact[] = [
    ...(record.sha256 === null ? [] : [{ name: 'SHA-256', value: record.sha256, code: true }]),
    ...(facts === null
      ? []
      : [
          { name: 'pHash', value: facts.pHash, code: true },
          { name: 'dHash', value: facts.dHash, code: true },
        ]),
  ];
  if (hashes.length > 0) groups.push({ title: 'Fingerprints', facts: hashes });
  return groups;
}
