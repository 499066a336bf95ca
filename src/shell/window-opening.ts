/**
 * Opens folders for one window, and remembers what this window was refused, so that it can go on with it. Two pages of
 * a server may be refused two folders at the same time.
 */
import { join } from 'node:path';
import type { DatasetId, RefusedReading, TableColumns } from '../contract/model/dataset';
import { PlumblineError, toWire, type WireError } from '../contract/errors';
import type { EngineProcess } from './engine-process';
import type { Opened, Opening } from './opening';

interface Unlabelled {
  /** What was opened: a folder or an archive. */
  readonly path: string;
  /** The folder itself, or the copy of the archive. */
  readonly folder: string;
  /** The tables in it. */
  readonly tables: readonly string[];
}

export class WindowOpening {
  readonly #engine: Pick<EngineProcess, 'call'>;
  readonly #opening: Opening;
  /** What was last refused because it has to be unpacked first. */
  #packed: string | null = null;
  /** What was last refused because its images have no labels. */
  #unlabelled: Unlabelled | null = null;

  constructor(engine: Pick<EngineProcess, 'call'>, opening: Opening) {
    this.#engine = engine;
    this.#opening = opening;
  }

  /** What the window shows when it starts; it can go on with a refusal of the folder from the command line. */
  async latest(): Promise<Opened> {
    const opened = await this.#opening.latest();
    if (opened.error !== null && opened.folder !== null) this.#remember(opened.folder, opened.error);
    return opened;
  }

  /** Rejects with a PlumblineError; the data set that was open then stays open. */
  async folder(root: string, note: string | null = null): Promise<DatasetId> {
    try {
      return await this.#opening.folder(root, note);
    } catch (error) {
      this.#remember(root, toWire(error));
      throw error;
    }
  }

  /** Opens a folder or an archive, which is unpacked first where this is needed. */
  async archive(path: string): Promise<DatasetId> {
    try {
      return await this.folder(path);
    } catch (error) {
      if (!(error instanceof PlumblineError) || error.code !== 'needs-unpacking') throw error;
    }
    await this.#engine.call('archives.unpack', { path });
    return this.folder(path);
  }

  /** @throws PlumblineError not-found if nothing was refused, and those of `archive` */
  async packed(): Promise<DatasetId> {
    if (this.#packed === null) throw new PlumblineError('not-found', 'There is nothing to unpack.');
    return this.archive(this.#packed);
  }

  /** @throws PlumblineError not-found for a table that the refusal did not name */
  refusedColumns(table: string): Promise<TableColumns> {
    return this.#engine.call('folders.tableColumns', { root: this.#refused(table).folder, table });
  }

  /** Opens the folder that was refused without labels. @throws PlumblineError not-found, bad-table, layout-impossible */
  readRefused(reading: RefusedReading): Promise<DatasetId> {
    if ('nameField' in reading) return this.#opening.labelled(this.#refused().path, reading);
    const { table, ...columns } = reading;
    const { path, folder } = this.#refused(table);
    return this.#opening.labelled(path, { file: join(folder, table), ...columns });
  }

  recent(dataset: DatasetId): Promise<DatasetId> {
    return this.#opening.recent(dataset);
  }

  #remember(path: string, { code, details }: WireError): void {
    if (code === 'needs-unpacking') this.#packed = path;
    const { root, tables } = details;
    if (code === 'layout-impossible' && typeof root === 'string')
      this.#unlabelled = { path, folder: root, tables: typeof tables === 'string' ? tables.split('\n') : [] };
  }

  #refused(table?: string): Unlabelled {
    if (this.#unlabelled === null || (table !== undefined && !this.#unlabelled.tables.includes(table)))
      throw new PlumblineError('not-found', 'This table was not found in the folder.');
    return this.#unlabelled;
  }
}
