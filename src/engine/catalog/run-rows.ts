/** Whole rows of `images`, as the shards of a run on a cluster store them. */
import type { ImageRecord } from '../../contract/model/image';
import type { Catalog } from './catalog';
import { factColumns, factValues, type MeasuredImage } from './measured';
import { type ImageRow, recordColumns, recordOf } from './records';
import type { ScannedImage } from './scanned';
import { measureVersion } from '../../core/images/measure';

export type RunCell = string | number | null;

/** A row by column. `raw_path` is in hex. */
export type RunRow = Readonly<Record<string, RunCell>>;

/** The columns of a row, in the order in which they are stored. */
export const runColumns: readonly string[] = [
  ...new Set([...recordColumns.split(/,\s*/), 'raw_path', 'measured_by', ...factColumns]),
];

const noFacts: RunRow = Object.fromEntries(factColumns.map((name) => [name, null]));

/**
 * @param id the place of the image in the sorted listing
 * @param measured null for a file that the scan found to be unreadable
 */
export function runRow(image: ScannedImage, id: number, measured: Omit<MeasuredImage, 'id'> | null): RunRow {
  const outcome = measured?.outcome;
  const unreadable = outcome === undefined ? image.unreadable : 'unreadable' in outcome ? outcome.unreadable : null;
  const facts = outcome !== undefined && 'facts' in outcome ? factValues(outcome.facts) : null;
  return {
    id,
    path: image.path,
    raw_path: image.rawPath === null ? null : image.rawPath.toString('hex'),
    class_name: image.ownClass,
    own_class: image.ownClass,
    split: image.split,
    extension: image.extension,
    bytes: image.bytes,
    modified: image.modified,
    state: unreadable === null ? 1 : 2,
    measured_by: measureVersion(unreadable?.code ?? null),
    unreadable_code: unreadable?.code ?? null,
    unreadable_reason: unreadable?.reason ?? null,
    sha256: measured?.sha256 ?? null,
    ...(facts === null ? noFacts : Object.fromEntries(factColumns.map((name, i) => [name, facts[i] ?? null]))),
  };
}

/** Adds rows to a store without images. */
export function addRunRows(catalog: Catalog, rows: readonly RunRow[]): void {
  const add = catalog.db.prepare(
    `INSERT INTO images (${runColumns.join(', ')}) VALUES (${runColumns.map(() => '?').join(', ')})`,
  );
  catalog.db.transaction(() => {
    for (const row of rows)
      add.run(
        runColumns.map((name) => {
          const value = row[name] ?? null;
          return name === 'raw_path' && typeof value === 'string' ? Buffer.from(value, 'hex') : value;
        }),
      );
  })();
}

/** Adds thumbnails of images of the store. */
export function addThumbnails(catalog: Catalog, thumbnails: Iterable<readonly [number, Uint8Array]>): void {
  const add = catalog.db.prepare('INSERT OR REPLACE INTO thumbnails (image, data) VALUES (?, ?)');
  catalog.db.transaction(() => {
    for (const [image, data] of thumbnails) add.run(image, data);
  })();
}

/** Reads single images of the store. */
export function imageReader({ db }: Catalog): (id: number) => ImageRecord | undefined {
  const select = db.prepare<[number], ImageRow>(`SELECT ${recordColumns} FROM images WHERE id = ?`);
  return (id) => {
    const row = select.get(id);
    return row && recordOf(row);
  };
}
