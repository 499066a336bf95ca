/** What tells that class folders may be no classes, though nothing else labels the images. */
import type { FolderReading } from '../../contract/model/dataset';
import { areSessions, withoutDay } from './session-names';

/** Fewer folders may have one image each in a small try. */
const FEWEST_FOLDERS = 10;
/** Classes have more images than this on average. */
const MOST_IMAGES = 1.5;

/** The names without their days, if all have one and some differ in it alone, but not all. */
function daysApart(classes: readonly string[]): number | null {
  const rests = new Set(classes.map(withoutDay));
  return !rests.has(null) && rests.size > 1 && rests.size < classes.length ? rests.size : null;
}

/**
 * @param classes sorted
 * @param images how many have a class
 */
export function doubtfulClasses(classes: readonly string[], images: number): FolderReading['notes'] {
  const [first] = classes;
  if (first === undefined) return [];
  if (areSessions(classes)) return [{ code: 'session-classes', count: classes.length, detail: first }];
  const rests = daysApart(classes);
  if (rests !== null) return [{ code: 'days-in-names', count: classes.length, detail: `${first}\n${rests}` }];
  return classes.length >= FEWEST_FOLDERS && images <= MOST_IMAGES * classes.length
    ? [{ code: 'one-each', count: classes.length, detail: String(images) }]
    : [];
}
