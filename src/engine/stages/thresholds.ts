/** Thresholds as a client sees them, and what a changed one would do. */
import { PlumblineError } from '../../contract/errors';
import type { Threshold } from '../../contract/model/finding';
import { checks } from '../../core/checks/index';
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

/** @param over those of one run, over what the user stored */
export function currentThresholds(catalog: Catalog, over: Readonly<Record<string, number>> = {}): Threshold[] {
  const values = thresholdsWith({ ...Object.fromEntries(thresholdOverrides(catalog)), ...over });
  return knownThresholds.map((threshold) => ({ ...threshold, value: values(threshold.id) }));
}

type Stored = AuditInput & Pick<CheckInput, 'nearGroups' | 'labels'>;

const kept = new WeakMap<Catalog, { revision: number; input: Stored }>();

/** A slider asks many times for one state of the data set. */
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

/** Images up to which a costly check still keeps up with a slider. */
const PREVIEWED_MOST = 5_000;

/**
 * How many images, or classes where it judges classes, the threshold's check would flag at this value, from stored
 * measures. Null where
 * that would hold up the engine: the next audit tells.
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
  const findings = judging.flatMap((one) => one.run(input));
  return {
    images: new Set(findings.flatMap((finding) => finding.images.map((image) => image.id))).size,
    classes: new Set(findings.flatMap((finding) => finding.classes)).size,
  };
}
