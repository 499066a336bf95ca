import type { Check, CheckFinding, Thresholds } from './check';
import { classTable, finding, inOrder, ofAll, readable, type Readable } from './finding';
import { integer, percent, short } from '../text/numbers';

type EvidenceTable = NonNullable<CheckFinding['evidence']['tables']>[number];

/** A value from a file: integers with thousands separators, fractions with three digits. */
const valueText = (value: number): string =>
  Number.isInteger(value) ? (value < 0 ? `−${integer(-value)}` : integer(value)) : short(value);

function valuesDetail(images: readonly Readable[]): string {
  const values = images.flatMap(({ facts }) => facts.values ?? []);
  if (values.length === 0) return '';
  const min = Math.min(...values.map((one) => one.min));
  const max = Math.max(...values.map((one) => one.max));
  const only16 = images.every(({ facts }) => facts.depth === 16 && (facts.values?.min ?? 0) >= 0);
  const bits = Math.ceil(Math.log2(max + 1));
  if (only16 && bits < 15) return `, with values up to ${integer(max)} of 65,535 (${bits} bits are used): scale them`;
  return only16
    ? `, with values up to ${integer(max)} of 65,535`
    : `, with values from ${valueText(min)} to ${valueText(max)}`;
}

/** For each range of values that is shown as black to white, the number of images. */
function valuesTable(images: readonly Readable[]): EvidenceTable {
  const rows = new Map<string, { images: number; min: number; max: number }>();
  for (const { facts } of images) {
    if (facts.values === null) continue;
    const { low, high, min, max } = facts.values;
    const usual = [1, 255, 1023, 4095, 16_383, 65_535].includes(high) && (low === 0 || low === -1);
    const shown = usual ? `${valueText(low)} to ${valueText(high)}` : 'its own smallest to largest value';
    const row = rows.get(shown);
    if (row) rows.set(shown, { images: row.images + 1, min: Math.min(row.min, min), max: Math.max(row.max, max) });
    else rows.set(shown, { images: 1, min, max });
  }
  return {
    title: 'Values in the files, and what Plumbline shows and measures as black to white',
    columns: ['shown as black to white', 'images', 'smallest value', 'largest value'],
    rows: [...rows].map(([shown, row]) => [shown, row.images, valueText(row.min), valueText(row.max)]),
  };
}

interface Mode {
  readonly about: string;
  readonly predicate: string;
  readonly remedy: string;
  readonly severity: 'warning' | 'info';
  holds(image: Readable): boolean;
  /** Text that follows the predicate. */
  readonly detail?: (images: readonly Readable[]) => string;
  readonly table?: (images: readonly Readable[]) => EvidenceTable;
}

const isGrey = (image: Readable): boolean => image.facts.channels - (image.facts.hasAlpha ? 1 : 0) === 1;

const modes: readonly Mode[] = [
  {
    about: 'cmyk',
    severity: 'warning',
    predicate: 'are CMYK',
    remedy: 'Convert them to sRGB. TensorFlow’s JPEG decoder rejects or inverts CMYK, and PIL returns four channels.',
    holds: (image) => image.facts.colourSpace === 'cmyk',
  },
  {
    about: 'sixteen-bit',
    severity: 'warning',
    predicate: 'have more than 8 bits per channel',
    remedy:
      'Scale the values and save 8 bits; the export does this. Loaders differ: Pillow’s convert("RGB"), which ImageFolder and Keras load_img use, turns every grey value above 255 white and fractions from 0 to 1 black. From 16-bit colour it takes only the upper 8 bits, and TensorFlow’s decode_png does this for grey too: 12-bit values become 0 to 15. TensorFlow cannot read TIFF.',
    holds: (image) => image.facts.depth > 8,
    detail: valuesDetail,
    table: valuesTable,
  },
  {
    about: 'animated',
    severity: 'warning',
    predicate: 'have several pages or frames',
    remedy:
      'Decide which frame is meant and save only that one. Keras reads the first frame of a GIF or adds a fourth dimension; PIL reads the first frame.',
    holds: (image) => image.facts.pages > 1,
  },
  {
    about: 'exif-rotated',
    severity: 'warning',
    predicate: 'are rotated only by an EXIF tag',
    remedy:
      'Rotate the pixels themselves (the export does this). Keras and torchvision’s ImageFolder ignore the tag and train on rotated pictures.',
    holds: (image) => image.facts.orientation > 1,
  },
  {
    about: 'alpha',
    severity: 'info',
    predicate: 'have a transparency channel that the others lack',
    remedy:
      'Flatten them on one background. PIL’s convert("RGB") drops transparency and shows the colour that was hidden under it, often black.',
    holds: (image) => image.facts.hasAlpha,
  },
];

/** The minority: grey images among colour images, or the other way round. */
function channelMode(images: readonly Readable[], thresholds: Thresholds): Mode | null {
  const grey = images.filter(isGrey).length;
  if (grey === 0 || grey === images.length) return null;
  const greyIsOdd = grey / images.length < thresholds('odd-mode.minority');
  return {
    about: greyIsOdd ? 'grey' : 'colour',
    severity: 'warning',
    predicate: greyIsOdd ? 'are grey while the others are in colour' : 'are in colour while the others are grey',
    remedy:
      'Read all images with the same number of channels (color_mode="rgb" in Keras, convert("RGB") in PyTorch), because a batch with mixed shapes raises an error. If most of them are in one class, the CNN can learn colour instead of the class.',
    holds: (image) => isGrey(image) === greyIsOdd,
  };
}

export const oddMode: Check = {
  id: 'odd-mode',
  title: 'Odd colour modes',
  why: 'If a file has another number of channels, bits or frames, the CNN does not get the picture that you see.',
  how: 'CMYK, more than 8 bits per channel (the values are shown and measured on the smallest usual range that contains all values of the file: 8, 10, 12, 14 or 16 bits, 0 to 1, −1 to 1, 0 to 255, or else the file’s own range), more than one page or frame, an EXIF orientation other than upright, transparency that others lack, and the minority among grey and colour images.',
  basis: 'images',
  drop: 'images',
  checklist: ['data'],
  thresholds: {
    'odd-mode.minority': {
      default: 0.5,
      min: 0,
      max: 1,
      unit: 'share',
      reason: 'Grey images are odd while they are the minority. From one half, the colour images are odd.',
    },
  },
  version: 2,
  run(input) {
    const images = readable(input.images);
    const channels = channelMode(images, input.thresholds);
    return [...modes, ...(channels ? [channels] : [])].flatMap((mode) => {
      const concerned = images.filter((image) => mode.holds(image));
      // If all images have transparency, it is a property of the data set, and loaders read all of them alike.
      if (concerned.length === 0 || (mode.about === 'alpha' && concerned.length === images.length)) return [];
      const share = concerned.length / images.length;
      return [
        finding({
          check: 'odd-mode',
          about: mode.about,
          severity: mode.severity,
          scope: 'image',
          title: `${ofAll(concerned.length, images.length, mode.predicate)}${mode.detail?.(concerned) ?? ''}.`,
          remedy: mode.remedy,
          score: Math.sqrt(share),
          value: concerned.length,
          ...(mode === channels
            ? { thresholdId: 'odd-mode.minority' as const, threshold: input.thresholds('odd-mode.minority') }
            : {}),
          ...inOrder(input, concerned),
          images: concerned.map((image) => ({ id: image.id, value: null })),
          evidence: {
            facts: [
              { name: 'images', value: concerned.length },
              { name: 'share', value: percent(share) },
            ],
            tables: [...(mode.table ? [mode.table(concerned)] : []), classTable(concerned, images, 'By class')],
          },
        }),
      ];
    });
  },
};
