/**
 * The lab job: finds out by training why a recipe performs badly. Every finished run is stored, so that an interrupted
 * lab can continue.
 */
import type { StoredLab } from '../../contract/model/collapse';
import { PlumblineError } from '../../contract/errors';
import type { LabResult } from '../../contract/model/lab';
import type { WireReading } from '../../contract/model/recipe';
import { integer } from '../../core/text/numbers';
import { foreseenRuns } from '../../core/collapse/foreseen';
import { readingOf } from '../../core/collapse/recipe';
import { scriptFaults } from '../../core/collapse/warnings';
import { blamedChoices, untrainedFaults, withUntrained, withUntried } from '../../core/collapse/untrained';
import type { Catalog } from '../catalog/catalog';
import { earlierLab, type KeptLab, storeLab, storeRun, storeYardstick } from '../catalog/lab';
import { trainedOnKey } from '../catalog/labels';
import type { LiveLab, LiveLabs } from './live-labs';
import { runTask } from '../training/host';
import type { LabCheckpoint } from '../training/protocol/lab';
import { labFingerprint, prepareLab, recipeSetting } from '../training/lab/request';
import type { Task } from '../process/task';
import { indexedCohort, rasterReader } from './cohort';
import { labBase } from './lab-base';
import { labLooking } from './lab-looking';
import { checkedRecipe, labCohort } from './recipe';

export interface LabJob {
  readonly reading: WireReading;
  readonly budgetSeconds: number;
}

/**
 * How many stored runs a new lab with the recipe of the last one would reuse. None when images, labels or flags have
 * changed since.
 */
export function keptRuns(catalog: Catalog, lab: KeptLab | null): number {
  if (lab === null || lab.stale) return 0;
  return earlierLab(
    catalog,
    labFingerprint(trainedOnKey(catalog), prepareLab(labCohort(catalog), lab.reading, lab.budgetSeconds)),
  ).done.length;
}

function hear(
  catalog: Catalog,
  fingerprint: string,
  live: LiveLab,
  task: Task,
  looked: () => number | null,
): (said: LabCheckpoint) => void {
  return (said) => {
    switch (said.type) {
      case 'yardstick':
        storeYardstick(catalog, fingerprint, { yardstick: said.yardstick, looked: looked() });
        live.measured(said.yardstick);
        break;
      case 'start':
        live.started(said.title, said.seed);
        task.progress({
          stage: 'train-run',
          detail: said.title,
          done: live.runs.length,
          total: live.expected,
          secondsLeft: live.secondsLeft(Date.now()),
        });
        break;
      case 'trace':
        live.looked(said.trace);
        break;
      case 'run':
        // Store the run before a window shows it, so that a run once shown is never trained again.
        storeRun(catalog, fingerprint, said.run, Date.now());
        live.finished(said.run);
        break;
    }
  };
}

const DIVIDED_AGAIN =
  'Your validation and test images that are neither copies of training images nor flagged are too few, or all of one class, so the lab divides all images itself.';

function whyNotDivided(images: number, training: number): string {
  if (images === 1) return 'there is only one image';
  if (training === 0) return `all ${integer(images)} images are copies of each other`;
  return 'every other image is a copy of a training image, or its label is flagged';
}

/**
 * Runs the lab and stores its result.
 * @throws PlumblineError no-images, worker-died, out-of-memory, cancelled; the runs that have finished stay stored
 */
export async function runLabJob(
  catalog: Catalog,
  { reading: given, budgetSeconds }: LabJob,
  labs: LiveLabs,
  task: Task,
): Promise<Pick<LabResult, 'outcome' | 'sentence'>> {
  const reading = readingOf(given);
  const { classes, images: ids } = indexedCohort(catalog);
  const cohort = labCohort(catalog);
  const fingerprint = labFingerprint(trainedOnKey(catalog), prepareLab(cohort, reading, budgetSeconds));
  const earlier = earlierLab(catalog, fingerprint);
  const base = labBase(catalog, reading.recipe, cohort);
  const { input, images, dividedAgain } = prepareLab(cohort, reading, budgetSeconds, earlier, base?.form ?? null);
  if (input.training.length === 0 || input.validation.length === 0) {
    throw new PlumblineError(
      'no-images',
      `The lab trains on some images and validates on others that are no copies of them. That is not possible here: ${whyNotDivided(ids.length, input.training.length)}. Add other pictures of each class.`,
    );
  }
  const { differences, warnings, untried } = checkedRecipe(catalog, reading);
  const used = images.map((position) => ids[position]!);
  const startedAt = Date.now();
  const live = labs.start(catalog.id, {
    startedAt,
    budgetSeconds,
    done: earlier.done,
    foreseen: foreseenRuns(differences.length),
  });
  const spent = (): number => (Date.now() - startedAt) / 1000;
  const looking = base && labLooking(input, used, earlier.looked, spent);
  const onCheckpoint = hear(catalog, fingerprint, live, task, () => looking?.count() ?? null);
  let training = false;
  try {
    const found = await runTask('lab', input, {
      signal: task.signal,
      // Once the first run has started, `hear` reports the progress as the number of the run.
      progress: (step) => {
        if (!training) task.progress(step);
      },
      rasters: rasterReader(catalog, used),
      ...(looking && {
        embeddings: base.reader(looking.looking, { signal: task.signal, progress: task.progress }),
      }),
      checkpoint: (said) => {
        training ||= said.type === 'start';
        onCheckpoint(said);
      },
    });
    const faults = untrainedFaults(
      { script: scriptFaults(reading, recipeSetting(cohort)), warnings },
      differences,
      untried,
      blamedChoices(found),
    );
    const told = {
      ...found,
      notes: [...(looking?.notes() ?? []), ...(dividedAgain ? [DIVIDED_AGAIN] : []), ...found.notes],
    };
    const result = withUntried(withUntrained(told, faults), untried);
    const at = Date.now();
    const lab: Omit<StoredLab, 'stale'> = {
      at,
      seconds: (at - startedAt) / 1000,
      budgetSeconds,
      classes: [...classes],
      reading,
      warnings: [...warnings],
      resumed: earlier.done.length,
      result,
    };
    storeLab(catalog, lab);
    return { outcome: result.outcome, sentence: result.sentence };
  } finally {
    labs.end(catalog.id);
  }
}
