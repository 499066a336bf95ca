/**
 * Computes the findings from the rows: first the duplicates, then every check whose rows, thresholds or code changed.
 * Runs in the audit process.
 */
import { createHash, type Hash } from 'node:crypto';
import { z } from 'zod';
import type { ImageRecord } from '../../contract/model/image';
import type { CheckFinding, CheckInput, Group, Thresholds } from '../../core/checks/check';
import { readable } from '../../core/checks/finding';
import { checks } from '../../core/checks/index';
import { singleShard } from '../../core/checks/rounds';
import { thresholdsWith } from '../../core/checks/thresholds';
import { worstFirst } from '../../core/checks/worst-first';
import { nearDuplicate } from '../../core/checks/near-duplicate';
import { openComparisons, lookAlikesOf } from '../../core/duplicates/changed';
import { DUPLICATES_VERSION, findDuplicates, findExactDuplicates } from '../../core/duplicates/search';
import { MEASURE_VERSION } from '../../core/images/measure';
import type { Catalog } from '../catalog/catalog';
import { keepValues } from '../catalog/check-values';
import { auditInput, notDuplicatePairs, replaceFindings, type AuditInput } from '../catalog/findings';
import { countPending } from '../catalog/scanned';
import { storedEmbeddings } from '../catalog/embeddings';
import { keepResult, keptResult } from '../catalog/kept';
import { labelEvidence } from '../catalog/label-queries';
import { BACKBONE_OUTPUTS } from '../process/backbone';
import type { Step } from '../process/task';
import { compareInThreads } from './audit-threads';
import { makeComparisons } from './compare-pictures';
import { judgeStoredLabels } from './label-judgement';
import { placeImages } from './places';

/** Increase it when the stored form of the findings changes. */
const KEPT_VERSION = 2;

type Part = string | number | object | ((hash: Hash) => void);

function digest(...parts: readonly Part[]): string {
  const hash = createHash('sha256');
  for (const part of parts) {
    if (typeof part === 'function') part(hash);
    else hash.update(typeof part === 'string' ? part : JSON.stringify(part));
    hash.update('\n');
  }
  return hash.digest('hex');
}

/** One line per image, added one by one: of some million images, one text would be longer than V8 allows. */
const lines =
  (images: readonly ImageRecord[], values: (image: ImageRecord) => readonly unknown[]) =>
  (hash: Hash): void => {
    images.forEach((image, i) => hash.update(`${i === 0 ? '' : '\n'}${values(image).join('\t')}`));
  };

/** Digest of everything that the facts depend on. One line per image: its place, its label and its content. */
function rowsKey(images: readonly ImageRecord[]): string {
  return digest(
    MEASURE_VERSION,
    lines(images, (image) => [
      image.id,
      image.path,
      image.className,
      image.split,
      image.bytes,
      image.sha256,
      image.facts?.pixelHash,
      image.unreadable?.code,
    ]),
  );
}

interface DuplicateGroups {
  readonly exact: readonly Group[];
  readonly near: readonly Group[];
  readonly turned: readonly Group[];
}

/** The comparisons kept from the last run, each as: pair, similarity, detail, patch (null for infinity), colour. */
const proofRows = z.array(z.tuple([z.string(), z.number(), z.number(), z.number().nullable(), z.number()]));

/** The structural comparisons kept from the last run, by pair. */
const structureRows = z.array(
  z.tuple([
    z.string(),
    z
      .object({
        mirrored: z.boolean(),
        structure: z.object({
          textured: z.number(),
          agreeing: z.number(),
          middle: z.number(),
          similarity: z.number(),
          colour: z.number(),
          flat: z.number(),
          patch: z.number(),
          cut: z.number(),
        }),
        part: z.boolean(),
      })
      .nullable(),
  ]),
);

async function duplicatesOf(
  catalog: Catalog,
  input: AuditInput,
  thresholds: Thresholds,
  progress: (step: Step) => void,
): Promise<{ groups: DuplicateGroups; key: string }> {
  const excluded = notDuplicatePairs(catalog).map(({ first, second }) => `${first} ${second}`);
  const values = Object.keys(nearDuplicate.thresholds).map(thresholds);
  const embeddings = storedEmbeddings(catalog);
  const key = digest(
    DUPLICATES_VERSION,
    MEASURE_VERSION,
    values,
    excluded,
    embeddings?.key ?? '',
    lines(input.images, ({ id, path, bytes, sha256, facts }) => [id, path, bytes, sha256, facts?.pixelHash]),
  );
  const kept = keptResult(catalog, 'duplicate-groups', key);
  if (kept !== null) return { groups: kept as DuplicateGroups, key };
  const proofsKey = `${DUPLICATES_VERSION}.${MEASURE_VERSION}`;
  const rows = proofRows.safeParse(keptResult(catalog, 'duplicate-proofs', proofsKey));
  const compared = structureRows.safeParse(keptResult(catalog, 'duplicate-structures', proofsKey));
  const search = {
    images: readable(input.images),
    raster: input.raster,
    thresholds,
    notDuplicates: new Set(excluded),
    known: new Map(
      (rows.success ? rows.data : []).map(([pair, similarity, detail, patch, colour]) => [
        pair,
        { similarity, detail, patch: patch ?? Infinity, colour },
      ]),
    ),
    embedded: embeddings && {
      layers: embeddings.ofUser ? [embeddings.width] : BACKBONE_OUTPUTS.map(({ width }) => width),
      row: embeddings.row,
    },
    knownStructures: new Map(compared.success ? compared.data : []),
    progress: (stage: 'sketch' | 'compare' | 'compare-look-alikes', done: number, total: number) => {
      progress({ stage, done, total });
    },
  };
  const lookAlikes = lookAlikesOf(search);
  const open = openComparisons({ ...search, lookAlikes });
  const report = (done: number): void => progress({ stage: 'compare-look-alikes', done, total: open.length });
  const made = (await compareInThreads(catalog, open, report)) ?? (await makeComparisons(catalog, open, report));
  const knownStructures = new Map([...search.knownStructures, ...made]);
  const { proofs, structures, ...groups } = findDuplicates({ ...search, lookAlikes, knownStructures });
  keepResult(
    catalog,
    'duplicate-proofs',
    proofsKey,
    [...proofs].map(([pair, { similarity, detail, patch, colour }]) => [pair, similarity, detail, patch, colour]),
  );
  keepResult(catalog, 'duplicate-structures', proofsKey, [...structures]);
  keepResult(catalog, 'duplicate-groups', key, groups);
  return { groups, key };
}

/**
 * Computes the findings that need no other images, while the index runs, and stores them as findings so far. Loads no
 * rasters and compares no pictures.
 * @param overrides thresholds that differ from their defaults
 */
export function judgeEarly(catalog: Catalog, overrides: Readonly<Record<string, number>>): void {
  const thresholds = thresholdsWith(overrides);
  const notDuplicates = new Set(notDuplicatePairs(catalog).map(({ first, second }) => `${first} ${second}`));
  const inputs = (['listed', 'measured'] as const).map((which) => {
    const input = auditInput(catalog, which);
    const images = readable(input.images);
    const exactGroups = which === 'measured' ? findExactDuplicates({ images, notDuplicates }) : [];
    const whole: CheckInput = { ...input, exactGroups, nearGroups: [], thresholds, labels: null };
    return { which, findings: whole.images.length > 0 ? singleShard(whole) : () => [] };
  });
  const findings = checks.flatMap((check) => inputs.find(({ which }) => which === check.early)?.findings(check) ?? []);
  replaceFindings(catalog, worstFirst(findings), true);
}

/**
 * Computes the findings of a data set and replaces the stored ones.
 * @param overrides thresholds that differ from their defaults
 */
export async function judge(
  catalog: Catalog,
  overrides: Readonly<Record<string, number>>,
  progress: (step: Step) => void,
): Promise<void> {
  const input = auditInput(catalog);
  const thresholds = thresholdsWith(overrides);
  const { groups, key } = await duplicatesOf(catalog, input, thresholds, progress);
  judgeStoredLabels(catalog, { groups: groups.near, key }, progress);
  placeImages(catalog, progress);
  const probed = labelEvidence(catalog);
  const findingsOf = singleShard({
    ...input,
    exactGroups: groups.exact,
    nearGroups: groups.near,
    turnedGroups: groups.turned,
    thresholds,
    labels: probed?.evidence ?? null,
  });
  const rows = digest(
    KEPT_VERSION,
    probed?.key ?? '',
    rowsKey(input.images),
    input.layout,
    input.listing,
    input.classes,
    input.splits,
    key,
  );
  const measured = readable(input.images);
  const findings = checks.flatMap((check, i) => {
    progress({ stage: 'check', done: i, total: checks.length });
    const checkKey = digest(
      rows,
      check.id,
      check.version,
      [...Object.keys(check.thresholds), ...(check.alsoReads ?? [])].map(thresholds),
    );
    const kept = keptResult(catalog, `check:${check.id}`, checkKey);
    if (kept !== null) return kept as CheckFinding[];
    const made = findingsOf(check);
    keepResult(catalog, `check:${check.id}`, checkKey, made);
    keepValues(catalog, check, thresholds, measured);
    return made;
  });
  progress({ stage: 'check', done: checks.length, total: checks.length });
  progress({ stage: 'store-findings', done: 0, total: null });
  replaceFindings(catalog, worstFirst(findings), countPending(catalog) > 0);
}
