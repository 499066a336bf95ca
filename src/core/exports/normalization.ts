import { channelStatistics } from '../images/channel-statistics';
import { json, type ExportFormat } from './format';
import { rolesOf } from './training';

/** One grey level: dividing by a smaller deviation would amplify noise to the size of a signal. */
const LEAST_STD = 1 / 255;

export const normalizationFile: ExportFormat = {
  id: 'normalization.json',
  *files({ files, splits }) {
    const { train } = rolesOf({ splits, files });
    const facts = files.flatMap((file) =>
      file.split === train && file.image.facts !== null ? [file.image.facts] : [],
    );
    const { mean, std } = channelStatistics(facts) ?? { mean: [0.5, 0.5, 0.5], std: [0.5, 0.5, 0.5] };
    const rounded = (values: readonly number[]): number[] => values.map((value) => Number(value.toFixed(6)));
    yield [
      'normalization.json',
      json({
        scale: '0-1',
        channels: 'RGB',
        split: train,
        images: facts.length,
        mean: rounded(mean),
        std: rounded(std.map((value) => Math.max(LEAST_STD, value))),
      }),
    ];
  },
};
