import { beforeEach, describe, expect, it } from 'vitest';
import { exportOptionsSchema, type ExportPlanSummary, type ExportResult } from '../../../../src/contract/model/export';
import type { Finding } from '../../../../src/contract/model/finding';
import type { Progress } from '../../../../src/contract/model/job';
import { connect } from '../../../../src/renderer/state/engine';
import { Dataset } from '../../../../src/renderer/state/dataset.svelte';
import { changeOf, compareRows, type AuditFigures } from '../../../../src/renderer/state/export-comparison';
import { exportOf, type ExportPlace } from '../../../../src/renderer/state/export.svelte';
import { fakeEngine, type FakeEngine } from '../support/fake-engine';
import { handlersFor } from '../support/handlers';
import { sampleFindings } from '../support/sample-findings';
import { DATASET, scenario } from '../support/scenario';

const JOB = 'bbbbbbbb-0000';
const PROGRESS: Progress = { stage: 'copy', done: 3, total: 90, rate: null, eta: null };
const TARGET = 'ab'.repeat(16);
const plan: ExportPlanSummary = {
  images: 90,
  bytes: 1000,
  splits: ['train'],
  table: [],
  relabelled: 0,
  converted: 0,
  moved: 0,
  dropped: [],
  unreviewed: [],
  notices: [],
  problems: [],
};
const result: ExportResult = { ...plan, folder: '/out', mode: 'copy', seconds: 1 };

async function exporting(
  splits: { name: string; share: number }[],
): Promise<{ engine: FakeEngine; dataset: Dataset; place: ExportPlace }> {
  const engine = fakeEngine({
    ...handlersFor(
      scenario({ name: 'x', classes: [{ name: 'a', count: 100 }], splits, findings: sampleFindings(100) }),
    ),
    'export.plan': () => plan,
    'shell.chooseExportFolder': () => ({ target: TARGET, folder: '/out' }),
    'jobs.export': () => ({ job: JOB }),
  });
  const dataset = new Dataset(connect(engine.bridge), DATASET);
  await dataset.pull();
  return { engine, dataset, place: exportOf(dataset) };
}

const ended = (state: 'done' | 'failed', kind: 'export' | 'index' = 'export') =>
  ({
    job: JOB,
    kind,
    dataset: DATASET,
    state,
    progress: kind === 'export' ? PROGRESS : null,
    error: null,
    startedAt: 1,
    endedAt: 2,
    result: kind === 'export' && state === 'done' ? result : null,
  }) as const;

beforeEach(() => localStorage.clear());

describe('the options of an export', () => {
  it('keep existing splits, with the training split as home, or else make new ones', async () => {
    const kept = await exporting([
      { name: 'holdout', share: 0.6 },
      { name: 'Training', share: 0.4 },
    ]);
    expect(kept.place.options?.split).toEqual({ kind: 'mended', home: 'Training' });
    const fresh = await exporting([]);
    expect(fresh.place.options?.split).toEqual({
      kind: 'new',
      seed: '1',
      shares: [
        { name: 'train', share: 80 },
        { name: 'val', share: 10 },
        { name: 'test', share: 10 },
      ],
    });
  });

  it('are invalid while a share is empty or not above zero, or two names differ only by case', async () => {
    const { place } = await exporting([]);
    expect(exportOptionsSchema.safeParse(place.wanted).success).toBe(true);
    for (const shares of [
      [{ name: 'train', share: null }],
      [{ name: 'train', share: 0 }],
      [
        { name: 'train', share: 1 },
        { name: 'Train', share: 1 },
      ],
      [{ name: 'a/b', share: 1 }],
    ]) {
      place.setShares(shares);
      expect(place.options).toBeNull();
    }
    place.setShares([{ name: ' train ', share: 1 }]);
    expect(place.options?.split).toMatchObject({ shares: [{ name: 'train', share: 1 }] });
  });

  it('request the plan again after every change', async () => {
    const { place, engine } = await exporting([]);
    place.flipDrop('blurry', true);
    place.flipDrop('dark', true);
    place.flipDrop('blurry', false);
    place.mode = 'symlink';
    await place.plan.refresh();
    expect(engine.asked.at(-1)).toMatchObject({
      name: 'export.plan',
      params: { options: { drop: ['dark'], mode: 'symlink' } },
    });
  });
});

describe('an export', () => {
  it('starts only with a folder, and shows its own result', async () => {
    const { place, engine } = await exporting([]);
    await place.start();
    expect(engine.asked.some((one) => one.name === 'jobs.export')).toBe(false);
    await place.chooseFolder();
    await place.start();
    expect(engine.asked.at(-1)).toMatchObject({ name: 'jobs.export', params: { target: TARGET } });
    engine.push('job', ended('done', 'index'));
    expect(place.done).toBeNull();
    engine.push('job', ended('done'));
    expect(place.done).toEqual({ result, target: { target: TARGET, folder: '/out' } });
  });

  it('remembers its folder for the next start of the window', async () => {
    const first = await exporting([]);
    await first.place.chooseFolder();
    const second = await exporting([]);
    expect(second.place.target).toEqual({ target: TARGET, folder: '/out' });
  });

  it('cannot be continued if it was refused before its first step, but an earlier interrupted one can', async () => {
    const { place, engine, dataset } = await exporting([]);
    const refused = { ...ended('failed'), progress: null, result: null };
    engine.push('job', refused);
    dataset.jobs.take(refused);
    expect(place.stopped).toBeNull();
    dataset.jobs.take({ ...refused, job: 'cccccccc-0000', progress: PROGRESS });
    expect(place.stopped?.job).toBe('cccccccc-0000');
  });

  it('can be continued after an interruption, and shows that result too', async () => {
    const { place, engine, dataset } = await exporting([]);
    await place.chooseFolder();
    await place.start();
    dataset.jobs.take({ ...ended('failed'), result: null });
    engine.push('job', ended('failed'));
    expect(place.done).toBeNull();
    expect(place.stopped?.job).toBe(JOB);
    await place.resume(place.stopped!);
    engine.push('job', ended('done'));
    expect(place.done?.result.images).toBe(90);
  });
});

describe('before and after', () => {
  const picture = (findings: Finding[], balancedAccuracy: number | null, unreadable = 0): AuditFigures => ({
    summary: scenario({
      name: 'x',
      classes: [
        { name: 'a', count: 90 },
        { name: 'b', count: 30 },
      ],
      unreadable,
    }).summary,
    findings,
    muted: [],
    probe: balancedAccuracy === null ? null : 'instant',
    balancedAccuracy,
  });

  it('show what improved and what got worse, including findings on one side only', () => {
    const rows = compareRows(picture(sampleFindings(100), 0.6, 3), picture([], 0.8), (check) => check);
    const of = (name: string) => rows.find((row) => row.name === name)!;
    expect([of('Unreadable files').before, of('Unreadable files').after]).toEqual([3, 0]);
    expect(changeOf(of('Unreadable files'))).toBe('better');
    expect(changeOf(of('Balanced accuracy of the probe'))).toBe('better');
    expect(changeOf(of('Images'))).toBe('same');
    expect(of('conflicting-duplicate').after).toBe(0);
    expect(of('conflicting-duplicate').before).toBeGreaterThan(0);
    expect(changeOf({ before: 1, after: 2, better: 'less', slack: 0 })).toBe('worse');
  });

  const found = (check: Finding['check'], severity: Finding['severity'], images: number): Finding => ({
    ...sampleFindings(100)[0]!,
    key: check,
    check,
    severity,
    images,
    groups: 0,
  });
  const rowsOf = (before: AuditFigures, after: AuditFigures) =>
    compareRows(before, after, (check) => check).map((row) => [row.name, changeOf(row)]);

  it('do not blame the export for notes, for example that loaders treat split folders as classes', () => {
    expect(
      rowsOf(picture([], null), picture([found('loader-mismatch', 'info', 0)], null)).filter(
        ([name]) => name === 'loader-mismatch',
      ),
    ).toEqual([]);
  });

  it('give a reason for everything that got worse', () => {
    const rows = compareRows(
      picture([], null),
      picture([found('split-drift', 'warning', 9), found('tiny-class', 'error', 3)], null),
      (check) => check,
    );
    const worse = rows.filter((row) => changeOf(row) === 'worse');
    expect(worse.map((row) => row.name)).toEqual(['Errors found', 'Warnings found', 'split-drift', 'tiny-class']);
    expect(worse.map((row) => row.why)).toEqual([
      'By “tiny-class”, below.',
      'By “split-drift”, below.',
      'The source has no splits, so this could not be found there.',
      'Some classes have fewer images now, in total or in one split.',
    ]);
  });

  it('ignore random differences and imbalance without a finding, and omit findings muted in the source', () => {
    const before = { ...picture([], 0.9), muted: ['dark'] };
    const after = {
      ...picture([found('dark', 'warning', 9)], 0.88),
      summary: { ...before.summary, imbalanceRatio: 3.2 },
    };
    expect(rowsOf(before, after).filter(([, change]) => change !== 'same')).toEqual([]);
    expect(
      changeOf(
        compareRows(before, { ...after, balancedAccuracy: 0.7 }, (check) => check).find((row) =>
          row.name.includes('probe'),
        )!,
      ),
    ).toBe('worse');
  });

  it('name unreadable files only once, because two rows of one name break the view', () => {
    const names = compareRows(
      picture([found('unreadable', 'error', 3)], null, 3),
      picture([], null),
      () => 'Unreadable files',
    ).map((row) => row.name);
    expect(names.filter((name) => name === 'Unreadable files')).toHaveLength(1);
  });

  it('count the classes of a finding that names no images', () => {
    const lacking = (classes: number): Finding => ({
      ...found('missing-class', 'warning', 0),
      classes: Array.from({ length: classes }, (_, i) => `c${i}`),
    });
    expect(rowsOf(picture([lacking(1)], null), picture([lacking(8)], null))).toContainEqual(['missing-class', 'worse']);
  });

  it('count the loss of a class as worse', () => {
    const before = picture([], null);
    const after = { ...before, summary: { ...before.summary, classes: before.summary.classes.slice(1) } };
    expect(rowsOf(before, after)).toContainEqual(['Classes', 'worse']);
  });

  it('omit what no probe has measured', () => {
    expect(
      compareRows(picture([], null), picture([], null), (check) => check).some((row) => row.name.includes('probe')),
    ).toBe(false);
  });
});
