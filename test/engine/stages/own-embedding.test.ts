/** The user's own embedding of pictures that are noise, and so tell nothing of the classes. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { EngineApi } from '../../../src/contract/api';
import type { Client } from '../../../src/contract/rpc/client';
import { gaussian, seededRandom } from '../../../src/core/statistics/random';
import { localEngine } from '../../../src/engine/app/local-engine';
import { picture, put, scratch } from '../support/indexed';

const CLASSES = ['ant', 'bee', 'cat'];
const IMAGES = 210;
const NEIGHBOURS = 5;
const place = scratch();
const root = join(place.folder, 'set');
const paths: string[] = [];
/** The class that the embedding shows, by path. One label in ten is another one. */
const shown = new Map<string, number>();
let client: Client<EngineApi>;
let dataset: string;
let stop: () => Promise<void>;

const all = async () =>
  (
    await client.call('images.list', {
      dataset,
      filter: {},
      sort: { by: 'path', descending: false },
      offset: 0,
      limit: IMAGES,
    })
  ).items;

beforeAll(async () => {
  const random = seededRandom(2);
  const rows: string[] = [];
  for (let i = 0; i < IMAGES; i++) {
    const own = i % CLASSES.length;
    const label = i % 10 === 0 ? (own + 1) % CLASSES.length : own;
    const path = `${CLASSES[label]!}/${i}.png`;
    put(root, path, await picture(i + 1, 16));
    paths.push(path);
    shown.set(path, own);
    rows.push([path, ...CLASSES.map((_, k) => (k === own ? 5 : 0) + gaussian(random))].join(','));
  }
  const path = join(place.folder, 'mine.csv');
  writeFileSync(path, [['path', 'a', 'b', 'c'].join(','), ...rows].join('\n'));
  ({ client, stop } = localEngine({ cache: join(place.folder, 'cache'), data: join(place.folder, 'data') }));
  ({ dataset } = await client.call('dataset.open', { root }));
  await client.runJob('jobs.index', { dataset });
  const { embedding } = await client.call('labels.importEmbedding', { dataset, path, names: null });
  await client.runJob('jobs.probe', { dataset, probe: 'instant', embedding });
});
afterAll(async () => {
  await stop();
  place.remove();
});

describe("the user's own embedding of pictures that tell nothing", () => {
  it('is the only view of the instant probe', async () => {
    const { runs } = await client.call('labels.summary', { dataset });
    expect(runs[0]?.embedding).toEqual({ file: 'mine.csv', used: true });
    expect(runs[0]?.choices).toContainEqual({ name: 'views', value: 'own embedding' });
  });

  it('decides which images are neighbours', async () => {
    const items = await all();
    const same: boolean[] = [];
    for (const { id, path } of items.filter((_, i) => i % 5 === 0)) {
      const { neighbours } = await client.call('labels.surroundings', { dataset, image: id });
      expect(neighbours.length).toBeGreaterThan(0);
      same.push(...neighbours.slice(0, NEIGHBOURS).map((one) => shown.get(one.path) === shown.get(path)));
    }
    expect(same.filter(Boolean).length / same.length).toBeGreaterThan(0.9);
  });

  it('decides where the images are on the map', async () => {
    const items = await all();
    const pathOf = new Map(items.map(({ id, path }) => [id, path]));
    const { ids, x, y } = await client.call('labels.map', { dataset });
    const classes = Array.from(ids, (id) => shown.get(pathOf.get(id)!));
    const nearest = classes.map((_, i) =>
      classes
        .map((_one, j) => ({ j, distance: j === i ? Infinity : (x[i]! - x[j]!) ** 2 + (y[i]! - y[j]!) ** 2 }))
        .reduce((a, b) => (b.distance < a.distance ? b : a)),
    );
    const same = nearest.filter(({ j }, i) => classes[j] === classes[i]).length;
    expect(same / IMAGES).toBeGreaterThan(0.9);
  });
});
