import type { Check, CheckFinding, Survey } from './check';
import { classTable, finding, ofAll, readable, type Readable } from './finding';
import { added, fields, mapsOf } from './partials';
import { ofSelection, selected, type SelectedImages, selectionOf, selectionsMerged } from './selection';
import { integer, percent, short } from '../text/numbers';

type EvidenceTable = NonNullable<CheckFinding['evidence']['tables']>[number];

/** A value from a file: integers with thousands separators, fractions with three digits. */
const valueText = (value: number): string =>
  Number.isInteger(value) ? (value < 0 ? `−${integer(-value)}` : integer(value)) : short(value);

/** The images with one range of values that is shown as black to white. */
interface Range {
  readonly images: number;
  readonly min: number;
  readonly max: number;
}

/** What is said about the images of one mode. Grows by 4 bytes for each of them. */
interface Concerned {
  readonly images: SelectedImages;
  /** By the range that is shown as black to white. */
  readonly ranges: ReadonlyMap<string, Range>;
  /** Images that do not have 16 bits without a sign. */
  readonly otherDepths: number;
}

const concernedMerged = fields<Concerned>({
  images: selectionsMerged,
  ranges: mapsOf(fields<Range>({ images: added, min: Math.min, max: Math.max })),
  otherDepths: added,
});

function concernedOf(images: readonly Readable[]): Concerned {
  const ranges = new Map<string, Range>();
  for (const { facts } of images) {
    if (facts.values === null) continue;
    const { low, high, min, max } = facts.values;
    const usual = [1, 255, 1023, 4095, 16_383, 65_535].includes(high) && (low === 0 || low === -1);
    const shown = usual ? `${valueText(low)} to ${valueText(high)}` : 'its own smallest to largest value';
    const range = ranges.get(shown) ?? { images: 0, min, max };
    ranges.set(shown, {
      images: range.images + 1,
      min: Math.min(range.min, min),
      max: Math.max(range.max, max),
    });
  }
  const is16 = ({ facts }: Readable): boolean => facts.depth === 16 && (facts.values?.min ?? 0) >= 0;
  return { images: selectionOf(images), ranges, otherDepths: images.filter((image) => !is16(image)).length };
}

function valuesDetail({ ranges, otherDepths }: Concerned): string {
  const all = [...ranges.values()];
  if (all.length === 0) return '';
  const min = Math.min(...all.map((one) => one.min));
  const max = Math.max(...all.map((one) => one.max));
  const bits = Math.ceil(Math.log2(max + 1));
  if (otherDepths > 0) return `, with values from ${valueText(min)} to ${valueText(max)}`;
  const used = bits < 15 ? ` (${bits} bits are used): scale them` : '';
  return `, with values up to ${integer(max)} of 65,535${used}`;
}

function valuesTable({ ranges }: Concerned): EvidenceTable {
  return {
    title: 'Values in the files, and what Plumbline shows and measures as black to white',
    columns: ['shown as black to white', 'images', 'smallest value', 'largest value'],
    rows: [...ranges].map(([shown, range]) => [shown, range.images, valueText(range.min), valueText(range.max)]),
  };
}

interface Mode {
  readonly about: string;
  readonly predicate: string;
  readonly remedy: string;
  readonly severity: 'warning' | 'info';
  holds(image: Readable): boolean;
  /** Text that follows the predicate. */
  readonly detail?: (concerned: Concerned) => string;
  readonly table?: (concerned: Concerned) => EvidenceTable;
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

type Minority = 'grey' | 'colour';

/** The minority: grey images among colour images, or the other way round. */
const channelModes: Readonly<Record<Minority, Mode>> = {
  grey: channelMode('grey', 'are grey while the others are in colour', isGrey),
  colour: channelMode('colour', 'are in colour while the others are grey', (image) => !isGrey(image)),
};

function channelMode(about: Minority, predicate: string, holds: Mode['holds']): Mode {
  return {
    about,
    severity: 'warning',
    predicate,
    remedy:
      'Read all images with the same number of channels (color_mode="rgb" in Keras, convert("RGB") in PyTorch), because a batch with mixed shapes raises an error. If most of them are in one class, the CNN can learn colour instead of the class.',
    holds,
  };
}

/** Counts the grey images, because only the images of the minority are listed. */
const survey: Survey<number, Minority | null> = {
  partial: ({ images }) => readable(images).filter(isGrey).length,
  merge: added,
  conclude(grey, { totals: { readable: all }, thresholds }) {
    if (grey === 0 || grey === all) return null;
    return grey / all < thresholds('odd-mode.minority') ? 'grey' : 'colour';
  },
};

const modesWith = (minority: Minority | null): readonly Mode[] =>
  minority === null ? modes : [...modes, channelModes[minority]];

export const oddMode: Check<ReadonlyMap<string, Concerned>, Minority | null> = {
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
  survey,
  partial({ images }, _, minority) {
    const all = readable(images);
    return new Map(
      modesWith(minority).map((mode) => [mode.about, concernedOf(all.filter((image) => mode.holds(image)))]),
    );
  },
  merge: mapsOf(concernedMerged),
  conclude(parts, global, minority) {
    const { readable: all, readableOf } = global.totals;
    return modesWith(minority).flatMap((mode) => {
      const concerned = parts.get(mode.about)!;
      const images = selected(concerned.images);
      // If all images have transparency, it is a property of the data set, and loaders read all of them alike.
      if (images === 0 || (mode.about === 'alpha' && images === all)) return [];
      const share = images / all;
      return [
        finding({
          check: 'odd-mode',
          about: mode.about,
          severity: mode.severity,
          scope: 'image',
          title: `${ofAll(images, all, mode.predicate)}${mode.detail?.(concerned) ?? ''}.`,
          remedy: mode.remedy,
          score: Math.sqrt(share),
          value: images,
          ...(mode.about === minority
            ? { thresholdId: 'odd-mode.minority' as const, threshold: global.thresholds('odd-mode.minority') }
            : {}),
          ...ofSelection(global, concerned.images),
          evidence: {
            facts: [
              { name: 'images', value: images },
              { name: 'share', value: percent(share) },
            ],
            tables: [
              ...(mode.table ? [mode.table(concerned)] : []),
              classTable(concerned.images.classes, readableOf, 'By class'),
            ],
          },
        }),
      ];
    });
  },
};
