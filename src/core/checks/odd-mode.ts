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
    remedy:
      'Convert them to sRGB. TensorFlow’s JPEG decoder refuses or inverts CMYK, and PIL hands over four channels.',
    holds: (image) => image.facts.colourSpace === 'cmyk',
  },
  {
    about: 'sixteen-bit',
    severity: 'warning',
    predicate: 'have more than 8 bits a channel',
    remedy:
      'Convert them to 8 bits. PIL reads 16-bit grey as mode I;16, whose values run to 65,535: divided by 255 they swamp every other image.',
    holds: (image) => image.facts.depth > 8,
  },
  {
    about: 'animated',
    severity: 'warning',
    predicate: 'hold several pages or frames',
    remedy:
      'Decide which frame is meant and save it alone. Keras reads the first frame of a GIF or a fourth dimension, PIL the first frame.',
    holds: (image) => image.facts.pages > 1,
  },
  {
    about: 'exif-rotated',
    severity: 'warning',
    predicate: 'are turned only by an EXIF note',
    remedy:
      'Turn the pixels themselves (the export does). Keras and torchvision’s ImageFolder ignore the note and train on pictures that lie on their side.',
    holds: (image) => image.facts.orientation > 1,
  },
  {
    about: 'alpha',
    severity: 'info',
    predicate: 'have a transparency channel that the others lack',
    remedy:
      'Flatten them on one background. PIL’s convert("RGB") drops transparency and shows whatever colour lies under it, often black.',
    holds: (image) => image.facts.hasAlpha,
  },
];

/** The smaller part: grey among colour, or colour among grey. */
function channelMode(images: readonly Readable[], thresholds: Thresholds): Mode | null {
  const grey = images.filter(isGrey).length;
  if (grey === 0 || grey === images.length) return null;
  const greyIsOdd = grey / images.length < thresholds('odd-mode.minority');
  return {
    about: greyIsOdd ? 'grey' : 'colour',
    severity: 'warning',
    predicate: greyIsOdd ? 'are grey while the others are in colour' : 'are in colour while the others are grey',
    remedy:
      'Read all images with the same number of channels (color_mode="rgb" in Keras, convert("RGB") in PyTorch), or a batch of mixed shapes raises. If one class holds most of them, colour has become its label.',
    holds: (image) => isGrey(image) === greyIsOdd,
  };
}

export const oddMode: Check = {
  id: 'odd-mode',
  title: 'Odd colour modes',
  why: 'Files with another number of channels, bits or frames reach the CNN as another picture than the one that you see.',
  how: 'CMYK, more than 8 bits a channel, more than one page or frame, an EXIF orientation other than upright, transparency that others lack, and the smaller part of grey and colour images.',
  basis: 'images',
  drop: 'images',
  checklist: ['data'],
  thresholds: {
    'odd-mode.minority': {
      default: 0.5,
      min: 0,
      max: 1,
      unit: 'share',
      reason:
        'Grey images among colour ones are odd while they are the smaller part; from half on the colour ones are.',
    },
  },
  version: 1,
  run(input) {
    const images = readable(input.images);
    const channels = channelMode(images, input.thresholds);
    return [...modes, ...(channels ? [channels] : [])].flatMap((mode) => {
      const concerned = images.filter((image) => mode.holds(image));
      // Transparency that all images have is how the set was made, and is read the same way everywhere in it.
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
