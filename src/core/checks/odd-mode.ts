import type { Check, Thresholds } from './check';
import { classTable, finding, inOrder, ofAll, readable, type Readable } from './finding';
import { percent } from '../text/numbers';

interface Mode {
  readonly about: string;
  readonly predicate: string;
  readonly remedy: string;
  readonly severity: 'warning' | 'info';
  holds(image: Readable): boolean;
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
      'Convert them to 8 bits. PIL reads 16-bit grey as mode I;16, with values up to 65,535. Divided by 255, they are far larger than those of every other image.',
    holds: (image) => image.facts.depth > 8,
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
  how: 'CMYK, more than 8 bits per channel, more than one page or frame, an EXIF orientation other than upright, transparency that others lack, and the minority among grey and colour images.',
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
  version: 1,
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
          title: `${ofAll(concerned.length, images.length, mode.predicate)}.`,
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
            tables: [classTable(concerned, images, 'By class')],
          },
        }),
      ];
    });
  },
};
