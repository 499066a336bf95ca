import { describe, expect, it } from 'vitest';
import { readDigits, side } from '../../../../src/engine/samples/digits';
import { judgeLabels } from '../../../../src/core/labels/verdicts';
import { seededRandom } from '../../../../src/core/statistics/random';
import { runInstantProbe } from '../../../../src/engine/training/host';

const EACH = 850;
const RASTER = 64;
/** A digit at twice its size, in the middle of the raster. */
const EDGE = (RASTER - 2 * side) / 2;

function rasterOf(pixels: Uint8Array): Uint8Array {
  const out = new Uint8Array(RASTER * RASTER * 3);
  for (let y = 0; y < 2 * side; y++) {
    for (let x = 0; x < 2 * side; x++)
      out.fill(
        pixels[(y >> 1) * side + (x >> 1)]!,
        ((y + EDGE) * RASTER + x + EDGE) * 3,
        ((y + EDGE) * RASTER + x + EDGE + 1) * 3,
      );
  }
  return out;
}

describe('the instant probe of more images than landmarks', () => {
  it('finds nearly all wrong labels with few false alarms, in two rounds', async () => {
    const digits = (await readDigits(EACH)).flatMap((images, digit) => images.map((pixels) => ({ digit, pixels })));
    const random = seededRandom(9);
    const labels = Int32Array.from(digits, ({ digit }) =>
      random() < 0.15 ? (digit + 1 + Math.floor(random() * 9)) % 10 : digit,
    );
    const sizes = new Int32Array(digits.length).fill(side);
    const { probabilities, truth, choices } = await runInstantProbe(
      {
        widths: sizes,
        heights: sizes,
        labels,
        classes: 10,
        groups: null,
        seed: 1,
        seconds: 5,
        source: 'pretrained',
        layers: null,
      },
      {
        signal: new AbortController().signal,
        progress: () => undefined,
        rasters: (indices) => Buffer.concat(Array.from(indices, (i) => rasterOf(digits[i]!.pixels))),
      },
    );
    const chosen = new Map(choices.map(({ name, value }) => [name, value]));
    expect(Number(chosen.get('landmarks'))).toBeLessThan(digits.length / 4);
    expect(chosen.get('rounds')).toBe('2');
    const { flags } = judgeLabels({ probabilities, truth, labels, classes: 10 });
    const wrong = digits.filter(({ digit }, i) => digit !== labels[i]).length;
    const flagged = flags.reduce((sum, flag) => sum + flag, 0);
    const found = digits.filter(({ digit }, i) => digit !== labels[i] && flags[i] === 1).length;
    expect(found / wrong).toBeGreaterThan(0.95);
    expect(found / flagged).toBeGreaterThan(0.95);
  });
});
