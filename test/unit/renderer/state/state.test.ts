import { describe, expect, it } from 'vitest';
import { PlumblineError } from '../../../../src/contract/errors';
import { connect } from '../../../../src/renderer/state/engine';
import { Dataset } from '../../../../src/renderer/state/dataset.svelte';
import { findingsOf } from '../../../../src/renderer/state/findings.svelte';
import { galleryOf } from '../../../../src/renderer/state/gallery.svelte';
import { DatasetJobs } from '../../../../src/renderer/state/jobs.svelte';
import { Mirror } from '../../../../src/renderer/state/mirror.svelte';
import { Paged } from '../../../../src/renderer/state/paged.svelte';
import { fakeEngine } from '../support/fake-engine';
import { handlersFor } from '../support/handlers';
import { sampleFindings } from '../support/sample-findings';
import { DATASET, scenario } from '../support/scenario';

const pause = (ms = 0) => new Promise((resolve) => setTimeout(resolve, ms));

/** Answers on request, in any order. */
function held<T>(): { pull: () => Promise<T>; answers: ((value: T) => void)[] } {
  const answers: ((value: T) => void)[] = [];
  return { answers, pull: () => new Promise<T>((resolve) => answers.push(resolve)) };
}

describe('a mirror', () => {
  it('pulls once more for any number of refreshes during a pull, and shows the last answer', async () => {
    const { pull, answers } = held<number>();
    const mirror = new Mirror(pull);
    void mirror.refresh();
    void mirror.refresh();
    void mirror.refresh();
    answers[0]?.(1);
    await pause();
    expect(answers).toHaveLength(2);
    answers[1]?.(2);
    await pause();
    expect(answers).toHaveLength(2);
    expect(mirror.value).toBe(2);
  });

  it('keeps the last good value together with the error of a failed pull', async () => {
    let fails = false;
    const mirror = new Mirror(() => (fails ? Promise.reject(new PlumblineError('busy', 'Busy.')) : Promise.resolve(1)));
    await mirror.refresh();
    fails = true;
    await mirror.refresh();
    expect(mirror.value).toBe(1);
    expect(mirror.error?.code).toBe('busy');
  });

  it('ignores an answer after it was closed', async () => {
    const { pull, answers } = held<number>();
    const mirror = new Mirror(pull);
    void mirror.refresh();
    mirror.close();
    answers[0]?.(1);
    await pause();
    expect(mirror.value).toBeNull();
  });
});

describe('a paged list', () => {
  const numbers = (total: number) => (offset: number, limit: number) =>
    Promise.resolve({ total, items: Array.from({ length: Math.min(limit, total - offset) }, (_, at) => offset + at) });

  it('requests the visible pages, each only once', async () => {
    const offsets: number[] = [];
    const list = new Paged((offset: number, limit: number) => {
      offsets.push(offset);
      return numbers(50_000)(offset, limit);
    });
    await list.restart();
    await list.ensure(40_150, 40_250);
    await list.ensure(40_190, 40_230);
    expect(offsets).toEqual([0, 40_000, 40_200]);
    expect([list.at(40_199), list.at(40_200), list.at(30_000)]).toEqual([40_199, 40_200, undefined]);
  });

  it('ignores the answer to an older request', async () => {
    const old = held<{ total: number; items: number[] }>();
    const list = new Paged(old.pull);
    void list.restart();
    await list.restart(numbers(3));
    old.answers[0]?.({ total: 99, items: [99] });
    await pause();
    expect(list.total).toBe(3);
    expect(list.at(0)).toBe(0);
  });

  it('shows its rows until a refresh has been answered', async () => {
    const list = new Paged(numbers(10));
    await list.restart();
    const again = list.refresh();
    expect(list.at(4)).toBe(4);
    await again;
    expect(list.at(4)).toBe(4);
  });

  it('reports an error and requests again', async () => {
    let fails = true;
    const list = new Paged((offset: number, limit: number) =>
      fails ? Promise.reject(new PlumblineError('catalog-broken', 'Broken.')) : numbers(5)(offset, limit),
    );
    await list.restart();
    expect(list.error?.code).toBe('catalog-broken');
    fails = false;
    await list.ensure(0, 5);
    expect(list.error).toBeNull();
    expect(list.total).toBe(5);
  });

  it('keeps a bounded number of rows', async () => {
    const list = new Paged(numbers(200_000));
    await list.restart();
    for (let at = 0; at < 200_000; at += 400) await list.ensure(at, at + 10);
    const here = Array.from({ length: 1000 }, (_, page) => list.at(page * 200)).filter((one) => one !== undefined);
    expect(here.length).toBeLessThanOrEqual(101);
    expect(list.at(199_600)).toBe(199_600);
  });
});

describe('the jobs of a data set', () => {
  const row = {
    job: 'aaaaaaaa',
    kind: 'index',
    dataset: DATASET,
    state: 'running',
    progress: null,
    error: null,
    startedAt: 1,
    endedAt: null,
  } as const;

  it('replace a row by a newer event, and report the end of a job', async () => {
    const fake = fakeEngine({ 'jobs.list': () => [{ ...row }] });
    const jobs = new DatasetJobs(connect(fake.bridge), DATASET);
    await jobs.refresh();
    expect(jobs.running).toHaveLength(1);
    expect(jobs.take({ ...row, state: 'done', endedAt: 2, result: {} })).toBe(true);
    expect(jobs.running).toHaveLength(0);
    expect(jobs.latest('index')?.state).toBe('done');
  });

  it('ignore the jobs of other data sets', () => {
    const jobs = new DatasetJobs(connect(fakeEngine({}).bridge), DATASET);
    expect(jobs.take({ ...row, dataset: 'fedcba9876543210', state: 'done', result: {} })).toBe(false);
    expect(jobs.all).toHaveLength(0);
  });
});

describe('the gallery', () => {
  const scene = scenario({
    name: 'pets',
    classes: [
      { name: 'cat', count: 300 },
      { name: 'dog', count: 500 },
    ],
  });
  const open = () => {
    const fake = fakeEngine(handlersFor(scene));
    const dataset = new Dataset(connect(fake.bridge), DATASET);
    const listed = () => fake.asked.findLast(({ name }) => name === 'images.list')?.params;
    return { dataset, gallery: galleryOf(dataset), listed };
  };

  it('is one per data set, so that it keeps its position', () => {
    const { dataset, gallery } = open();
    expect(galleryOf(dataset)).toBe(gallery);
  });

  it('requests with its filter and starts at the first image', async () => {
    const { gallery, listed } = open();
    gallery.active = 40;
    gallery.show({ classes: ['dog'] });
    await pause(5);
    expect(gallery.cards.total).toBe(500);
    expect(gallery.active).toBe(0);
    expect(listed()).toMatchObject({ filter: { classes: ['dog'] }, offset: 0 });
  });

  it('sends no empty filters', async () => {
    const { gallery, listed } = open();
    gallery.narrow({ classes: [], text: undefined });
    await pause(5);
    expect(listed()).toMatchObject({ filter: {} });
    expect(gallery.filtered).toBe(false);
  });

  it('sorts by the value of a finding only while one is selected', () => {
    const { gallery } = open();
    gallery.show({ finding: 'dark' }, { by: 'value', descending: true });
    expect(gallery.sort.by).toBe('value');
    gallery.narrow({ finding: undefined });
    expect(gallery.sort.by).toBe('path');
  });

  it('selects single images and ranges, and clears the selection', async () => {
    const { gallery } = open();
    await pause(5);
    gallery.selectRange(5, 2);
    gallery.toggle(3);
    expect([...gallery.selected].sort()).toEqual([2, 4, 5]);
    gallery.clearSelection();
    expect(gallery.selected.size).toBe(0);
  });
});

describe('the list of findings', () => {
  it('shows muted findings separately, and shows the selected finding, muted or not', async () => {
    const fake = fakeEngine(
      handlersFor(scenario({ name: 'x', classes: [{ name: 'a', count: 100 }], findings: sampleFindings(100) })),
    );
    const dataset = new Dataset(connect(fake.bridge), DATASET);
    await dataset.pull();
    const place = findingsOf(dataset);
    expect(place.selected?.check).toBe('conflicting-duplicate');
    expect(place.shown.some((finding) => finding.muted !== null)).toBe(false);
    place.select('odd-mode');
    expect(place.filter).toBe('muted');
    expect(place.selected?.key).toBe('odd-mode');
    place.show('warning');
    expect(place.shown.every((finding) => finding.severity === 'warning')).toBe(true);
  });
});
