/** Runs a probe on a data set and measures its verdicts on labels against the planted truth. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { runnerImport } from 'vite';
import type * as Catalogs from '../src/engine/catalog/catalog.ts';
import type * as Questions from '../src/engine/catalog/label-queries.ts';
import { scratchFolder, startEngine } from './engine.ts';

const { openCatalog, closeCatalog } = (await runnerImport<typeof Catalogs>('./src/engine/catalog/catalog.ts')).module;
const { freshOutputs } = (await runnerImport<typeof Questions>('./src/engine/catalog/label-queries.ts')).module;

export type Kind = 'instant' | 'cnn';

export interface Judged {
  readonly path: string;
  readonly quality: number;
  readonly issue: boolean;
}

export interface Probed {
  readonly images: readonly Judged[];
  /** Time of the probe alone. */
  readonly seconds: number;
  /** About how many labels are wrong; null where the probe may not judge. */
  readonly estimate: { readonly expected: number; readonly low: number; readonly high: number } | null;
  readonly balancedAccuracy: number;
  readonly outputs: {
    readonly classes: number;
    readonly labels: readonly number[];
    readonly probabilities: readonly number[];
  };
}

interface Summary {
  readonly runs: readonly { readonly seconds: number; readonly skill: { readonly balancedAccuracy: number } }[];
  readonly estimate: Probed['estimate'];
}

/** Indexes a folder and runs one probe on it, with an empty cache. */
export async function probed(root: string, kind: Kind): Promise<Probed> {
  const cache = scratchFolder('probe');
  const engine = startEngine(cache.path);
  try {
    const { dataset } = await engine.call<{ dataset: string }>('dataset.open', { root });
    await engine.job('jobs.index', { dataset });
    await engine.job('jobs.probe', { dataset, probe: kind });
    const { runs, estimate } = await engine.call<Summary>('labels.summary', { dataset });
    const { labels } = await engine.call<{ labels: { images: Judged[] } | null }>('report.get', {
      dataset,
      timings: {},
    });
    await engine.stop();
    const catalog = openCatalog({ cache: cache.path, data: cache.path }, dataset, null);
    const outputs = freshOutputs(catalog, kind);
    closeCatalog(catalog);
    return {
      images: labels?.images ?? [],
      seconds: runs[0]?.seconds ?? Number.NaN,
      estimate,
      balancedAccuracy: runs[0]?.skill.balancedAccuracy ?? Number.NaN,
      outputs: {
        classes: outputs?.classes.length ?? 0,
        labels: [...(outputs?.labels ?? [])],
        probabilities: [...(outputs?.probabilities ?? [])],
      },
    };
  } finally {
    await engine.stop();
    cache.remove();
  }
}

/** Average precision of a ranking. @param quality the lowest value comes first */
export function averagePrecision(
  ranked: readonly { readonly path: string; readonly quality: number }[],
  wrong: ReadonlySet<string>,
): number {
  let [hits, sum] = [0, 0];
  ranked
    .toSorted((a, b) => a.quality - b.quality)
    .forEach(({ path }, i) => {
      if (wrong.has(path)) sum += ++hits / (i + 1);
    });
  return sum / wrong.size;
}

export function f1(flagged: readonly string[], wrong: ReadonlySet<string>): number {
  return (2 * flagged.filter((path) => wrong.has(path)).length) / (flagged.length + wrong.size);
}

export const three = (value: number): string => value.toFixed(3);
export const pair = (ap: number, f: number): string => `${three(ap)} / ${three(f)}`;

/** @param python with cleanlab installed */
export function byCleanlab(
  python: string,
  { outputs, images }: Probed,
  wrong: ReadonlySet<string>,
): { ap: number; f1: number } {
  const { status, stdout, stderr } = spawnSync(python, [join(import.meta.dirname, 'cleanlab_labels.py')], {
    input: JSON.stringify(outputs),
    encoding: 'utf8',
    maxBuffer: 2 ** 28,
  });
  if (status !== 0) throw new Error(`cleanlab failed: ${stderr.slice(-500)}`);
  const { flags, scores } = JSON.parse(stdout) as { flags: number[]; scores: number[] };
  return {
    ap: averagePrecision(
      scores.map((quality, i) => ({ path: images[i]!.path, quality })),
      wrong,
    ),
    f1: f1(
      flags.map((i) => images[i]!.path),
      wrong,
    ),
  };
}
