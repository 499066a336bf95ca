/**
 * The probe job: a probe predicts every image without having trained on it. The audit then stores the result, judges
 * the labels by it and places the images on a map. The user's own predictions take the place of a probe's. If they fit
 * the labels suspiciously well, or are surer than they are right, the instant probe runs first, to compare them with it.
 */
import { dirname } from 'node:path';
import { PlumblineError } from '../../contract/errors';
import type { OwnBackbone } from '../../contract/model/backbone';
import type { OwnEmbedding, ProbeKind, TrainedProbe } from '../../contract/model/labels';
import { counted } from '../../core/text/numbers';
import type { Catalog } from '../catalog/catalog';
import { contentKey } from '../catalog/labels';
import { INSTANT_ORDER, runInstantProbe } from '../training/host';
import type { TaskResult } from '../training/protocol/tasks';
import type { Task } from '../process/task';
import { runAudit } from './audit';
import { trainCnn } from './cnn-run';
import { type Cohort, cohortOf, rasterReader } from './cohort';
import { embeddingReader, type EmbeddingReader } from './embed-run';
import { ownBackboneReader } from './own-backbone';
import { ownEmbeddingReader } from './own-embedding';
import { checkOutOfSample, needsReference, ownProbe } from './own-probe';
import type { FinishedProbe } from './probe-run';

/** What the user gives the instant probe in place of the built-in network; at most one of the two. */
interface OwnSource {
  readonly embedding: OwnEmbedding | null;
  readonly backbone: OwnBackbone | null;
}

interface ProbeOrder extends OwnSource {
  readonly kind: ProbeKind;
  /** Which of the user's predictions; null for the newest ones. Only for the kind `predictions`. */
  readonly predictions: string | null;
}

/**
 * Runs a probe over all readable images, then the audit.
 * @param learned called when the learning curves have a new point
 * @throws PlumblineError no-images with fewer than two classes or images, worker-died, out-of-memory, cancelled, and
 *   for the user's predictions bad-predictions and not-found
 */
export async function runProbe(
  catalog: Catalog,
  { kind, predictions, ...own }: ProbeOrder,
  task: Task,
  learned: () => void,
): Promise<void> {
  const cohort = cohortOf(catalog);
  const { classes, images, labels } = cohort;
  if (images.length < 2 || classes.length < 2) {
    throw new PlumblineError(
      'no-images',
      `A probe needs readable images of at least two classes; this data set has ${counted(images.length, 'readable image')} of ${counted(classes.length, 'class', 'classes')}.`,
    );
  }
  const key = contentKey(catalog);
  const finish = (made: Omit<FinishedProbe, 'key' | 'finishedAt' | 'classes'>): Promise<void> =>
    runAudit(catalog, task, { ...made, key, finishedAt: Date.now(), classes: [...classes] });
  const train = async (trainedKind: TrainedProbe): Promise<void> =>
    finish({
      kind: trainedKind,
      images,
      labels,
      ...(await trained(catalog, trainedKind, own, cohort, task, learned)),
    });
  if (kind !== 'predictions') return train(kind);
  const theirs = ownProbe(catalog, cohort, predictions);
  if (needsReference(catalog, theirs)) await train('instant');
  checkOutOfSample(catalog, theirs);
  const { name, images: predicted, predictions: given } = theirs;
  const choices = [{ name: 'file', value: name }];
  const result = { probabilities: given.probabilities, truth: null, embedding: null, choices };
  await finish({ kind, images: predicted, labels: given.labels, seconds: 0, result });
}

async function trained(
  catalog: Catalog,
  kind: TrainedProbe,
  own: OwnSource,
  cohort: Cohort,
  task: Task,
  learned: () => void,
): Promise<Pick<FinishedProbe, 'result' | 'seconds' | 'embedding' | 'backbone' | 'pretrained'>> {
  const { result, seconds } = await (kind === 'instant'
    ? solveInstant(catalog, cohort, own, task)
    : trainCnn(catalog, cohort, INSTANT_ORDER.seed, task, learned));
  const { probabilities, truth, embedding, dimensions, choices, usesEmbedding, pretrained } = result;
  return {
    seconds,
    ...(kind === 'instant' && offeredBy(own, usesEmbedding === true)),
    ...(pretrained && { pretrained }),
    result: { probabilities, truth, choices, embedding: { embedding, dimensions } },
  };
}

function offeredBy({ embedding, backbone }: OwnSource, used: boolean): Pick<FinishedProbe, 'embedding' | 'backbone'> {
  return {
    ...(embedding && { embedding: { file: embedding.file, used } }),
    ...(backbone && { backbone: { file: backbone.file, sha256: backbone.sha256, used } }),
  };
}

/** Where the instant probe takes its embeddings from; null where set-up could not fetch the built-in network. */
function sourceReader(
  catalog: Catalog,
  { images, widths, heights }: Cohort,
  { embedding, backbone }: OwnSource,
  task: Task,
): Pick<EmbeddingReader, 'layers' | 'read'> | null {
  if (backbone !== null) return ownBackboneReader(catalog, images, task, backbone);
  if (embedding !== null) return ownEmbeddingReader(catalog, images, embedding);
  return embeddingReader(catalog, { images, widths, heights }, task);
}

async function solveInstant(
  catalog: Catalog,
  cohort: Cohort,
  own: OwnSource,
  task: Task,
): Promise<{ result: TaskResult<'instant-probe'>; seconds: number }> {
  const { widths, heights, labels, groups, classes, images } = cohort;
  const started = performance.now();
  const network = sourceReader(catalog, cohort, own, task);
  const result = await runInstantProbe(
    {
      widths,
      heights,
      labels,
      groups,
      classes: classes.length,
      ...INSTANT_ORDER,
      source: own.backbone !== null ? 'own-network' : own.embedding !== null ? 'own-embedding' : 'pretrained',
      layers: network === null ? null : [...network.layers],
      scratch: dirname(catalog.file),
    },
    { ...task, rasters: rasterReader(catalog, images), ...(network && { embeddings: network.read }) },
  );
  return { result, seconds: (performance.now() - started) / 1000 };
}
