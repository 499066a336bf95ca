/**
 * Tags and notes of the images in the index, in temporary tables: the log of decisions is another file, and a filter
 * must find the images of a tag through an index.
 */
import type { Remarks, RemarksSummary } from '../../contract/model/remarks';
import { byCodePoint } from '../../core/dataset/order';
import { readReview, wasReviewed } from './decisions';
import type { Catalog } from './catalog';

const TABLES = `
  CREATE TEMP TABLE IF NOT EXISTS image_tags (tag TEXT NOT NULL, image INTEGER NOT NULL, PRIMARY KEY (tag, image)) WITHOUT ROWID;
  CREATE TEMP TABLE IF NOT EXISTS image_notes (image INTEGER PRIMARY KEY, note TEXT NOT NULL);`;

/** The remarks in the tables of each catalog. */
const tabled = new WeakMap<Catalog, ReadonlyMap<number, Remarks>>();

/** Remarks by image id. */
export function currentRemarks(catalog: Catalog): ReadonlyMap<number, Remarks> {
  return wasReviewed(catalog) ? readReview(catalog).remarks : new Map();
}

/** Brings the tables `temp.image_tags` and `temp.image_notes` up to date. Call it before each query that names them. */
function fillTables(catalog: Catalog): void {
  const remarks = currentRemarks(catalog);
  const before = tabled.get(catalog) ?? new Map<number, Remarks>();
  if (before === remarks || (before.size === 0 && remarks.size === 0 && tabled.has(catalog))) return;
  const { db } = catalog;
  db.transaction(() => {
    db.exec(TABLES);
    const noTag = db.prepare<[string, number]>('DELETE FROM temp.image_tags WHERE tag = ? AND image = ?');
    const noNote = db.prepare<[number]>('DELETE FROM temp.image_notes WHERE image = ?');
    const tag = db.prepare<[string, number]>('INSERT INTO temp.image_tags (tag, image) VALUES (?, ?)');
    const note = db.prepare<[number, string]>('INSERT INTO temp.image_notes (image, note) VALUES (?, ?)');
    // What has not changed is the same object.
    for (const [image, each] of before) {
      if (remarks.get(image) === each) continue;
      for (const one of each.tags) noTag.run(one, image);
      noNote.run(image);
    }
    for (const [image, each] of remarks) {
      if (before.get(image) === each) continue;
      for (const one of each.tags) tag.run(one, image);
      if (each.note !== null) note.run(image, each.note);
    }
  })();
  tabled.set(catalog, remarks);
}

interface RemarkCondition {
  readonly sql: string;
  readonly values: readonly string[];
}

/** Images with any of the tags. `images` is in the FROM part. */
export function taggedCondition(catalog: Catalog, tags: readonly string[]): RemarkCondition {
  fillTables(catalog);
  return {
    sql: 'images.id IN (SELECT image FROM temp.image_tags WHERE tag IN (SELECT value FROM json_each(?)))',
    values: [JSON.stringify(tags)],
  };
}

/** Images with a note, or without one. `images` is in the FROM part. */
export function notedCondition(catalog: Catalog, noted: boolean): RemarkCondition {
  fillTables(catalog);
  return { sql: `images.id ${noted ? '' : 'NOT '}IN (SELECT image FROM temp.image_notes)`, values: [] };
}

/** The ids of the images whose note matches a LIKE pattern, as a SELECT; null if no image has a note. */
export function notesLike(catalog: Catalog, pattern: string): RemarkCondition | null {
  if (![...currentRemarks(catalog).values()].some(({ note }) => note !== null)) return null;
  fillTables(catalog);
  return { sql: `SELECT image FROM temp.image_notes WHERE note LIKE ? ESCAPE '\\'`, values: [pattern] };
}

/** Tags with their numbers of images, and the number of notes. */
export function remarksSummary(catalog: Catalog): RemarksSummary {
  const remarks = currentRemarks(catalog);
  const counts = new Map<string, number>();
  let notes = 0;
  for (const each of remarks.values()) {
    for (const tag of each.tags) counts.set(tag, (counts.get(tag) ?? 0) + 1);
    if (each.note !== null) notes += 1;
  }
  const tags = [...counts].sort(([x], [y]) => byCodePoint(x, y)).map(([tag, images]) => ({ tag, images }));
  return { tags, notes };
}
