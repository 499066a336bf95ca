/** The data sets that are open in this engine, and the list of those that ever were. */
import { existsSync, realpathSync } from 'node:fs';
import { resolve } from 'node:path';
import type { EventName, EventPayload } from '../../contract/api';
import { PlumblineError, toWire } from '../../contract/errors';
import type { DatasetId, Recent } from '../../contract/model/dataset';
import {
  bumpRevision,
  closeCatalog,
  deleteIndex,
  openCatalog,
  setAside,
  type Catalog,
  type CatalogFolders,
} from '../catalog/catalog';
import { readDataset, setNote, storeLayouts } from '../catalog/dataset';
import { findRecent, forgetRecent, listRecents, openLibrary, rememberRecent, type Library } from '../catalog/library';
import { summaryOf } from '../catalog/summary';
import { datasetIdOf } from '../files/dataset-id';
import type { JobRunner } from './jobs';
import { checkFolder, inspectFolder } from '../stages/scan';

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

  /** Opened at first use, so that an engine can start and explain itself even where it may not write. */
  get #recents(): Library {
    return (this.#library ??= openLibrary(this.#folders));
  }

  #enter(id: DatasetId, root: string | null): Catalog {
    const known = this.#open.get(id);
    if (known) return known;
    const catalog = openCatalog(this.#folders, id, root);
    this.#open.set(id, catalog);
    if (catalog.rebuilt) this.#emit('notice', { error: toWire(catalog.rebuilt) });
    this.#jobs.recover(catalog);
    return catalog;
  }

  /**
   * @throws PlumblineError not-a-folder, no-permission, folder-empty, no-images, bad-table, layout-impossible, and
   *   those of the store
   */
  async open(path: string, note: string | undefined): Promise<Catalog> {
    checkFolder(path);
    const root = realpathSync(resolve(path));
    const layouts = await inspectFolder(root);
    const catalog = this.#enter(datasetIdOf(root), root);
    if (readDataset(catalog).layout_kind === null) storeLayouts(catalog, layouts, layouts[0]!);
    if (note !== undefined) setNote(catalog, note);
    this.noteOpened(catalog);
    return catalog;
  }

  /**
   * Opens what was opened before, even when its folder is gone: the index still shows what was there.
   * @throws PlumblineError not-found and those of the store
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

  /** Puts a data set on top of the recents, with its counts as they are now. */
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
    return listRecents(this.#recents).map((recent) => ({ ...recent, exists: existsSync(recent.root) }));
  }

  /**
   * Takes a data set off the list and deletes its index; decisions stay, for when it is opened again.
   * @throws PlumblineError busy
   */
  forget(id: DatasetId): void {
    const catalog = this.#open.get(id);
    if (catalog && this.#jobs.runningOn(catalog))
      throw new PlumblineError('busy', 'This data set is being worked on: cancel that first.', {
        details: { dataset: id },
      });
    if (catalog) this.#leave(catalog);
    deleteIndex(this.#folders, id);
    forgetRecent(this.#recents, id);
  }

  /** Tells every client to pull again. */
  changed(catalog: Catalog): void {
    this.#emit('dataset-changed', { dataset: catalog.id, revision: readDataset(catalog).revision });
  }

  /** Tells every client that the review moved on. The index is as it was. */
  decided(catalog: Catalog): void {
    this.#emit('review-changed', { dataset: catalog.id });
  }

  touch(catalog: Catalog): void {
    bumpRevision(catalog);
    this.changed(catalog);
  }

  /** Called when reading an index failed as damaged: the next call opens a new one in its place. */
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
