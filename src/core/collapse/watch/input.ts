/** What the values that a net gets say about how the images were prepared. */
import type { WatchRemark } from '../../../contract/model/training-watch';
import { short } from '../../text/numbers';
import { preprocessingName, scaledByte } from '../preprocessing';
import type { Preprocessing, Scaling } from '../../../contract/model/user-model';
import type { RunRecords, WatchedInput } from './records';

/** Colours of the images of a data set, by channel in the order red, green, blue, from 0 to 255. */
export interface SetColours {
  readonly images: number;
  readonly mean: readonly number[];
  /** Of all pixels. */
  readonly deviation: readonly number[];
  /** Deviation of the images' own means. */
  readonly spread: readonly number[];
}

/** No image in a scaled form has values this high: 0 to 1, −1 to 1, or divided by a deviation. */
const UNSCALED = 30;
/** Values of images that were scaled twice span less than this. 255 values, divided by 255 twice, span 0.004. */
const TWICE = 0.02;
/** Training and validation images differ in preparation if their deviations differ by this factor. */
const FACTOR = 4;
/** Or if their means are this many deviations apart. */
const MEANS_APART = 3;
/** Standard errors: the means fit one order of the channels, and do not fit the other. */
const FITS = 4;
const MISFITS = 10;
/** On the scale 0 to 255. With less difference between red and blue, the order cannot be read from the means. */
const COLOURED = 6;

const average = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
const spoken = ({ min, max }: WatchedInput): string => `from ${short(min)} to ${short(max)}`;

function scaleRemarks(input: WatchedInput, scales: boolean, colours: SetColours | null): WatchRemark[] {
  if (input.max > UNSCALED && input.min >= 0 && !scales) {
    return [
      {
        id: 'not-scaled',
        severity: 'warning',
        sentence: `The net gets values ${spoken(input)}: the images are not scaled. Divide by 255, unless the net scales them itself.`,
      },
    ];
  }
  const dull = colours !== null && average(colours.deviation) < 255 * TWICE;
  if (input.max - input.min < TWICE && input.max > input.min && !dull) {
    return [
      {
        id: 'scaled-twice',
        severity: 'warning',
        sentence: `The net gets values ${spoken(input)}, a range as if the images were divided by 255 twice. Scale them once.`,
      },
    ];
  }
  return [];
}

const SCALINGS: readonly Scaling[] = ['unit', 'symmetric', 'imagenet', 'raw'];

/** How far the means are from those of a preprocessing, in standard errors; the largest over the channels. */
function misfit(input: WatchedInput, colours: SetColours, { scaling, order }: Preprocessing): number {
  return Math.max(
    ...input.mean.map((value, at) => {
      // Nets of torchvision normalize by position, so reversed channels meet the constants of the other end.
      const channel = order === 'rgb' ? at : 2 - at;
      const unit = scaledByte(1, at, scaling) - scaledByte(0, at, scaling);
      const expected = scaledByte(colours.mean[channel]!, at, scaling);
      const error = Math.max(1, colours.spread[channel]! / Math.sqrt(input.images)) * unit;
      return Math.abs(value - expected) / error;
    }),
  );
}

function orderRemarks(input: WatchedInput, colours: SetColours): WatchRemark[] {
  if (input.mean.length !== 3 || Math.abs(colours.mean[0]! - colours.mean[2]!) < COLOURED) return [];
  const fits = SCALINGS.flatMap((scaling) =>
    (['rgb', 'bgr'] as const).map((order) => {
      const preprocessing = { scaling, order };
      return { preprocessing, misfit: misfit(input, colours, preprocessing) };
    }),
  ).toSorted((a, b) => a.misfit - b.misfit);
  const best = fits[0]!;
  const straight = fits.find(({ preprocessing }) => preprocessing.order === 'rgb')!;
  if (best.misfit > FITS) return [];
  if (best.preprocessing.order === 'rgb') {
    return [
      {
        id: 'input-as-expected',
        severity: 'info',
        sentence: `The input fits the images of this data set, scaled to ${preprocessingName(best.preprocessing)}, in the order red, green, blue.`,
      },
    ];
  }
  if (straight.misfit < MISFITS) return [];
  return [
    {
      id: 'channels-reversed',
      severity: 'warning',
      sentence: `The means of the channels fit the images of this data set in the order blue, green, red (OpenCV reads them so). A pretrained net expects red first, unless its own preprocessing reverses them.`,
    },
  ];
}

function differRemarks(training: WatchedInput, validation: WatchedInput): WatchRemark[] {
  const [a, b] = [average(training.deviation), average(validation.deviation)];
  const ratio = Math.max(a, b) / Math.max(Math.min(a, b), 1e-12);
  const apart = Math.abs(average(training.mean) - average(validation.mean)) / Math.max(a, b, 1e-12);
  if (ratio < FACTOR && apart < MEANS_APART) return [];
  return [
    {
      id: 'prepared-differently',
      severity: 'warning',
      sentence: `Training and validation images are prepared differently: the net gets values ${spoken(training)} in training and ${spoken(validation)} in validation. Use the same scaling for both.`,
    },
  ];
}

/** @param colours of the data set; null where they are not known */
export function inputRemarks(
  { header, sample, training }: Pick<RunRecords, 'header' | 'sample' | 'training'>,
  colours: SetColours | null,
): WatchRemark[] {
  const [fromSample, fromTraining] = [sample?.input ?? null, training?.input ?? null];
  const input = fromSample ?? fromTraining;
  if (input === null) return [];
  const differ = fromSample !== null && fromTraining !== null ? differRemarks(fromTraining, fromSample) : [];
  const scale = scaleRemarks(input, header?.scales ?? false, colours);
  // Reversed channels are looked for in the sample, because images in training may be changed at random.
  const order =
    fromSample !== null && colours !== null && scale.every(({ id }) => id !== 'scaled-twice')
      ? orderRemarks(fromSample, colours)
      : [];
  return [...differ, ...scale, ...order];
}
