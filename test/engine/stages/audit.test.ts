import { fork, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findingsAbout, listFindings } from '../../../src/engine/catalog/finding-queries';
import { listGroups } from '../../../src/engine/catalog/group-queries';
import { useThresholds } from '../../../src/engine/catalog/findings';
import { markNotDuplicate } from '../../../src/engine/catalog/finding-settings';
import { runAudit } from '../../../src/engine/stages/audit';
import { runIndex } from '../../../src/engine/stages/index-run';
import { indexed, picture, put, quiet, scratch, type Indexed } from '../support/indexed';

let home: ReturnType<typeof scratch>;
let source: string;
let opened: Indexed;

/**
 * 24 pictures in two splits and two classes. The test split also has a byte copy of the first picture under another
 * label, and a smaller JPEG of it.
 */
beforeEach(async () => {
  home = scratch();
  source = join(home.folder, 'source');
  for (let seed = 0; seed < 24; seed++)
    put(
      source,
      `${seed < 16 ? 'train' : 'test'}/${seed % 2 === 0 ? 'cat' : 'dog'}/${String(seed).padStart(2, '0')}.png`,
      await picture(seed + 1, 96),
    );
  const first = await picture(1, 96);
  put(source, 'test/dog/copy.png', first);
  put(source, 'test/cat/small.jpg', await sharp(first).resize(64).jpeg({ quality: 85 }).toBuffer());
  put(
    source,
    'train/cat/black.png',
    await sharp({ create: { width: 50, height: 50, channels: 3, background: '#000' } })
      .png()
      .toBuffer(),
  );
  opened = await indexed(source, home.folder);
});

afterEach(() => {
  opened.close();
  home.remove();
});

const found = () => listFindings(opened.catalog);
const one = (key: string) => found().find((finding) => finding.key === key);

describe('an audit', () => {
  it('stores findings worst first, with their pictures and groups', async () => {
    await runAudit(opened.catalog, quiet);
    const order = ['error', 'warning', 'info'];
    const severities = found().map(({ severity }) => order.indexOf(severity));
    expect(severities).toEqual([...severities].sort());
    expect(one('split-leak')).toMatchObject({ severity: 'error', groups: 1, images: 3, splits: ['train', 'test'] });
    expect(one('conflicting-duplicate')).toMatchObject({ severity: 'error', classes: ['cat', 'dog'] });
    expect(one('exact-duplicate')).toMatchObject({ groups: 1, images: 2, value: 1 });
    expect(one('near-duplicate')).toMatchObject({ groups: 1, images: 3 });
    expect(one('low-information')).toMatchObject({ images: 1 });
    expect(one('unreadable')).toBeUndefined();
  });

  it('lists the findings of an image, worst first, with the groups that it is in', async () => {
    await runAudit(opened.catalog, quiet);
    const about = (path: string) =>
      findingsAbout(opened.catalog, opened.id(path)).map(({ key, group }) => [key, group]);
    expect(about('test/cat/small.jpg').map(([key]) => key)).toEqual(
      found()
        .map(({ key }) => key)
        .filter((key) => ['split-leak', 'conflicting-duplicate', 'near-duplicate'].includes(key)),
    );
    expect(about('test/dog/copy.png')).toContainEqual(['exact-duplicate', { index: 0, images: 2 }]);
    expect(about('test/dog/copy.png')).toContainEqual(['near-duplicate', { index: 0, images: 3 }]);
    expect(about('train/cat/black.png')).toContainEqual(['low-information', null]);
    expect(about('train/dog/01.png')).toEqual([]);
    const index =
      findingsAbout(opened.catalog, opened.id('test/dog/copy.png')).find(({ key }) => key === 'split-leak')?.group
        ?.index ?? -1;
    expect(
      listGroups(opened.catalog, 'split-leak', { offset: index, limit: 1, members: 12 }).groups[0]?.members.map(
        ({ card }) => card.path,
      ),
    ).toContain('test/dog/copy.png');
  });

  it('reports its progress, and does not block the engine', async () => {
    const stages = new Set<string>();
    let turns = 0;
    const timer = setInterval(() => {
      turns++;
    }, 1);
    await runAudit(opened.catalog, { signal: quiet.signal, progress: ({ stage }) => stages.add(stage) });
    clearInterval(timer);
    expect([...stages]).toEqual(['sketch', 'compare', 'check', 'store-findings']);
    expect(turns).toBeGreaterThan(3);
  });

  it('stops if the engine that started it is gone', async () => {
    const gone = spawnSync('true').pid;
    const child = fork('out/engine/audit.js', [String(gone)], {
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    child.send({
      id: opened.catalog.id,
      folders: { cache: join(home.folder, 'cache'), data: join(home.folder, 'data') },
      thresholds: {},
      probe: null,
    });
    expect(await once(child, 'exit')).toEqual([1, null]);
    expect(found()).toEqual([]);
  });

  it('remembers by content which pictures are not duplicates', async () => {
    const shas = opened.catalog.db
      .prepare<[], string>("SELECT DISTINCT sha256 FROM images WHERE path LIKE '%/00.png' OR path LIKE '%small.jpg'")
      .pluck()
      .all();
    markNotDuplicate(opened.catalog, [opened.id('train/cat/00.png'), opened.id('test/cat/small.jpg')], 0);
    await runAudit(opened.catalog, quiet);
    expect(shas).toHaveLength(2);
    expect(one('near-duplicate')).toBeUndefined();
    expect(one('exact-duplicate')).toMatchObject({ groups: 1 });
  });

  it('keeps the previous findings when it is cancelled', async () => {
    await runAudit(opened.catalog, quiet);
    const before = found();
    put(source, 'train/dog/new.png', await picture(99, 96));
    await runIndex(opened.catalog, quiet);
    const control = new AbortController();
    const running = runAudit(opened.catalog, { signal: control.signal, progress: () => undefined });
    // Immediately, because a later cancel may come when everything is done.
    control.abort(new Error('enough'));
    await expect(running).rejects.toThrow('enough');
    expect(found()).toEqual(before);
  });

  it('does not start if it was cancelled before', async () => {
    await expect(
      runAudit(opened.catalog, { signal: AbortSignal.abort(new Error('no')), progress: () => undefined }),
    ).rejects.toThrow('no');
  });
});

describe('a second audit', () => {
  /** Marks the stored results of every check, so that recomputed ones can be recognized. */
  const mark = (): void => {
    opened.catalog.db
      .prepare(`UPDATE kept_results SET body = replace(body, '"title":"', '"title":"KEPT ') WHERE name LIKE 'check:%'`)
      .run();
  };
  const kept = () =>
    found()
      .filter(({ title }) => title.startsWith('KEPT'))
      .map(({ check }) => check);

  it('computes nothing again if nothing changed', async () => {
    await runAudit(opened.catalog, quiet);
    const before = found();
    mark();
    await runAudit(opened.catalog, quiet);
    expect(kept()).toHaveLength(before.length);
  });

  it('computes only the check again whose threshold changed', async () => {
    await runAudit(opened.catalog, quiet);
    mark();
    useThresholds(opened.catalog, { 'tiny-dataset.error': 25 });
    await runAudit(opened.catalog, quiet);
    expect(one('tiny-dataset')).toMatchObject({
      threshold: 25,
      title: expect.stringMatching(/^There are only/) as string,
    });
    expect(kept()).toContain('split-leak');
    expect(kept()).not.toContain('tiny-dataset');
  });

  it('computes all checks again after a new file, but reuses the proofs of pairs', async () => {
    await runAudit(opened.catalog, quiet);
    mark();
    const proofs = () =>
      JSON.parse(
        opened.catalog.db
          .prepare<[], string>("SELECT body FROM kept_results WHERE name = 'duplicate-proofs'")
          .pluck()
          .get() ?? '[]',
      ) as [string, number][];
    const before = new Map(proofs());
    // A proof with an impossible value: it is found again if it was not recomputed.
    opened.catalog.db
      .prepare("UPDATE kept_results SET body = ? WHERE name = 'duplicate-proofs'")
      .run(
        JSON.stringify(
          proofs().map(([pair, similarity, ...rest]) => [pair, similarity >= 0.96 ? 0.9999 : similarity, ...rest]),
        ),
      );
    put(source, 'train/dog/new.png', await picture(98, 96));
    await runIndex(opened.catalog, quiet);
    await runAudit(opened.catalog, quiet);
    expect(kept()).toEqual([]);
    expect(one('near-duplicate')).toMatchObject({ groups: 1 });
    expect(proofs().filter(([pair, similarity]) => similarity === 0.9999 && before.has(pair)).length).toBeGreaterThan(
      0,
    );
  });
});
