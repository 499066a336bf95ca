/** Thresholds as a client sees them, and what a changed one would do. */
import { PlumblineError } from '../contract/errors';
import type { Threshold } from '../contract/model';
import { checks } from '../core/checks/index';
import { isThresholdId, thresholdIds, thresholdTable, thresholdsWith, type ThresholdId } from '../core/checks/thresholds';
import type { Catalog } from './catalog/catalog';
import { readDataset } from './catalog/dataset';
import { auditInput, thresholdOverrides, type AuditInput } from './catalog/findings';
import { labelEvidence } from './catalog/label-questions';
import type { LabelEvidence } from '../core/checks/check';

/** @throws PlumblineError bad-request */
export function thresholdIdOf(id: string): ThresholdId {
  if (!isThresholdId(id)) throw new PlumblineError('bad-request', `There is no threshold ${id}.`, { details: { threshold: id } });
  return id;
}

/** @param over those of one run, over what the user stored */
export function currentThresholds(catalog: Catalog, over: Readonly<Record<string, number>> = {}): Threshold[] {
  const values = thresholdsWith({ ...Object.fromEntries(thresholdOverrides(catalog)), ...over });
  return thresholdIds.map((id) => ({ id, value: values[id], ...thresholdTable[id] }));
}

type Stored = AuditInput & { readonly labels: LabelEvidence | null };

const kept = new WeakMap<Catalog, { revision: number; input: Stored }>();

/** A slider asks many times for one state of the data set. */
function inputOf(catalog: Catalog): Stored {
  const { revision } = readDataset(catalog);
  const last = kept.get(catalog);
  if (last?.revision === revision) return last.input;
  const input = { ...auditInput(catalog), labels: labelEvidence(catalog)?.evidence ?? null };
  kept.set(catalog, { revision, input });
  return input;
}

/** How many images the threshold's check would flag at this value, from stored measures; checks that compare pictures see no groups here. */
export function previewThreshold(catalog: Catalog, id: string, value: number): number {
  const threshold = thresholdIdOf(id);
  const overrides = { ...Object.fromEntries(thresholdOverrides(catalog)), [threshold]: value };
  const input = { ...inputOf(catalog), exactGroups: [], nearGroups: [], thresholds: thresholdsWith(overrides) };
  const concerned = new Set<number>();
  for (const check of checks.filter((one) => one.id === thresholdTable[threshold].check)) {
    for (const finding of check.run(input)) for (const image of finding.images) concerned.add(image.id);
  }
  return concerned.size;
}
