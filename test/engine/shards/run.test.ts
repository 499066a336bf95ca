import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parquetReadObjects } from 'hyparquet';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PlumblineError } from '../../../src/contract/errors';
import { type Report, reportSchema } from '../../../src/contract/model/report';
import { runCopiesText } from '../../../src/core/text/run-copies';
import { judge } from '../../../src/engine/stages/judge';
import { makeReport } from '../../../src/engine/stages/report';
import { openRunStore, openSource } from '../../../src/engine/shards/addresses';
import { planRun } from '../../../src/engine/shards/plan';
import { plannedRun } from '../../../src/engine/shards/run';
import { pendingSteps, runSteps } from '../../../src/engine/shards/steps';
import { indexed, picture, put, quiet, scratch } from '../support/indexed';
import { putPlanted } from '../support/planted';
import { snapshot } from '../support/snapshot';

let box: ReturnType<typeof scratch>;
let set: string;
let one: Report;

beforeAll(async () => {
  box = scratch();
  set = join(box.folder, 'set');
  await putPlanted(set);
  const opened = await indexed(set, join(box.folder, 'one'));
  await judge(opened.catalog, {}, () => undefined);
  one = makeReport(opened.catalog, {}, 0);
  opened.close();
});
afterAll(() => box.remove());

const at = (name: string): string => join(box.folder, name);
const reportOf = (name: string): Report =>
  reportSchema.parse(JSON.parse(readFileSync(at(`${name}/report.json`), 'utf8')));

/** Does what is left, one task after another, as a driver does; stops before `until`. */
async function goOn(name: string, until?: string): Promise<void> {
  const store = openRunStore(at(name));
  const run = await plannedRun(store);
  for (const { step, shards } of await pendingSteps(store, run)) {
    if (step === until) break;
    const found = runSteps.find(({ name: own }) => own === step)!;
    for (const shard of shards) await found.work(store, run, shard, quiet);
  }
  await store.close();
}

async function plan(name: string, shards: number | null, source = set) {
  return planRun(openRunStore(at(name)), openSource(source), { shards }, quiet);
}

const failureOf = (work: Promise<unknown>): Promise<PlumblineError> =>
  work.then(
    () => expect.unreachable('it succeeded'),
    (error: unknown) => {
      expect(error).toBeInstanceOf(PlumblineError);
      return error as PlumblineError;
    },
  );

describe('a run in shards', () => {
  it('finds what one machine finds, for every cut, and does not change the source', async () => {
    const before = snapshot(set);
    for (const shards of [1, 5, 13]) {
      const name = `run-${shards}`;
      const run = await plan(name, shards);
      expect(run.shards).toHaveLength(shards);
      await goOn(name);
      const { dataset, findings } = reportOf(name);
      expect(findings.map(({ key }) => key)).toEqual(one.findings.map(({ key }) => key));
      expect(findings).toEqual(one.findings);
      expect(dataset).toEqual(one.dataset);
    }
    expect(one.findings.map(({ check }) => check)).toEqual(
      expect.arrayContaining([
        'unreadable',
        'exact-duplicate',
        'near-duplicate',
        'conflicting-duplicate',
        'split-leak',
      ]),
    );
    expect(snapshot(set)).toEqual(before);
  });

  it('reads a label table as one machine does, and so do the copies', async () => {
    const source = at('table');
    const lines = ['file,label,split'];
    for (let i = 0; i < 30; i += 1) {
      put(source, `images/${i}.png`, await picture(i < 28 ? i + 200 : 200));
      lines.push(`images/${i}.png,${i % 3 === 0 ? 'ant' : 'bee'},${i % 5 === 0 ? 'val' : 'train'}`);
    }
    put(source, 'labels.csv', Buffer.from([...lines, 'images/absent.png,ant,train'].join('\n')));
    const opened = await indexed(source, at('table-one'));
    await judge(opened.catalog, {}, () => undefined);
    const expected = makeReport(opened.catalog, {}, 0);
    opened.close();
    await plan('table-run', 4, source);
    await goOn('table-run');
    expect(reportOf('table-run').findings).toEqual(expected.findings);
    expect(reportOf('table-run').dataset).toEqual(expected.dataset);
    const copies = await indexed(at('table-run/store'), at('table-copies'));
    const { classes, splits } = makeReport(copies.catalog, {}, 0).dataset;
    copies.close();
    expect({ classes, splits }).toEqual({ classes: expected.dataset.classes, splits: expected.dataset.splits });
  });

  it('reads the source as the user names it, and refuses to go on in another way', async () => {
    const source = at('named');
    for (let i = 0; i < 24; i += 1)
      put(source, `all/${i % 2 === 0 ? 'x' : 'y'}_${i % 3}_${i}.png`, await picture(i + 600));
    const store = openRunStore(at('named-run'));
    const plan = (nameField: number) => planRun(store, openSource(source), { shards: 2, named: { nameField } }, quiet);
    expect((await plan(2)).classes).toEqual(['0', '1', '2']);
    expect((await plan(2)).layout.kind).toBe('file-names');
    expect((await failureOf(plan(1))).message).toContain('already holds a run that reads the source in another way.');
    const table = at('outside.csv');
    put(box.folder, 'outside.csv', Buffer.from(['file,kind', 'all/x_0_0.png,one', 'all/y_1_1.png,two'].join('\n')));
    const named = { file: table, imageColumn: 'file', labelColumn: 'kind' };
    const run = await planRun(openRunStore(at('table-named')), openSource(source), { shards: 1, named }, quiet);
    expect({ classes: run.classes, images: run.images }).toEqual({ classes: ['one', 'two'], images: 2 });
  });

  it('writes tables that other tools read', async () => {
    const { buffer, byteOffset, length } = readFileSync(at('run-5/findings.parquet'));
    const rows = await parquetReadObjects({ file: buffer.slice(byteOffset, byteOffset + length) });
    const unreadable = rows.filter((row) => row['check_name'] === 'unreadable').map((row) => String(row['path']));
    expect(unreadable.sort()).toEqual([...one.findings.find(({ check }) => check === 'unreadable')!.images].sort());
    const copies = rows.filter((row) => row['check_name'] === 'exact-duplicate' && row['group_number'] === 0);
    expect(copies).toHaveLength(3);
  });

  it('leaves a folder of copies that reads like the source and holds all that was found', async () => {
    const opened = await indexed(at('run-5/store'), at('copies'));
    await judge(opened.catalog, {}, () => undefined);
    const { dataset, findings } = makeReport(opened.catalog, {}, 0);
    opened.close();
    const told = runCopiesText(dataset.copiesOfRun!);
    expect(told[1]).toContain(
      `those of the copies. The figures of all ${(await plan('run-5', 5)).images} images are in ${at('run-5/report.html')}.`,
    );
    expect(told[2]).toContain(one.findings[0]!.title);
    expect(one.dataset.copiesOfRun).toBeUndefined();
    expect(dataset.classes).toEqual(one.dataset.classes.filter(({ count }) => count > 0));
    const groups = (all: Report['findings']) =>
      all
        .filter(({ check }) => ['exact-duplicate', 'near-duplicate', 'split-leak'].includes(check))
        .map((finding) => [finding.key, finding.groups]);
    expect(groups(findings)).toEqual(groups(one.findings));
  });

  it('goes on after a crash from the files that are whole', async () => {
    await plan('crashed', 3);
    await goOn('crashed', 'candidates');
    // As a killed process leaves them: a file that was being written, and a shard without its last file.
    writeFileSync(at('crashed/facts/.1.abc.part'), 'half');
    rmSync(at('crashed/facts/00001.parquet'));
    const store = openRunStore(at('crashed'));
    const pending = await pendingSteps(store, await plannedRun(store));
    expect(pending.map(({ step, shards }) => [step, shards])).toEqual([
      ['index', [1]],
      ['candidates', [0]],
      ['compare', [0, 1, 2]],
      ['groups', [0]],
      ['checks', [0, 1, 2]],
      ['surveys', [0]],
      ['rechecks', [0, 1, 2]],
      ['conclude', [0]],
      ['copies', [0]],
    ]);
    await goOn('crashed');
    expect(reportOf('crashed').findings).toEqual(one.findings);
    expect(await pendingSteps(store, await plannedRun(store))).toEqual([]);
  });

  it('takes up the run that is there, and refuses one of another source', async () => {
    const again = await plan('run-5', 5);
    expect(again.shards).toHaveLength(5);
    expect((await failureOf(plan('run-5', 2))).message).toContain('already holds a run with 5 shards.');
    const other = at('other');
    put(other, 'a/1.png', Buffer.from('x'));
    expect((await failureOf(plan('run-5', null, other))).message).toBe(
      `${at('run-5')} already holds a run of ${set}. Name another folder for this one, or delete that one first.`,
    );
  });

  it('says in one sentence which file is damaged or missing', async () => {
    await plan('damaged', 2);
    await goOn('damaged', 'candidates');
    const facts = at('damaged/facts/00001.parquet');
    writeFileSync(facts, readFileSync(facts).subarray(0, 3000));
    expect(await failureOf(goOn('damaged'))).toMatchObject({
      code: 'bad-run',
      message: expect.stringMatching(
        /^facts\/00001\.parquet in the run .* is damaged \(.*\)\. Delete this file and start the same command again: only what it held is made again\.$/,
      ) as string,
    });
    rmSync(facts);
    rmSync(at('damaged/plan/00001.parquet'));
    expect((await failureOf(goOn('damaged'))).message).toMatch(/^plan\/00001\.parquet is not in the run /);
    expect((await failureOf(plan('nothing', 1, at('absent')))).message).toBe(
      `There is no folder ${at('absent')} on this machine.`,
    );
  });

  it('notes a file that disappeared after the plan, and refuses a machine that sees none of them', async () => {
    const source = at('vanishing');
    await putPlanted(source);
    await plan('vanished', 2, source);
    rmSync(join(source, 'test/cat/36.png'));
    await goOn('vanished');
    const unreadable = reportOf('vanished').findings.find(({ check }) => check === 'unreadable');
    expect(unreadable?.images).toContain('test/cat/36.png');
    await plan('blind', 2, source);
    for (const name of readdirSync(source)) rmSync(join(source, name), { recursive: true });
    expect((await failureOf(goOn('blind'))).message).toMatch(/^None of the \d+ files of shard 0 can be found in /);
  });
});
