/** Keeps the classes of the index equal to the names that the user gave to them. */
import { classNameOf, type ClassNames } from '../../core/review/class-names';
import { bumpRevision, type Catalog } from './catalog';
import { readReview, wasReviewed } from './decisions';

export function storedClassNames(catalog: Catalog): ClassNames {
  return wasReviewed(catalog) ? readReview(catalog).state.classNames : new Map();
}

/** One class of the user's folder or table: the name that it has in the index now, and its number of images. */
export interface IndexedClass {
  readonly own: string;
  readonly name: string;
  readonly images: number;
}

export function indexedClasses(catalog: Catalog): IndexedClass[] {
  return catalog.db
    .prepare<[], IndexedClass>(
      `SELECT own_class AS own, class_name AS name, count(*) AS images FROM images WHERE own_class IS NOT NULL
      GROUP BY own_class, class_name ORDER BY own_class, class_name`,
    )
    .all();
}

/** What the classes of the index were last made from. */
const applied = new WeakMap<Catalog, { readonly revision: number; readonly made: string }>();

/**
 * Gives every image the class that the decisions say: the name of its own class, or the class that the user made and
 * moved it to. Must be called after each change of the decisions. If a class changes, the stored verdicts on labels are
 * deleted, because they name the old classes; the next audit judges the labels again.
 * @returns whether the class of any image has changed
 */
export function applyClassNames(catalog: Catalog): boolean {
  const { db } = catalog;
  const revision = (): number => db.prepare<[], number>('SELECT revision FROM dataset').pluck().get() ?? 0;
  const names = storedClassNames(catalog);
  const moved = movedImages(catalog);
  const made = JSON.stringify([[...names], [...moved]]);
  const last = applied.get(catalog);
  if (last?.made === made && last.revision === revision()) return false;
  const update = db.prepare<[string, number, string]>(
    'UPDATE images SET class_name = ? WHERE id = ? AND class_name <> ?',
  );
  const idsOf = db
    .prepare<[string, string], number>('SELECT id FROM images WHERE own_class = ? AND class_name = ?')
    .pluck();
  let changes = 0;
  db.transaction(() => {
    for (const { own, name } of indexedClasses(catalog)) {
      const wanted = classNameOf(names, own);
      if (wanted === name) continue;
      for (const id of idsOf.all(own, name)) {
        const label = moved.get(id) ?? wanted;
        changes += update.run(label, id, label).changes;
      }
    }
    for (const [id, label] of moved) changes += update.run(label, id, label).changes;
    if (changes === 0) return;
    db.exec(`DELETE FROM label_verdicts; DELETE FROM kept_results WHERE name = 'labels'`);
    bumpRevision(catalog);
  })();
  applied.set(catalog, { revision: revision(), made });
  return changes > 0;
}

/** The images that the user moved to a class of their own making, with this class. */
function movedImages(catalog: Catalog): Map<number, string> {
  const decisions = wasReviewed(catalog) ? readReview(catalog).binding.decisions : [];
  return new Map(
    [...decisions].flatMap(([id, { moved, label }]) => (moved && label !== null ? [[id, label] as const] : [])),
  );
}

/** The own class of each image that is part of the data set, by id. */
export function ownClassOf(catalog: Catalog): Map<number, string> {
  const rows = catalog.db
    .prepare<[], { id: number; own: string }>(
      'SELECT id, own_class AS own FROM images WHERE own_class IS NOT NULL AND state = 1',
    )
    .all();
  return new Map(rows.map(({ id, own }) => [id, own]));
}
