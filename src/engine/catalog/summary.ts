/** The overview of a data set. */
import type { ClassCount, DatasetSummary, FolderReading } from '../../contract/model/dataset';
import type { Histogram } from '../../contract/model/finding';
import type { ImageFormat, UnreadableCode } from '../../contract/model/image';
import { distributionOf } from '../../core/dataset/distribution';
import { histogramOf } from '../../core/dataset/histogram';
import { measureSpecs } from '../../core/dataset/measure-specs';
import { byCodePoint } from '../../core/dataset/order';
import type { Catalog } from './catalog';
import { runOfCopies, sourceOfCopy } from './copy-record';
import { chosenLayout, readDataset, readLayouts } from './dataset';
import { areFindingsSoFar } from './findings';
import { countSkipped, listing, orderedSplits } from './listing';
import { valuesQuery } from './measures';
import { countPending } from './scanned';

/** Each measure is read from the gallery's index for it. Before the first probe, no image has a suspicion. */
function histograms(catalog: Catalog): Histogram[] {
  return measureSpecs.flatMap((spec) => {
    const values = catalog.db.prepare<[], number>(valuesQuery(spec.id, 'value')).pluck().all();
    return spec.id === 'suspicion' && values.length === 0 ? [] : histogramOf(spec, Float64Array.from(values));
  });
}

function classCounts(catalog: Catalog, splits: readonly string[]): ClassCount[] {
  const rows = catalog.db
    .prepare<[], { name: string; split: string | null; broken: number; count: number }>(
      'SELECT class_name AS name, split, state = 2 AS broken, count(*) AS count FROM images WHERE class_name IS NOT NULL GROUP BY 1, 2, 3',
    )
    .all();
  const classes = new Map<string, { count: number; unreadable: number; perSplit: number[] }>();
  const entry = (name: string) => {
    const found = classes.get(name) ?? { count: 0, unreadable: 0, perSplit: splits.map(() => 0) };
    classes.set(name, found);
    return found;
  };
  for (const row of rows) {
    const counts = entry(row.name);
    if (row.broken) counts.unreadable += row.count;
    else {
      counts.count += row.count;
      if (row.split !== null) counts.perSplit[splits.indexOf(row.split)]! += row.count;
    }
  }
  for (const empty of listing(catalog).emptyClasses) entry(empty.className);
  return Array.from(classes, ([name, counts]) => ({ name, ...counts })).sort((a, b) => byCodePoint(a.name, b.name));
}

function makeSummary(catalog: Catalog): DatasetSummary {
  const { db } = catalog;
  const dataset = readDataset(catalog);
  const layouts = readLayouts(catalog);
  const splits = orderedSplits(catalog);
  const classes = classCounts(catalog, splits);
  const count = (list: readonly ClassCount[]) => list.reduce((sum, one) => sum + one.count, 0);
  const unreadableReasons = db
    .prepare<[], { code: UnreadableCode; count: number }>(
      'SELECT unreadable_code AS code, count(*) AS count FROM images WHERE class_name IS NOT NULL AND state = 2 GROUP BY 1 ORDER BY 2 DESC, 1',
    )
    .all();
  const formats = db
    .prepare<[], { name: ImageFormat; count: number }>(
      'SELECT format AS name, count(*) AS count FROM images WHERE class_name IS NOT NULL AND state = 1 GROUP BY 1 ORDER BY 2 DESC, 1',
    )
    .all();
  return {
    id: catalog.id,
    name: catalog.root.split(/[\\/]/).findLast((part) => part !== '') ?? catalog.root,
    root: catalog.root,
    unpacked: sourceOfCopy(catalog.root),
    copiesOfRun: runOfCopies(catalog.root),
    layout: layouts[0] ?? { kind: 'class-folders', sentence: 'Not read yet', table: null },
    layouts,
    chosen: chosenLayout(catalog),
    reading: dataset.reading === null ? null : (JSON.parse(dataset.reading) as FolderReading),
    images: count(classes),
    unreadable: unreadableReasons.reduce((sum, reason) => sum + reason.count, 0),
    unreadableReasons,
    skipped: countSkipped(catalog),
    classes,
    splits: splits.map((name, i) => ({
      name,
      count: classes.reduce((sum, one) => sum + one.perSplit[i]!, 0),
      classes: classes.filter((one) => one.perSplit[i]! > 0).length,
    })),
    formats,
    ...distributionOf(classes.map((one) => one.count)),
    histograms: histograms(catalog),
    bytes: db
      .prepare<[], number>('SELECT coalesce(sum(bytes), 0) FROM images WHERE class_name IS NOT NULL')
      .pluck()
      .get()!,
    indexedAt: dataset.indexed_at,
    findingsSoFar: areFindingsSoFar(catalog),
    incomplete: countPending(catalog) > 0,
    note: dataset.note,
  };
}

const kept = new WeakMap<Catalog, { revision: number; summary: DatasetSummary }>();

/** Computed once per revision of the data set. */
export function summaryOf(catalog: Catalog): DatasetSummary {
  const { revision } = readDataset(catalog);
  const last = kept.get(catalog);
  if (last?.revision === revision) return last.summary;
  const summary = makeSummary(catalog);
  kept.set(catalog, { revision, summary });
  return summary;
}
