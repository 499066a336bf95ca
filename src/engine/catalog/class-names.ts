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

/**
 * Gives every image the name of its own class. Must be called after each change of the names. The stored verdicts on
 * labels name the old classes and are deleted; the next audit judges the labels again.
 * @returns whether the class of any image has changed
 */
export function applyClassNames(catalog: Catalog): boolean {
  const { db } = catalog;
  const names = storedClassNames(catalog);
  const outdated = indexedClasses(catalog).filter(({ own, name }) => classNameOf(names, own) !== name);
  if (outdated.length === 0) return false;
  const rename = db.prepare('UPDATE images SET class_name = ? WHERE own_class = ? AND class_name = ?');
  db.transaction(() => {
    for (const { own, name } of outdated) rename.run(classNameOf(names, own), own, name);
    db.exec(`DELETE FROM label_verdicts; DELETE FROM kept_results WHERE name = 'labels'`);
    bumpRevision(catalog);
  })();
  return true;
}
