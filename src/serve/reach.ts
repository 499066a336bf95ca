/** The data sets that pages may use: those in the permitted folders, and those that this server has opened. */
import { z } from 'zod';
import { engineApi } from '../contract/api';
import { PlumblineError } from '../contract/errors';
import { datasetIdSchema, type DatasetId, type Recent } from '../contract/model/dataset';
import { isWithin } from '../host/within';
import type { EngineProcess } from '../shell/engine-process';
import { permitted } from './roots';

type Engine = Pick<EngineProcess, 'call' | 'forward'>;

/** Parameters of a call about one data set. */
const aboutSchema = z.object({ dataset: datasetIdSchema });

export class Reach {
  readonly #engine: Engine;
  readonly #roots: readonly string[];
  readonly #allowed = new Set<DatasetId>();

  /** @param roots real paths of the permitted folders */
  constructor(engine: Engine, roots: readonly string[]) {
    this.#engine = engine;
    this.#roots = roots;
  }

  /** Takes note of a data set that this server has opened. */
  allow(dataset: DatasetId): void {
    this.#allowed.add(dataset);
  }

  /** The engine as pages may use it: calls about any other data set are refused with `forbidden`. */
  readonly engine: Engine = {
    call: async (name, params) => {
      await this.#admitCall(params);
      return this.#engine.call(name, params);
    },
    forward: async (name, params) => {
      await this.#admitCall(params);
      if (name === 'dataset.recents') return this.#recents();
      const answer = await this.#engine.forward(name, params);
      if (name === 'export.open') this.allow(engineApi[name].result.parse(answer).dataset);
      return answer;
    },
  };

  /** @throws PlumblineError forbidden for a data set that pages may not use */
  async admit(dataset: DatasetId): Promise<void> {
    if (this.#allowed.has(dataset)) return;
    for (const { id } of await this.#recents()) this.allow(id);
    if (!this.#allowed.has(dataset))
      throw new PlumblineError(
        'forbidden',
        'This data set is outside of the folders that this server may show. Start it with --root FOLDER for the folder that contains it.',
      );
  }

  async #admitCall(params: unknown): Promise<void> {
    const about = aboutSchema.safeParse(params);
    if (about.success) await this.admit(about.data.dataset);
  }

  async #recents(): Promise<Recent[]> {
    const recents = await this.#engine.call('dataset.recents', {});
    // The sample is in the cache folder. The root of an unpacked copy is the archive that it comes from.
    const roots = [...this.#roots, (await this.#engine.call('engine.info', {})).cacheFolder];
    const mayShow = async ({ id, root, exists }: Recent): Promise<boolean> => {
      if (this.#allowed.has(id)) return true;
      return exists ? (await permitted(root, roots)) !== null : roots.some((one) => isWithin(root, one));
    };
    const shown = await Promise.all(recents.map(mayShow));
    return recents.filter((_recent, at) => shown[at]);
  }
}
