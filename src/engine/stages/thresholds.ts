/** The thresholds as clients see them, and a preview of what a new value would flag. */
import { PlumblineError } from '../../contract/errors';
import type { Threshold } from '../../contract/model/finding';
import { checks } from '../../core/checks/index';
import { singleShard } from '../../core/checks/rounds';
import { type KnownThreshold, knownThresholds, thresholdOf, thresholdsWith } from '../../core/checks/thresholds';
import type { Catalog } from '../catalog/catalog';
import { readDataset } from '../catalog/dataset';
import { auditInput, nearGroupsOf, thresholdOverrides, type AuditInput } from '../catalog/findings';
import { labelEvidence } from '../catalog/label-queries';
import type { CheckInput } from '../../core/checks/check';

/** @throws PlumblineError bad-request */
export function knownThreshold(id: string): KnownThreshold {
  const threshold = thresholdOf(id);
  if (threshold === undefined)
    throw new PlumblineError('bad-request', `There is no threshold ${id}.`, { details: { threshold: id } });
  return threshold;
}

/** @param over thresholds of one run, which override the stored ones */
export function currentThresholds(catalog: Catalog, over: Readonly<Record<string, number>> = {}): Threshold[] {
  const values = thresholdsWith({ ...Object.fromEntries(thresholdOverrides(catalog)), ...over });
  return knownThresholds.map((threshold) => ({ ...threshold, value: values(threshold.id) }));
}

type Stored = AuditInput & Pick<CheckInput, 'nearGroups' | 'labels'>;

const kept = new WeakMap<Catalog, { revision: number; input: Stored }>();

/** Cached by revision, because a slider asks many times about the same state of the data set. */
function inputOf(catalog: Catalog): Stored {
  const { revision } = readDataset(catalog);
  const last = kept.get(catalog);
  if (last?.revision === revision) return last.input;
  const input = {
    ...auditInput(catalog),
    nearGroups: nearGroupsOf(catalog),
    labels: labelEvidence(catalog)?.evidence ?? null,
  };
  kept.set(catalog, { revision, input });
  return input;
}

/** Largest number of images for which a costly check is fast enough for a slider. */
const PREVIEWED_MOST = 5_000;

/**
 * How many images the threshold's check would flag at this value, or how many classes if it judges classes. Computed
 * from the stored measures. Null when that would block the engine for too long: only the next audit can tell.
 */
export function previewThreshold(
  catalog: Catalog,
  id: string,
  value: number,
): { images: number; classes: number } | null {
  const { check } = knownThreshold(id);
  const judging = checks.filter((one) => one.id === check);
  if (judging.some(({ costly }) => costly === 'always')) return null;
  const stored = inputOf(catalog);
  if (stored.images.length > PREVIEWED_MOST && judging.some(({ costly }) => costly === 'many-images')) return null;
  const overrides = { ...Object.fromEntries(thresholdOverrides(catalog)), [id]: value };
  const input = { ...stored, exactGroups: [], thresholds: thresholdsWith(overrides) };
  const findings = judging.flatMap(singleShard(input));
  return {
    images: new Set(findings.flatMap((finding) => finding.images.map((image) => image.id))).size,
    classes: new Set(findings.flatMap((finding) => finding.classes)).size,
  };
}
