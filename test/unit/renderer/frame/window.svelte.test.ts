/** The whole window with the fake engine: what a user does, and which calls reach the engine. */
import { describe, expect, it } from 'vitest';
import { PlumblineError, toWire } from '../../../../src/contract/errors';
import type { Finding } from '../../../../src/contract/model/finding';
import { findingsOf } from '../../../../src/renderer/state/findings.svelte';
import type { Handlers } from '../support/fake-engine';
import { inWindow, openWindow, press, settled, text } from '../support/mounted-window';
import { sampleFindings } from '../support/sample-findings';
import { DATASET, scenario } from '../support/scenario';

const classes = [
  { name: 'cat', count: 1200 },
  { name: 'dog', count: 300 },
  { name: 'eel', count: 0 },
];
const scene = scenario({ name: 'pets', classes, unreadable: 2, findings: sampleFindings(1500) });

const open = (handlers: Handlers = {}, options: Parameters<typeof openWindow>[2] = {}) =>
  openWindow(scene, handlers, options);

inWindow();

describe('the overview', () => {
  it('shows the accuracy of always predicting the largest class', async () => {
    await open();
    const figures = text('[aria-label="Key figures"] > div');
    expect(figures).toContain('Majority share 80 % accuracy of always answering “cat”');
    expect(figures).toContain('Unreadable 2 1 truncated, 1 empty file');
    expect(figures).toContain('Classes 3 1 without an image');
  });

  it('opens the unreadable files from their number', async () => {
    const { fake, session } = await open();
    document.querySelector<HTMLElement>('[aria-label="Key figures"] button')?.click();
    await settled();
    expect(session.view).toBe('gallery');
    expect(fake.asked.findLast((one) => one.name === 'images.list')?.params).toMatchObject({
      filter: { unreadable: true },
    });
  });

  it('draws the formats as bars that open their images', async () => {
    const { fake, session } = await open();
    expect(text('ul[aria-label="Format"] button')).toEqual(['JPEG 1,425', 'PNG 75']);
    document.querySelectorAll<HTMLElement>('ul[aria-label="Format"] button')[1]?.click();
    await settled();
    expect(session.view).toBe('gallery');
    expect(fake.asked.findLast((one) => one.name === 'images.list')?.params).toMatchObject({
      filter: { formats: ['png'] },
    });
    expect(text('[aria-label="Filter images"] button')).toContain('PNG');
  });

  it('offers to continue an interrupted index', async () => {
    const job = {
      job: 'aaaaaaaa-0000',
      kind: 'index',
      dataset: DATASET,
      state: 'interrupted',
      progress: null,
      error: null,
      startedAt: 1,
      endedAt: 2,
    } as const;
    const { fake } = await open({ 'jobs.list': () => [job] });
    await press('Resume');
    expect(fake.asked.at(-1)).toMatchObject({ name: 'jobs.resume', params: { job: job.job } });
  });

  it('follows a running index: updates the figures, shows the progress, and can cancel the job', async () => {
    let images = 10;
    const job = {
      job: 'aaaaaaaa-0000',
      kind: 'index',
      dataset: DATASET,
      state: 'running',
      progress: null,
      error: null,
      startedAt: 1,
      endedAt: null,
    } as const;
    const { fake } = await open({ 'jobs.list': () => [job], 'dataset.summary': () => ({ ...scene.summary, images }) });
    images = 640;
    fake.push('dataset-changed', { dataset: DATASET, revision: 2 });
    fake.push('job', {
      ...job,
      progress: { stage: 'measure', done: 640, total: 1500, rate: 312, eta: 3 },
      result: null,
    });
    await settled();
    expect(text('[aria-label="Key figures"] > div')[0]).toMatch(/^Images 640/);
    expect(text('[aria-label="Indexing"] p')).toEqual(['640 of 1,500 · 312/s · 3 s left']);
    await press('Cancel');
    expect(fake.asked.at(-1)).toMatchObject({ name: 'jobs.cancel', params: { job: job.job } });
  });

  it('offers no probe for a single class, and says why', async () => {
    const [cat, ...others] = scene.summary.classes;
    const { session } = await open({
      'dataset.summary': () => ({
        ...scene.summary,
        classes: [cat!, ...others.map((one) => ({ ...one, unreadable: one.count }))],
      }),
      'labels.summary': () => ({
        runs: [],
        withheld: null,
        judged: 0,
        flagged: 0,
        curve: [],
        joint: [],
        estimate: null,
        pairs: [],
      }),
    });
    session.go('labels');
    await settled();
    const runs = [...document.querySelectorAll<HTMLButtonElement>('.probes button')];
    expect(runs.map(({ disabled }) => disabled)).toEqual([true, true, true, true, true]);
    expect(text('main p').join(' ')).toContain(
      'All readable images have the label “cat”: there is no second class to tell it from.',
    );
  });

  it('allows saving the report while any job except the index runs, and otherwise says what it waits for', async () => {
    const job = {
      job: 'aaaaaaaa-0000',
      kind: 'lab',
      dataset: DATASET,
      state: 'running',
      progress: { stage: 'train', done: 25, total: 26, rate: 9, eta: 0.3 },
      error: null,
      startedAt: 1,
      endedAt: null,
    } as const;
    const { fake } = await open({ 'jobs.list': () => [job] });
    const button = (): HTMLButtonElement | null => document.querySelector('[aria-label="Save the report"]');
    expect(button()?.disabled).toBe(false);
    expect(text('[aria-label="Jobs"]')[0]).not.toContain('left');
    fake.push('job', { ...job, state: 'done', endedAt: 2, result: null });
    fake.push('job', { ...job, job: 'aaaaaaaa-0001', kind: 'index', startedAt: 3, result: null });
    await settled();
    expect([button()?.disabled, button()?.title]).toEqual([true, 'Available when indexing has finished']);
  });

  it('says why a data set cannot be shown, and can forget an index of a newer version', async () => {
    const { fake, session } = await open({
      'dataset.summary': () => {
        throw new PlumblineError('catalog-newer', 'Made by a newer Plumbline.');
      },
    });
    expect(text('[role="alert"]')).toEqual(['Made by a newer Plumbline.']);
    await press('Forget its index');
    expect(fake.asked.some((one) => one.name === 'dataset.forget')).toBe(true);
    expect(session.phase).toBe('start');
  });
});

describe('the findings', () => {
  it('are listed worst first, with their remedy, and open their images', async () => {
    const { fake, session } = await open();
    await press('Findings');
    expect(text('[aria-label="Finding"] h1')).toEqual(['17 groups of identical pictures carry two different labels']);
    await press('Show 34 images');
    expect(session.view).toBe('gallery');
    expect(fake.asked.findLast((one) => one.name === 'images.list')?.params).toMatchObject({
      filter: { finding: 'conflicting-duplicate' },
      sort: { by: 'value' },
    });
  });

  it('are up to date in a view that is shown again', async () => {
    let findings = sampleFindings(1500).slice(1, 2);
    const { fake } = await open({ 'findings.list': () => findings });
    await press('Findings');
    await press('Images');
    findings = sampleFindings(1500);
    fake.push('dataset-changed', { dataset: DATASET, revision: 2 });
    await settled();
    await press('Findings');
    expect(text('[aria-label="Finding"] h1')).toEqual(['17 groups of identical pictures carry two different labels']);
    expect(text('[aria-label="Findings"] [role="option"]').length).toBeGreaterThan(3);
  });

  it('open for review, as do the images of the gallery', async () => {
    const { session } = await open();
    await press('Findings');
    await press('Review these');
    expect(session.view).toBe('review');
    expect(text('main [aria-haspopup="dialog"]')[0]).toMatch(/one label|labels|duplicate/i);
    await press('Images');
    await press('Review these');
    expect(session.view).toBe('review');
    expect(text('main [aria-haspopup="dialog"]')[0]).toContain('All images');
  });

  it('can be selected with the arrow keys', async () => {
    await open();
    await press('Findings');
    document
      .querySelector('[role="listbox"]')
      ?.dispatchEvent(new KeyboardEvent('keydown', { key: 'ArrowDown', bubbles: true }));
    await settled();
    expect(text('[aria-label="Finding"] h1')).toEqual(['98 pictures are in train and in val']);
  });

  it('can be muted only with a reason, and are then listed separately', async () => {
    const { fake } = await open();
    await press('Findings');
    await press('Mute…');
    const confirm = [...document.querySelectorAll<HTMLButtonElement>('form button')].find(
      (one) => one.textContent === 'Mute',
    );
    expect(confirm?.disabled).toBe(true);
    const field = document.querySelector<HTMLTextAreaElement>('#reason');
    field!.value = 'Checked by hand';
    field!.dispatchEvent(new Event('input', { bubbles: true }));
    await settled();
    confirm?.click();
    await settled();
    expect(fake.asked.find((one) => one.name === 'findings.mute')?.params).toMatchObject({
      finding: 'conflicting-duplicate',
      reason: 'Checked by hand',
    });
    const first = '17 groups of identical pictures carry two different labels';
    expect(text('[aria-label="Finding"] h1')).toEqual([first]);
    expect(text('[aria-label="Finding"]')[0]).toContain('Checked by hand');
    expect(text('[aria-label="Findings"] [role="option"]').join()).not.toContain(first);
    await press('Undo');
    expect(fake.asked.findLast((one) => one.name.startsWith('findings.unmute'))?.params).toMatchObject({
      finding: 'conflicting-duplicate',
    });
    expect(text('[aria-label="Findings"] [role="option"]').join()).toContain(first);
  });

  it('count what is left after a decision in badge, list and overview, without an audit', async () => {
    let progress: Finding['progress'] = null;
    const { fake, session } = await open({
      'findings.list': () =>
        sampleFindings(5000)
          .slice(0, 2)
          .map((one, at) => (at === 0 ? { ...one, check: 'label-error', images: 34, progress } : one)),
    });
    const badge = (view: string) =>
      [...document.querySelectorAll('nav button')]
        .map((one) => one.getAttribute('aria-label'))
        .find((label) => label?.startsWith(view));
    expect(badge('Labels')).toBe('Labels, 34 undecided suspicious labels');
    progress = { unit: 'images', of: 34, left: 2 };
    fake.send({ type: 'event', name: 'review-changed', payload: { dataset: session.dataset!.id, classes: false } });
    await settled();
    expect(badge('Labels')).toBe('Labels, 2 undecided suspicious labels');
    expect(badge('Findings')).toBe('Findings, 2 findings');
    progress = { unit: 'images', of: 34, left: 0 };
    fake.send({ type: 'event', name: 'review-changed', payload: { dataset: session.dataset!.id, classes: false } });
    await settled();
    expect(badge('Labels')).toBe('Labels');
    expect(badge('Findings')).toBe('Findings, 1 finding');
    expect(text('[aria-label="Health"]')[0]).toContain('1 finding fully decided');
    await press('Findings');
    expect(text('[aria-label="Severity"]')[0]).toContain('Decided1');
  });

  it('are unmuted by Ctrl+Z, and the arrow keys continue from the place of a muted one', async () => {
    const { session } = await open();
    await press('Findings');
    const place = findingsOf(session.dataset!);
    const second = place.shown[1]!.key;
    await place.mute(second, 'fine');
    const third = place.shown[1]!.key;
    document
      .querySelector('[role="listbox"]')
      ?.dispatchEvent(new KeyboardEvent('keydown', { key: 'ArrowDown', bubbles: true }));
    await settled();
    expect(place.selected?.key).toBe(third);
    window.dispatchEvent(new KeyboardEvent('keydown', { key: 'z', ctrlKey: true }));
    await settled();
    expect(place.selected).toMatchObject({ key: second, muted: null });
  });

  it('give a new count while a threshold is tried, and are computed again when it is applied', async () => {
    const { fake } = await open({
      'thresholds.preview': ({ value }) => ({ flagged: { images: value * 2, classes: 0 } }),
    });
    await press('Findings');
    document.querySelector<HTMLElement>('[data-key="dark"]')?.click();
    await settled();
    const field = document.querySelector<HTMLInputElement>('[aria-label="Threshold"] input');
    field!.value = '100';
    field!.dispatchEvent(new Event('input', { bubbles: true }));
    await new Promise((resolve) => setTimeout(resolve, 150));
    expect(text('[aria-label="Threshold"] .reading')[0]).toMatch(/^200 images below 100/);
    await press('Apply');
    expect(fake.asked.find((one) => one.name === 'thresholds.set')?.params).toMatchObject({
      id: 'dark.white-level',
      value: 100,
    });
    expect(fake.asked.some((one) => one.name === 'jobs.audit')).toBe(true);
  });

  it('do not count a check as passed that needs a probe if none was run', async () => {
    await open({ 'findings.list': () => [] });
    await press('Findings');
    expect(text('.detail h1')).toEqual(['Nothing found']);
    expect(text('.not li')).toEqual(['Suspicious labels', 'Outliers', 'Overlapping classes']);
  });

  it('can be marked as different pictures', async () => {
    const { fake } = await open();
    await press('Findings');
    await press('Not a duplicate');
    const asked = fake.asked.find((one) => one.name === 'findings.notDuplicate');
    expect((asked?.params as { images: number[] } | undefined)?.images).toHaveLength(2);
    await press('Check again');
    expect(fake.asked.some((one) => one.name === 'jobs.audit')).toBe(true);
  });
});

describe('the window', () => {
  it('shows the start page without a data set, with missing folders marked and disabled', async () => {
    const recent = {
      id: DATASET,
      name: 'pets',
      root: '/data/pets',
      images: 37,
      classes: 2,
      openedAt: 1,
      exists: false,
    };
    await open({}, { start: false, recents: [recent] });
    expect(text('.recent')).toEqual(['pets /data/pets Folder is missing']);
    expect(document.querySelector<HTMLButtonElement>('.recent')?.disabled).toBe(true);
  });

  it('offers to unpack an archive, shows how far this is, and cancels it', async () => {
    const { fake } = await open({}, { start: false });
    const error = toWire(new PlumblineError('needs-unpacking', 'pets.zip has to be unpacked first.'));
    fake.push('notice', { error, about: 'open' });
    await settled();
    await press('Unpack and open');
    expect(fake.asked.some((one) => one.name === 'shell.unpack')).toBe(true);
    const progress = { stage: 'unpack', done: 40, total: 100, rate: null, eta: null } as const;
    fake.push('unpacking', { name: 'pets.zip', progress });
    await settled();
    expect(text('[aria-label="Messages"] .text')).toEqual(['Unpacking pets.zip 40 %']);
    await press('Cancel');
    expect(fake.asked.some((one) => one.name === 'archives.cancel')).toBe(true);
    fake.push('unpacking', { name: 'pets.zip', progress: null });
    await settled();
    expect(text('[aria-label="Messages"] .text')).toEqual([]);
  });

  it('refreshes the recent data sets when one is opened, so that its menu lists them all', async () => {
    const { session, fake } = await open();
    fake.asked.length = 0;
    await session.openRecent(DATASET);
    expect(fake.asked.map((one) => one.name)).toContain('dataset.recents');
  });

  it('shows a notice once, reports a restart of the engine, and refreshes everything afterwards', async () => {
    const { fake } = await open();
    const error = toWire(new PlumblineError('not-a-folder', '“a.zip” is not a folder.'));
    fake.push('notice', { error });
    fake.push('notice', { error });
    fake.asked.length = 0;
    fake.push('engine', { state: 'restarted', message: 'The engine was started again.' });
    await settled();
    expect(text('[aria-label="Messages"] .text')).toEqual([
      '“a.zip” is not a folder.',
      'The engine was started again.',
    ]);
    expect(fake.asked.map((one) => one.name)).toContain('dataset.summary');
  });

  it('closes an error when its action is tried again or another data set is shown, and keeps the errors of the new one', async () => {
    const { session, fake } = await open();
    const messages = (): string[] => text('[aria-label="Messages"] .text');
    const fail = (message: string) => () => Promise.reject(new PlumblineError('export-target', message));
    session.go('export');
    await session.notices.attempt(fail('inside'));
    session.go('overview');
    await session.notices.attempt(() => Promise.resolve());
    await settled();
    expect(messages()).toEqual(['inside']);
    session.go('export');
    await session.notices.attempt(() => Promise.resolve());
    await settled();
    expect(messages()).toEqual([]);

    fake.push('notice', { error: toWire(new PlumblineError('not-a-folder', 'no folder')), about: 'open' });
    await session.notices.attempt(fail('full'));
    fake.push('notice', { error: toWire(new PlumblineError('catalog-broken', 'made again')) });
    fake.push('dataset-opened', { dataset: 'ffff0000ffff0000' });
    await settled();
    expect(messages()).toEqual(['made again']);
  });

  it('reports a view that fails, and still shows the others', async () => {
    const [first] = sampleFindings(1500);
    const { session } = await open({ 'findings.list': () => [first!, first!] });
    session.go('findings');
    await settled();
    expect(text('main [role="alert"] p')[0]).toBe(
      '“Findings” cannot be shown because of an error in Plumbline. Your data is not the cause, and nothing is lost. The other views still work.',
    );
    session.go('gallery');
    await settled();
    expect(text('main [role="alert"]')).toEqual([]);
    expect(document.querySelector('main')?.getAttribute('aria-label')).toBe('Images');
  });

  it('remembers the chosen theme', async () => {
    await open();
    await press('Theme: same as the system');
    await press('Theme: light');
    expect(document.documentElement.dataset['theme']).toBe('dark');
    expect(localStorage.getItem('plumbline.theme')).toBe('dark');
  });

  it('changes views with Ctrl and a number', async () => {
    const { session } = await open();
    window.dispatchEvent(new KeyboardEvent('keydown', { key: '2', ctrlKey: true }));
    await settled();
    expect(session.view).toBe('findings');
  });
});
