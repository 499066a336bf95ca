/**
 * The user's decisions about findings: mutes by finding key, thresholds, and pictures that are not duplicates, by
 * content.
 */
import { PlumblineError } from '../../contract/errors';
import { integer } from '../../core/text/numbers';
import { bumpRevision, type Catalog } from './catalog';

export function mute(catalog: Catalog, finding: string, reason: string, at: number): void {
  catalog.decisions
    .prepare(
      `INSERT INTO mutes (finding, reason, at) VALUES (?, ?, ?)
    ON CONFLICT (finding) DO UPDATE SET reason = excluded.reason, at = excluded.at`,
    )
    .run(finding, reason, at);
  bumpRevision(catalog);
}

export function unmute(catalog: Catalog, finding: string): void {
  catalog.decisions.prepare('DELETE FROM mutes WHERE finding = ?').run(finding);
  bumpRevision(catalog);
}

export function mutes(catalog: Catalog): Map<string, { reason: string; at: number }> {
  const rows = catalog.decisions
    .prepare<[], { finding: string; reason: string; at: number }>('SELECT finding, reason, at FROM mutes')
    .all();
  return new Map(rows.map(({ finding, reason, at }) => [finding, { reason, at }]));
}

/** @param value null restores the default */
export function setThreshold(catalog: Catalog, id: string, value: number | null, at: number): void {
  if (value === null) catalog.decisions.prepare('DELETE FROM thresholds WHERE id = ?').run(id);
  else
    catalog.decisions
      .prepare(
        'INSERT INTO thresholds (id, value, at) VALUES (?, ?, ?) ON CONFLICT (id) DO UPDATE SET value = excluded.value, at = excluded.at',
      )
      .run(id, value, at);
  bumpRevision(catalog);
}

/** Takes back what was recorded at this time. */
export function forgetNotDuplicate(catalog: Catalog, at: number): void {
  catalog.decisions.prepare('DELETE FROM not_duplicates WHERE at = ?').run(at);
  bumpRevision(catalog);
}

/** Contents that can be marked at once: all pairs of 500 are 17 MB in the file of the decisions. */
const MOST_DIFFERENT = 500;

/**
 * Records that these images are different pictures: stores every pair of their contents.
 * @throws PlumblineError bad-request when they have fewer than two different contents, or more than 500
 */
export function markNotDuplicate(catalog: Catalog, images: readonly number[], at: number): void {
  const hashes = catalog.db
    .prepare<[string], string>(
      'SELECT DISTINCT sha256 FROM images WHERE sha256 IS NOT NULL AND id IN (SELECT value FROM json_each(?)) ORDER BY sha256',
    )
    .pluck()
    .all(JSON.stringify(images));
  if (hashes.length < 2)
    throw new PlumblineError('bad-request', 'These files have the same bytes: they are the same picture.', {
      details: { images: images.length },
    });
  if (hashes.length > MOST_DIFFERENT)
    throw new PlumblineError(
      'bad-request',
      `These are ${integer(hashes.length)} different files, but at most ${integer(MOST_DIFFERENT)} can be marked as different at once, because every pair is stored. Mark a part of them, or raise the threshold of the check so that it does not join them.`,
      { details: { images: images.length } },
    );
  const add = catalog.decisions.prepare(
    'INSERT INTO not_duplicates (first, second, at) VALUES (?, ?, ?) ON CONFLICT DO NOTHING',
  );
  catalog.decisions.transaction(() => {
    hashes.forEach((first, i) => {
      for (const second of hashes.slice(i + 1)) add.run(first, second, at);
    });
  })();
  bumpRevision(catalog);
}
