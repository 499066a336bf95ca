/** Filters of images as SQL conditions. */
import { probeKindSchema, type SuspectFilter } from '../../contract/model/labels';
import { measureSchema, type DecidedAs, type ImageFilter } from '../../contract/model/queries';
import type { Catalog } from './catalog';
import { imagesInRange } from './check-values';
import { readReview } from './decisions';
import { notedCondition, notesLike, taggedCondition } from './remarks';
import { openDisagreementsOf } from './reviewers';
import { inRange } from './measures';

/** The kind of the probe whose predictions are shown for single images: the first one in every list of probes. */
export const JUDGING_PROBE = 'SELECT kind FROM probe_runs ORDER BY kind DESC LIMIT 1';

export type Value = string | number;

export interface Condition {
  readonly sql: string;
  readonly values: readonly Value[];
}

function among(column: string, values: readonly string[]): Condition {
  return { sql: `${column} IN (${values.map(() => '?').join(', ') || 'NULL'})`, values };
}

/**
 * The conditions of a filter except the finding, and except suspicious labels where they have no finding.
 * `images` is in the FROM part.
 */
export function conditionsOf(catalog: Catalog, filter: ImageFilter): Condition[] {
  const conditions: Condition[] = [{ sql: 'images.class_name IS NOT NULL', values: [] }];
  if (filter.classes) conditions.push(among('images.class_name', filter.classes));
  if (filter.splits) conditions.push(among('images.split', filter.splits));
  if (filter.formats) conditions.push(among('images.format', filter.formats));
  if (filter.unreadable !== undefined)
    conditions.push({ sql: filter.unreadable ? 'images.state = 2' : 'images.state <> 2', values: [] });
  // Search the narrow path index first. Otherwise a sort by a measure would read the wide row of every image to get its
  // path.
  if (filter.text) {
    const pattern = `%${filter.text.replace(/[\\%_]/g, '\\$&')}%`;
    const inNotes = notesLike(catalog, pattern);
    conditions.push({
      sql: `images.id IN (SELECT id FROM images AS named INDEXED BY images_by_path WHERE named.class_name IS NOT NULL AND named.path LIKE ? ESCAPE '\\'${inNotes === null ? '' : ` UNION ALL ${inNotes.sql}`})`,
      values: [pattern, ...(inNotes?.values ?? [])],
    });
  }
  if (filter.ids)
    conditions.push({ sql: 'images.id IN (SELECT value FROM json_each(?))', values: [JSON.stringify(filter.ids)] });
  if (filter.cell) {
    const { predictions, given, predicted } = filter.cell;
    conditions.push(
      probeKindSchema.safeParse(predictions).success
        ? {
            sql: 'images.id IN (SELECT image FROM probe_outputs WHERE kind = ? AND given = ? AND predicted = ?)',
            values: [predictions, given, predicted],
          }
        : {
            sql: `images.class_name = ? AND images.id IN (SELECT image FROM own_prediction_rows JOIN own_predictions ON own_predictions.id = predictions
              WHERE predictions = ? AND predicted = (SELECT key FROM json_each(classes) WHERE value = ?))`,
            values: [given, predictions, predicted],
          },
    );
  }
  if (filter.predicted) {
    const { sql, values } = among('predicted', filter.predicted);
    conditions.push({
      sql: `images.id IN (SELECT image FROM probe_outputs WHERE kind = (${JUDGING_PROBE}) AND ${sql})`,
      values,
    });
  }
  if (filter.suspect && filter.finding !== undefined) {
    const { sql, values } = suspectCondition(filter.suspect);
    conditions.push({ sql: `images.id IN (SELECT image FROM label_verdicts WHERE ${sql})`, values });
  }
  if (filter.disagreements)
    conditions.push({
      sql: 'images.id IN (SELECT value FROM json_each(?))',
      values: [JSON.stringify([...openDisagreementsOf(catalog).keys()])],
    });
  if (filter.tags) conditions.push(taggedCondition(catalog, filter.tags));
  if (filter.noted !== undefined) conditions.push(notedCondition(catalog, filter.noted));
  if (filter.decided) conditions.push(decidedCondition(catalog, filter.decided));
  if (filter.checked)
    conditions.push({
      sql: 'images.id IN (SELECT value FROM json_each(?))',
      values: [JSON.stringify(imagesInRange(catalog, filter.checked))],
    });
  for (const measure of measureSchema.options) {
    const range = filter.ranges?.[measure];
    if (range === undefined) continue;
    const { sql, values } = inRange(measure, range);
    conditions.push({ sql: `images.id IN (${sql})`, values });
  }
  return conditions;
}

/** Which labels a probe finds suspicious. `label_verdicts` is in the FROM part. */
export function suspectCondition({ given, suggested, threshold }: SuspectFilter): Condition {
  const parts = ['wrong > ?', 'label_verdicts.given <> suggested'];
  const values: Value[] = [threshold];
  if (given !== undefined) {
    parts.push('label_verdicts.given = ?');
    values.push(given);
  }
  if (suggested !== undefined) {
    parts.push('suggested = ?');
    values.push(suggested);
  }
  return { sql: parts.join(' AND '), values };
}

/** Decisions are in another file, so their images are passed as a list. */
export function decidedCondition(catalog: Catalog, wanted: readonly DecidedAs[]): Condition {
  const decided = [...readReview(catalog).binding.decisions];
  const verdicts = new Set<string>(wanted);
  const open = verdicts.has('open');
  const ids = decided.flatMap(([id, { verdict }]) => (verdicts.has(verdict) === open ? [] : [id]));
  return {
    sql: `images.id ${open ? 'NOT ' : ''}IN (SELECT value FROM json_each(?))`,
    values: [JSON.stringify(ids)],
  };
}
