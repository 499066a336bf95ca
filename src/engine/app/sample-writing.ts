/** Writes the sample data set of the start page: the same digits as `npm run demo`, in the same folder. */
import { mkdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { DemoTruth } from '../samples/faults.ts';
import { DEMO_FOLDER, demoNote, writeDemo } from '../samples/writer.ts';
import { storeFailure } from '../process/failures';
import type { Emit } from './datasets';
import { progressMeter } from './jobs';

const EVENT_MS = 100;

interface Sample {
  readonly root: string;
  /** What was planted in it. */
  readonly note: string;
}

export class SampleWriting {
  readonly #folder: string;
  readonly #emit: Emit;
  #running: Promise<Sample> | null = null;

  constructor(cache: string, emit: Emit) {
    this.#folder = join(cache, DEMO_FOLDER);
    this.#emit = emit;
  }

  /**
   * Writes the sample unless it is there. A second call waits for the first one.
   * @throws PlumblineError disk-full, cache-unwritable
   */
  write(): Promise<Sample> {
    return (this.#running ??= this.#writeOnce().finally(() => (this.#running = null)));
  }

  async #writeOnce(): Promise<Sample> {
    const found = await this.#read();
    if (found !== null) return found;
    const part = `${this.#folder}.${process.pid}.part`;
    const meter = progressMeter(() => performance.now());
    let told = -Infinity;
    try {
      await rm(part, { recursive: true, force: true });
      await mkdir(part, { recursive: true });
      const { truth } = await writeDemo(part, {}, (done, total) => {
        const at = performance.now();
        if (at - told < EVENT_MS) return;
        told = at;
        this.#emit('sample', { progress: meter({ stage: 'sample', done, total }) });
      });
      // Another Plumbline may have written the same meanwhile.
      await rename(part, this.#folder).catch(async () => {
        if ((await this.#read()) !== null) return;
        // What cleans caches may have left a part of an earlier sample.
        await rm(this.#folder, { recursive: true, force: true });
        await rename(part, this.#folder);
      });
      return this.#sample(truth);
    } catch (error) {
      throw storeFailure(error, this.#folder, 'the sample');
    } finally {
      await rm(part, { recursive: true, force: true }).catch(() => undefined);
      this.#emit('sample', { progress: null });
    }
  }

  #sample(truth: DemoTruth): Sample {
    return { root: join(this.#folder, 'digits'), note: demoNote(truth) };
  }

  /** The sample as it was written before; null if it is not there. */
  async #read(): Promise<Sample | null> {
    try {
      return this.#sample(JSON.parse(await readFile(join(this.#folder, 'demo-truth.json'), 'utf8')) as DemoTruth);
    } catch {
      return null;
    }
  }
}
