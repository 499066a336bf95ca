/** One channel of a picture, shown as shades of grey. */
import type { ImageFacts } from '../../contract/model/image';

type ChannelId = 'red' | 'green' | 'blue' | 'alpha' | 'luminance';

export interface Channel {
  readonly id: ChannelId;
  readonly letter: string;
  readonly name: string;
  /** The rows of an SVG colour matrix: new red, green, blue and alpha from the old red, green, blue, alpha and 1. */
  readonly matrix: string;
}

const OPAQUE = '0 0 0 0 1';
const KEPT = '0 0 0 1 0';

function channel(id: ChannelId, letter: string, name: string, row: string, alpha: string): Channel {
  return { id, letter, name, matrix: [row, row, row, alpha].join(' ') };
}

const COLOURS = [
  channel('red', 'R', 'Red', '1 0 0 0 0', KEPT),
  channel('green', 'G', 'Green', '0 1 0 0 0', KEPT),
  channel('blue', 'B', 'Blue', '0 0 1 0 0', KEPT),
];
const ALPHA = channel('alpha', 'A', 'Alpha: white is opaque, black is transparent', KEPT, OPAQUE);
/** The weights of ITU-R BT.601, as the measures of brightness use them. */
const LUMINANCE = channel('luminance', 'L', 'Luminance', '0.299 0.587 0.114 0 0', KEPT);

/** The channels that a picture has beside the whole of it. A grey picture has none but its opacity. */
export function channelChoices(facts: Pick<ImageFacts, 'channels' | 'hasAlpha'> | null): readonly Channel[] {
  if (facts === null) return [];
  const alpha = facts.hasAlpha ? [ALPHA] : [];
  return facts.channels - alpha.length < 3 ? alpha : [...COLOURS, ...alpha, LUMINANCE];
}

/** The one after it, and after the last one the whole picture (null). */
export function nextChannel(channels: readonly Channel[], shown: ChannelId | null): ChannelId | null {
  return channels[channels.findIndex(({ id }) => id === shown) + 1]?.id ?? null;
}
