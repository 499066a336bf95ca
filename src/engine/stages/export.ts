/**
 * Writes a cleaned copy of a data set, with its splits and everything that training needs. The data set itself is only
 * read.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { open, readFile, writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { hash } from 'node:crypto';
import { PlumblineError } from '../../contract/errors';
import type { ExportMode, ExportOptions, ExportPlanSummary, ExportResult } from '../../contract/model/export';
import { openDisagreements } from '../../core/review/agreement-words';
import { counted } from '../../core/text/numbers';
import type { ExportDocument, WrittenFile } from '../../core/exports/format';
import { exportFormats } from '../../core/exports/index';
import {
  planExport,
  summarizeExport,
  type ExportInput,
  type ExportPlan,
  type PlannedFile,
} from '../../core/exports/plan';
import { undecidedChecks } from '../../core/checks/index';
import type { Sliced } from '../../core/slices';
import type { Catalog } from '../catalog/catalog';
import { sourceOfCopy } from '../catalog/copy-record';
import { readDataset } from '../catalog/dataset';
import { mutes } from '../catalog/finding-settings';
import { dropFindings, exportImages, foundCopies, rawPaths, standing } from '../catalog/export-source';
import { readReview } from '../catalog/decisions';
import { PerReview } from '../catalog/per-review';
import { agreementsOf, openDisagreementsOf } from '../catalog/reviewers';
import { currentRemarks } from '../catalog/remarks';
import { CopyFailure, placeAll } from '../export/copiers';
import type { PlaceRequest } from '../export/place';
import { checkSpace, checkTarget, neededBytes, possibleMode, type Target } from '../export/target';
import {
  clearWorkshop,
  finishWorkshop,
  holdsExport,
  leaveWorkshop,
  openWorkshop,
  planDigest,
  wasFinished,
  type Workshop,
} from '../export/workshop';
import { systemCode } from '../process/failures';
import { inSlices } from '../process/in-slices';
import { filePath } from '../files/paths';
import { encodePlain } from '../images/pixels';
import type { Task } from '../process/task';
import { makeHtmlReport } from './html-report';

export interface ExportRequest {
  readonly options: ExportOptions;
  /** Absolute path of a folder that is empty or does not exist yet. */
  readonly folder: string;
  readonly version: string;
}

const LINKS_TO_CACHE =
  'The images were unpacked into Plumbline’s cache folder. Symbolic links to them break when it is cleared: copy them, or use hard links.';

/** @throws PlumblineError export-impossible */
function checkIndexed(catalog: Catalog): void {
  if (readDataset(catalog).complete === 0) {
    throw new PlumblineError(
      'export-impossible',
      'This data set is not fully indexed yet: let the indexing finish first.',
      {
        details: { reason: 'not-indexed' },
      },
    );
  }
}

const summaries = new PerReview<Promise<ExportPlanSummary>>();

/**
 * What an export would contain with these options. It is computed once: only the list of files is too large to keep.
 * @throws PlumblineError export-impossible before the folder is fully indexed
 */
export async function planSummary(catalog: Catalog, options: ExportOptions): Promise<ExportPlanSummary> {
  checkIndexed(catalog);
  const summary = await summaries.get(catalog, JSON.stringify(options), () => inSlices(summarized(catalog, options)));
  return withNotices(catalog, options, summary);
}

function withNotices(catalog: Catalog, options: ExportOptions, summary: ExportPlanSummary): ExportPlanSummary {
  const disputed = openDisagreements(agreementsOf(catalog), openDisagreementsOf(catalog).size);
  const notices = [
    ...(options.mode === 'symlink' && sourceOfCopy(catalog.root) !== null ? [LINKS_TO_CACHE] : []),
    ...(disputed === null ? [] : [disputed]),
  ];
  return { ...summary, notices: [...notices, ...summary.notices] };
}

/**
 * Plans an export: what it would contain with these options.
 * @throws PlumblineError export-impossible before the folder is fully indexed
 */
async function planOf(catalog: Catalog, options: ExportOptions): Promise<ExportPlan> {
  checkIndexed(catalog);
  for (;;) {
    const review = readReview(catalog);
    const plan = await inSlices(planned(catalog, options));
    // At a pause something was decided, or the index has changed.
    if (readReview(catalog) !== review) continue;
    return { ...plan, summary: withNotices(catalog, options, plan.summary) };
  }
}

function* summarized(catalog: Catalog, options: ExportOptions): Sliced<ExportPlanSummary> {
  return yield* summarizeExport(yield* exportInput(catalog, options));
}

function* planned(catalog: Catalog, options: ExportOptions): Sliced<ExportPlan> {
  return yield* planExport(yield* exportInput(catalog, options));
}

function* exportInput(catalog: Catalog, options: ExportOptions): Sliced<ExportInput> {
  const { decisions } = readReview(catalog).binding;
  const { images, copies } = yield* exportImages(catalog);
  const still = standing(catalog);
  const checks = [...new Set([...options.drop, ...undecidedChecks.map(({ id }) => id)])];
  const findings = dropFindings(catalog, checks, new Set(mutes(catalog).keys()), still);
  yield;
  const groups = [...foundCopies(catalog, still), ...copies];
  return { images, decisions, findings, groups, options };
}

/**
 * Builds the export in a temporary folder beside the target and renames it when it is complete. A run that is killed,
 * cancelled or fails leaves its files there, and the next run with the same plan continues with them.
 * @throws PlumblineError export-impossible, export-target, disk-full, source-changed, no-permission, busy, cancelled
 */
export async function exportDataset(
  catalog: Catalog,
  { options, folder, version }: ExportRequest,
  task: Task,
): Promise<ExportResult> {
  const started = performance.now();
  const plan = await planOf(catalog, options);
  if (plan.summary.problems.length > 0) {
    throw new PlumblineError('export-impossible', plan.summary.problems.join(' '), { details: { reason: 'plan' } });
  }
  const digest = planDigest([catalog.id, options, ...plan.files.map((file) => [file.file, file.image.sha256])]);
  const isFinished = (place: Target): boolean =>
    wasFinished(place, digest) || (task.resumed === true && holdsExport(place, digest, plan.files));
  const target = checkTarget(catalog.root, folder, isFinished);
  const mode = possibleMode(catalog.root, target, options.mode);
  const result = (done: ExportMode, notices: readonly string[]): ExportResult => ({
    ...plan.summary,
    notices: [...plan.summary.notices, ...notices],
    folder: target.folder,
    mode: done,
    seconds: (performance.now() - started) / 1000,
  });
  if (isFinished(target)) {
    clearWorkshop(target);
    return result(mode, []);
  }
  checkSpace(
    target,
    neededBytes(
      plan.files.map((file) => file.image.bytes),
      mode,
    ),
  );
  const workshop = guarded(target, () => openWorkshop(target, digest));
  try {
    const copied = await placeImages(catalog, plan, workshop, mode, task);
    const files = await convertImages(catalog, plan, workshop, task);
    task.progress({ stage: 'write-manifests', done: 0, total: 1 });
    await writeDocuments(
      {
        files,
        left: plan.left,
        classes: plan.classes,
        splits: plan.splits,
        log: readReview(catalog).state,
        remarks: currentRemarks(catalog),
        options,
        plan: digest,
        version,
        source: basename(catalog.root),
        timeText: (at) => new Date(at).toISOString(),
      },
      workshop.tree,
    );
    writeFileSync(join(workshop.tree, 'report.html'), makeHtmlReport(catalog, { timings: {} }, Date.now()));
    task.signal.throwIfAborted();
    finishWorkshop(workshop);
    task.progress({ stage: 'write-manifests', done: 1, total: 1 });
    return result(copied > 0 ? 'copy' : mode, fallbackNotices(options.mode, mode, copied));
  } catch (error) {
    throw explain(error, target);
  } finally {
    leaveWorkshop(workshop);
  }
}

function sourceOf(catalog: Catalog, file: PlannedFile, raw: ReadonlyMap<string, Buffer>): Buffer {
  return filePath(file.image.path, raw.get(file.image.path) ?? null).absolute(catalog.root);
}

/** @returns how many files were copied although links were wanted */
async function placeImages(
  catalog: Catalog,
  plan: ExportPlan,
  { tree }: Workshop,
  mode: ExportMode,
  task: Task,
): Promise<number> {
  const raw = rawPaths(catalog);
  const files = plan.files.filter((file) => file.convertTo === null);
  for (const folder of new Set(plan.files.map((file) => dirname(file.file))))
    mkdirSync(join(tree, folder), { recursive: true });
  const requests = files.map((file): PlaceRequest => ({
    from: sourceOf(catalog, file, raw),
    to: join(tree, file.file),
    mode,
    sha256: file.image.sha256!,
    bytes: file.image.bytes,
    modified: file.image.modified,
  }));
  const stage = mode === 'copy' ? 'copy' : 'link';
  let [done, copied] = [0, 0];
  task.progress({ stage, done, total: requests.length });
  await placeAll(requests, task.signal, (index, { how }) => {
    if (how === 'changed') throw changed(files[index]!.image.path);
    if (how !== mode) copied += 1;
    task.progress({ stage, done: (done += 1), total: requests.length });
  });
  return copied;
}

/** Re-encodes the images that the plan converts, and returns all files with their final SHA-256 and size. */
async function convertImages(
  catalog: Catalog,
  plan: ExportPlan,
  { tree }: Workshop,
  task: Task,
): Promise<WrittenFile[]> {
  const raw = rawPaths(catalog);
  const written = plan.files.map((file): WrittenFile => ({
    ...file,
    sha256: file.image.sha256!,
    bytes: file.image.bytes,
  }));
  const waiting = [...written.entries()].filter(([, file]) => file.convertTo !== null);
  const total = waiting.length;
  let done = 0;
  const convert = async (): Promise<void> => {
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
      task.signal.throwIfAborted();
      const [index, file] = next;
      const content = await readFile(sourceOf(catalog, file, raw));
      if (hash('sha256', content) !== file.image.sha256) throw changed(file.image.path);
      const encoded = await encodePlain(content, file.convertTo!);
      await writeFile(join(tree, file.file), encoded);
      written[index] = { ...file, sha256: hash('sha256', encoded), bytes: encoded.length };
      task.progress({ stage: 'convert', done: (done += 1), total });
    }
  };
  await Promise.all(Array.from({ length: availableParallelism() }, convert));
  return written;
}

async function writeDocuments(document: ExportDocument, tree: string): Promise<void> {
  for (const format of exportFormats) {
    for (const [path, chunks] of format.files(document)) {
      const file = await open(join(tree, path), 'w');
      try {
        await writeFile(file, batches(chunks));
        await file.sync();
      } finally {
        await file.close();
      }
    }
  }
}

/** Joins text until there is enough for one write; passes bytes on as they come. */
function* batches(chunks: Iterable<string | Uint8Array>): Iterable<string | Uint8Array> {
  let text = '';
  for (const chunk of chunks) {
    if (typeof chunk === 'string') text += chunk;
    if (typeof chunk === 'string' && text.length < 1 << 16) continue;
    yield text;
    text = '';
    if (typeof chunk !== 'string') yield chunk;
  }
  yield text;
}

function changed(path: string): PlumblineError {
  return new PlumblineError(
    'source-changed',
    `“${path}” has changed since it was indexed. Index the folder again, then export.`,
    { details: { path } },
  );
}

function fallbackNotices(wanted: ExportMode, mode: ExportMode, copied: number): string[] {
  const links = wanted === 'hardlink' ? 'Hard links' : 'Symbolic links';
  if (mode !== wanted) return [`${links} cannot point to another disk, so the files were copied.`];
  return copied === 0 || wanted === 'copy'
    ? []
    : [`${links} are not possible here for ${counted(copied, 'file')}, which were copied.`];
}

function guarded<T>(target: Target, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw explain(error, target);
  }
}

/** Turns a system error into an error that explains what it means for the export. */
function explain(error: unknown, target: Target): unknown {
  if (error instanceof PlumblineError) return error;
  const code = error instanceof CopyFailure ? error.code : systemCode(error);
  const source = error instanceof CopyFailure ? Buffer.from(error.request.from).toString() : '';
  const options = { details: { folder: target.folder }, cause: error };
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    return new PlumblineError(
      'disk-full',
      `The disk is full. The files written so far are kept in “${target.workshop}”: free some space and start the export again, or delete that folder.`,
      options,
    );
  }
  if (code === 'ENOENT' && source !== '') return changed(source);
  if (['EACCES', 'EPERM', 'EROFS'].includes(code)) {
    return new PlumblineError(
      'no-permission',
      source === ''
        ? `“${target.folder}” cannot be written to: choose another folder.`
        : `“${source}” cannot be read or “${target.folder}” cannot be written to (${code}).`,
      options,
    );
  }
  return error;
}
