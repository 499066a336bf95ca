import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../../../src/core/statistics/random';
import { runInstantProbe } from '../../../../src/engine/training/host';

const IMAGES = 240;
const CLASSES = 4;
const RASTER = 64 * 64 * 3;
const LAYERS = [
  { name: 'final', width: 24 },
  { name: 'stage4', width: 3 },
  { name: 'stage5', width: 8 },
];
const WIDTH = 35;

/** Coloured noise that says nothing of the class. */
function rasters(indices: Int32Array): Uint8Array {
  const out = new Uint8Array(indices.length * RASTER);
  indices.forEach((index, at) => {
    const random = seededRandom(index + 1);
    for (let i = 0; i < RASTER; i++) out[at * RASTER + i] = 256 * random();
  });
  return out;
}

/** @param telling whether the network knows the classes; image 5 has no values */
function embeddings(telling: boolean): (indices: Int32Array) => Promise<Float32Array> {
  return (indices) => {
    const out = new Float32Array(indices.length * WIDTH);
    indices.forEach((index, at) => {
      const random = seededRandom(1000 + index);
      for (let k = 0; k < WIDTH; k++)
        out[at * WIDTH + k] = index === 5 ? NaN : random() + (telling && k % CLASSES === index % CLASSES ? 1.5 : 0);
    });
    return Promise.resolve(out);
  };
}

async function probe(telling: boolean, layers: typeof LAYERS | null = LAYERS, own: typeof embeddings | null = null) {
  const labels = Int32Array.from({ length: IMAGES }, (_, i) => i % CLASSES);
  const sizes = new Int32Array(IMAGES).fill(64);
  const { probabilities, choices } = await runInstantProbe(
    {
      widths: sizes,
      heights: sizes,
      labels,
      classes: CLASSES,
      groups: null,
      seed: 1,
      seconds: 2,
      source: own === null ? 'pretrained' : 'own-embedding',
      layers,
    },
    {
      signal: new AbortController().signal,
      progress: () => undefined,
      rasters,
      embeddings: (own ?? embeddings)(telling),
    },
  );
  const right = labels.filter((label, i) =>
    [0, 1, 2, 3].every((k) => probabilities[i * CLASSES + label]! >= probabilities[i * CLASSES + k]!),
  ).length;
  return {
    accuracy: right / IMAGES,
    network: choices.find(({ name }) => name === 'pretrained network')?.value,
    views: choices.find(({ name }) => name === 'views')?.value,
    finite: probabilities.every(Number.isFinite),
  };
}

describe('the pretrained network as a view of the instant probe', () => {
  it('is used where it knows the classes, and an image without values is predicted by the others', async () => {
    const { accuracy, network, finite } = await probe(true);
    expect(network).toBe('used');
    expect(accuracy).toBeGreaterThan(0.9);
    expect(finite).toBe(true);
  });

  it('is not asked where none is installed', async () => {
    const { accuracy, network } = await probe(true, null);
    expect(network).toBe('not installed');
    expect(accuracy).toBeLessThan(0.5);
  });
});

/** Without gaps: the classes are less far apart than in what the network sees. */
const faint = (telling: boolean) => async (indices: Int32Array) => {
  const values = await embeddings(telling)(indices);
  return values.map((value, j) => {
    const image = indices[Math.floor(j / WIDTH)]!;
    return Number.isNaN(value) ? Number(j % CLASSES === image % CLASSES) : value;
  });
};

describe("the user's own embedding as a view of the instant probe", () => {
  it('is the only view where the pictures tell nothing', async () => {
    const { accuracy, views } = await probe(true, LAYERS, faint);
    expect(views).toBe('own embedding');
    expect(accuracy).toBeGreaterThan(0.9);
  });

  it('is not the only view if an image has no values', async () => {
    const { views } = await probe(true, LAYERS, embeddings);
    expect(views).toMatch(/., own embedding$/);
  });

  it('is not used if it tells nothing', async () => {
    const { views } = await probe(false, LAYERS, faint);
    expect(views).not.toBe('own embedding');
  });
});
