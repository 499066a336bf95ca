import { describe, expect, it } from 'vitest';
import { channelChoices, nextChannel } from '../../../../src/renderer/parts/channels';

const letters = (channels: number, hasAlpha: boolean) =>
  channelChoices({ channels, hasAlpha })
    .map(({ letter }) => letter)
    .join('');

describe('channelChoices', () => {
  it('has only those that the file has', () => {
    expect(letters(3, false)).toBe('RGBL');
    expect(letters(4, true)).toBe('RGBAL');
    expect(letters(1, false)).toBe('');
    expect(letters(2, true)).toBe('A');
    expect(channelChoices(null)).toEqual([]);
  });

  it('takes a fourth band that is not opacity for no channel that is shown', () => {
    expect(letters(4, false)).toBe('RGBL');
  });
});

it('goes through all channels and back to the whole picture', () => {
  const channels = channelChoices({ channels: 4, hasAlpha: true });
  const seen: string[] = [];
  for (let now = nextChannel(channels, null); now !== null; now = nextChannel(channels, now)) seen.push(now);
  expect(seen).toEqual(['red', 'green', 'blue', 'alpha', 'luminance']);
});
