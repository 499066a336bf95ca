/** The data sets that are open in this engine, and the list of recent ones. */
import { existsSync, realpathSync } from 'node:fs';
import { relative, resolve } from 'node:path';
import type { EventName, EventPayload } from '../../contract/api';
import { PlumblineError, toWire } from '../../contract/errors';
import type { ChosenLayout, DatasetId, NamedReading, Recent, TableColumns } from '../../contract/model/dataset';
import {
  bumpRevision,
  closeCatalog,
  deleteIndex,
  openCatalog,
  setAside,
  type Catalog,
  type CatalogFolders,
} from '../catalog/catalog';
import { applyClassNames } from '../catalog/class-names';
import { sourceOfCopy } from '../catalog/copy-record';
import {
  chosenLayout,
  forgetChosenLayout,
  readDataset,
  readLayouts,
  rememberChosenLayout,
  setNote,
  storeLayouts,
} from '../catalog/dataset';
import { replaceFindings } from '../catalog/findings';
import { findRecent, forgetRecent, listRecents, openLibrary, rememberRecent, type Library } from '../catalog/library';
import { summaryOf } from '../catalog/summary';
import { isChosen } from '../../core/dataset/layout-types';
import { logRelativeTo } from '../../host/redaction';
import { datasetIdOf } from '../files/dataset-id';
import { binaryTableNamed } from '../unpack/binary-tables';
import { readTableHead } from '../files/tables';
import type { JobRunner } from './jobs';
import { choiceOf } from '../stages/named-reading';
import { checkFolder, inspectFolder } from '../stages/scan';
import { currentCopy, deleteCopy } from '../unpack/copies';
import { findSource } from '../unpack/source';

/** Number of entries that a first look at a folder takes: enough to detect a layout, and quick on a slow disk. */
const GLANCE = 20_000;

/** An example of a value is cut after this many letters. */
const MOST_LETTERS = 60;

/**
 * The columns of a table of a folder.
 * @param table relative to the folder
 * @throws PlumblineError not-found for a table outside of the folder
 */
export async function columnsIn(root: string, table: string): Promise<TableColumns> {
  if (relative(root, resolve(root, table)).startsWith('..'))
    throw new PlumblineError('not-found', `This folder has no table ${table}.`, { details: { table } });
  const { columns, rows, problem } = (await binaryTableNamed(root, table)) ?? readTableHead(root, table);
  return {
    columns: columns.map((column, at) => ({
      name: column,
      examples: [...new Set(rows.map((row) => (row[at] ?? '').slice(0, MOST_LETTERS)))]
        .filter((cell) => cell.trim() !== '')
        .slice(0, 3),
    })),
    problem,
  };
}

interface Look {
  readonly root: string;
  readonly choice: ChosenLayout | null;
  readonly look: Awaited<ReturnType<typeof inspectFolder>>;
}

export type Emit = <E extends EventName>(name: E, payload: EventPayload<E>) => void;

export class Datasets {
  readonly #folders: CatalogFolders;
  readonly #emit: Emit;
  readonly #jobs: JobRunner;
  readonly #open = new Map<DatasetId, Catalog>();
  #library: Library | null = null;

  constructor(folders: CatalogFolders, emit: Emit, jobs: JobRunner) {
    this.#folders = folders;
    this.#emit = emit;
    this.#jobs = jobs;
  }

  /** Opened at first use, so that the engine can start and report the error even where it cannot write. */
  get #recents(): Library {
    return (this.#library ??= openLibrary(this.#folders));
  }

  #enter(id: DatasetId, root: string | null): Catalog {
    const known = this.#open.get(id);
    if (known) return known;
    const catalog = openCatalog(this.#folders, id, root);
    this.#open.set(id, catalog);
    logRelativeTo(catalog.root);
    if (catalog.rebuilt) this.#emit('notice', { error: toWire(catalog.rebuilt) });
    // The index may be older than the decisions, which are kept in another folder.
    applyClassNames(catalog);
    this.#jobs.recover(catalog);
    return catalog;
  }

  /**
   * A first look at the folder, or at the copy of what was unpacked before.
   * @throws PlumblineError needs-unpacking, and those of `inspectFolder`
   */
  async #look(path: string, labels: NamedReading | null | undefined): Promise<Look> {
    const at = async (root: string): Promise<Look> => {
      const choice = labels ? await choiceOf(root, labels, GLANCE) : null;
      return { root, choice, look: await inspectFolder(root, choice, GLANCE) };
    };
    try {
      checkFolder(path);
      return await at(realpathSync(resolve(path)));
    } catch (error) {
      if (!(error instanceof PlumblineError) || error.code !== 'needs-unpacking') throw error;
      const source = await findSource(path);
      const copy = source === null ? null : currentCopy(this.#folders.cache, source);
      if (copy === null) throw error;
      return at(realpathSync(copy));
    }
  }

  /**
   * @throws PlumblineError not-a-folder, needs-unpacking, no-permission, folder-empty, no-images, bad-table,
   *   layout-impossible, and those of the store
   */
  async open(path: string, note: string | undefined, labels?: NamedReading | null): Promise<Catalog> {
    const { root, choice, look } = await this.#look(path, labels);
    const { layouts, used, reading } = look;
    const catalog = this.#enter(datasetIdOf(root), root);
    if (choice !== null) rememberChosenLayout(catalog, choice, Date.now());
    if (labels === null) forgetChosenLayout(catalog);
    if (labels !== undefined || readDataset(catalog).layout_kind === null)
      storeLayouts(catalog, layouts, used, reading);
    if (note !== undefined) setNote(catalog, note);
    this.noteOpened(catalog);
    return catalog;
  }

  /**
   * Remembers how the user wants the folder to be read, after a look whether it can be read like this; null: as
   * detected. The next index reads it like this.
   * @throws PlumblineError not-found for a table that the summary does not name, bad-table, layout-impossible and those
   *   of `open`
   */
  async choose(catalog: Catalog, choice: ChosenLayout | null): Promise<void> {
    if (choice === null) {
      forgetChosenLayout(catalog);
      this.#forgetFindings(catalog);
      return;
    }
    const { table, imageColumn, labelColumn } = choice;
    const fits = readLayouts(catalog).some((layout) => isChosen(layout, choice));
    if (!fits || imageColumn !== null || labelColumn !== null) {
      if (table !== null) this.#checkTable(catalog, table);
      const { layouts, used, reading } = await inspectFolder(catalog.root, choice, Infinity);
      storeLayouts(catalog, layouts, used, reading);
    }
    rememberChosenLayout(catalog, choice, Date.now());
    this.#forgetFindings(catalog);
  }

  /** The findings of another reading would contradict the new classes while they are indexed. */
  #forgetFindings(catalog: Catalog): void {
    replaceFindings(catalog, [], true);
    this.changed(catalog);
  }

  /** @throws PlumblineError not-found for a table that the summary does not name: a window may not name any file */
  #checkTable(catalog: Catalog, table: string): void {
    const { reading } = summaryOf(catalog);
    const known = [
      ...readLayouts(catalog).map((layout) => layout.table),
      ...(reading?.unused ?? [])
        .filter(({ reason }) => reason !== 'folder-beside-splits' && reason !== 'folder-copy')
        .map(({ path }) => path),
      chosenLayout(catalog)?.table ?? null,
    ];
    if (!known.includes(table))
      throw new PlumblineError('not-found', `This folder has no table ${table}.`, { details: { table } });
  }

  /** @throws PlumblineError not-found */
  async columnsOf(catalog: Catalog, name: string): Promise<TableColumns> {
    this.#checkTable(catalog, name);
    return columnsIn(catalog.root, name);
  }

  /**
   * Opens a data set that was opened before, even when its folder no longer exists: the index still shows what was
   * there.
   */
  reopen(id: DatasetId): Catalog {
    const catalog = this.get(id);
    this.noteOpened(catalog);
    return catalog;
  }

  /** @throws PlumblineError not-found for a data set that was never opened */
  get(id: DatasetId): Catalog {
    const known = this.#open.get(id);
    if (known) return known;
    return this.#enter(id, findRecent(this.#recents, id)?.root ?? null);
  }

  /** Puts a data set first in the list of recent ones, with its current counts. */
  noteOpened(catalog: Catalog): void {
    const { name, root, images, classes } = summaryOf(catalog);
    rememberRecent(this.#recents, {
      id: catalog.id,
      name,
      root,
      images,
      classes: classes.length,
      openedAt: Date.now(),
    });
  }

  recents(): Recent[] {
    return listRecents(this.#recents).map((recent) => ({
      ...recent,
      root: sourceOfCopy(recent.root)?.source ?? recent.root,
      exists: existsSync(recent.root),
    }));
  }

  /**
   * Removes a data set from the list of recent ones and deletes its index, and the copy that was unpacked for it. Decisions are kept for when the data set is
   * opened again.
   */
  forget(id: DatasetId): void {
    const catalog = this.#open.get(id);
    if (catalog && this.#jobs.runningOn(catalog))
      throw new PlumblineError('busy', 'A job is running on this data set. Cancel it first.', {
        details: { dataset: id },
      });
    if (catalog) this.#leave(catalog);
    const root = findRecent(this.#recents, id)?.root;
    if (root !== undefined) deleteCopy(this.#folders.cache, root);
    deleteIndex(this.#folders, id);
    forgetRecent(this.#recents, id);
  }

  /** Tells every client to ask for the data again. */
  changed(catalog: Catalog): void {
    this.#emit('dataset-changed', { dataset: catalog.id, revision: readDataset(catalog).revision });
  }

  /** Must be called after every change of the decisions. Tells every client, and gives the images their new classes. */
  decided(catalog: Catalog): void {
    const classes = applyClassNames(catalog);
    this.#emit('review-changed', { dataset: catalog.id, classes });
    if (classes) this.changed(catalog);
  }

  touch(catalog: Catalog): void {
    bumpRevision(catalog);
    this.changed(catalog);
  }

  /** Called when an index is found to be damaged: the next call creates a new one. */
  discardBroken(id: DatasetId): void {
    const catalog = this.#open.get(id);
    if (!catalog || this.#jobs.runningOn(catalog)) return;
    this.#leave(catalog);
    if (existsSync(catalog.file)) setAside(catalog.file);
  }

  #leave(catalog: Catalog): void {
    this.#open.delete(catalog.id);
    closeCatalog(catalog);
  }

  close(): void {
    for (const catalog of this.#open.values()) closeCatalog(catalog);
    this.#open.clear();
    this.#library?.db.close();
    this.#library = null;
  }
}
