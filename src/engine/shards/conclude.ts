/** Makes the findings and the report of a run. */
import type { CheckFinding } from '../../core/checks/check';
import { checks } from '../../core/checks/index';
import { concludeChecks, withTotals } from '../../core/checks/rounds';
import { worstFirst } from '../../core/checks/worst-first';
import { MOST_GROUPS, MOST_PICTURES } from '../../core/report/pictures';
import type { Catalog } from '../catalog/catalog';
import { replaceFindings } from '../catalog/findings';
import { addThumbnails, imageReader, type RunRow } from '../catalog/run-rows';
import type { Task } from '../process/task';
import { makeHtmlReport } from '../stages/html-report';
import { makeReport } from '../stages/report';
import { foundIn, readRounds } from './check-rounds';
import { judgeRunLabels } from './probe-result';
import { files, type RunPlan } from './run';
import { withRunCatalog } from './run-catalog';
import type { RunStore } from './run-store';
import { writeRunRows } from './tables';
import { readThumbnails } from './thumbnails';

/** Names that no dialect of SQL reserves. */
const findingColumns = [
  ...['finding_key', 'check_name', 'severity', 'title', 'image_id', 'path', 'group_number', 'relation', 'measure'],
];

const noGroup = { group_number: null, relation: null };
const noImage = { ...noGroup, image_id: null, path: null, measure: null };

/** One row for each image of a finding, and one without an image for a finding about the whole data set. */
function findingRows(findings: readonly CheckFinding[], pathOf: (image: number) => string | null): RunRow[] {
  return findings.flatMap(({ key, check, severity, title, images, groups }): RunRow[] => {
    const head = { finding_key: key, check_name: check, severity, title };
    const groupOf = new Map(
      groups.flatMap((group, i) =>
        group.members.map((image, at) => [image, { group_number: i, relation: group.relations[at] ?? null }] as const),
      ),
    );
    const listed = images.length > 0 ? images : [...groupOf.keys()].map((id) => ({ id, value: null }));
    if (listed.length === 0) return [{ ...head, ...noImage }];
    return listed.map(({ id, value }) => ({
      ...head,
      image_id: id,
      path: pathOf(id),
      ...(groupOf.get(id) ?? noGroup),
      measure: value,
    }));
  });
}

/** The images whose thumbnails the report may show. */
function shownImages(findings: readonly CheckFinding[]): number[] {
  return [
    ...new Set(
      findings.flatMap(({ images, groups }) => [
        ...images.slice(0, MOST_PICTURES).map(({ id }) => id),
        ...groups.slice(0, MOST_GROUPS).flatMap(({ members }) => members.slice(0, MOST_PICTURES)),
      ]),
    ),
  ];
}

async function judged(catalog: Catalog, store: RunStore, run: RunPlan, task: Task): Promise<CheckFinding[]> {
  const known = await foundIn(store, run, imageReader(catalog));
  const found = { ...known, labels: await judgeRunLabels(catalog, store, run, known.nearGroups, task) };
  const rounds = await readRounds(store, run);
  task.progress({ stage: 'check', done: 0, total: null });
  return worstFirst(concludeChecks(checks, withTotals(found, rounds.first), rounds));
}

/** @throws PlumblineError bad-run, and those of the store */
export function concludeRun(store: RunStore, run: RunPlan, task: Task): Promise<{ findings: number }> {
  return withRunCatalog(store, run, task, async (catalog) => {
    const findings = await judged(catalog, store, run, task);
    task.progress({ stage: 'store-findings', done: 0, total: null });
    replaceFindings(catalog, findings);
    addThumbnails(catalog, await readThumbnails(store, run, shownImages(findings)));
    const imageOf = imageReader(catalog);
    const rows = findingRows(findings, (image) => imageOf(image)?.path ?? null);
    await writeRunRows(store, files.findings, rows, findingColumns);
    const now = Date.now();
    await store.write(files.page, makeHtmlReport(catalog, { timings: {}, thresholds: run.thresholds }, now));
    // Last: a run whose report exists is concluded.
    await store.write(files.report, `${JSON.stringify(makeReport(catalog, {}, now), null, 2)}\n`);
    return { findings: findings.length };
  });
}
