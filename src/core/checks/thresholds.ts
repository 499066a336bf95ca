/** The thresholds of all checks. A user can change each of them. A finding names the threshold that it crossed. */
import type { Check, Thresholds, ThresholdSpec } from './check';
import { checks } from './index';

export interface KnownThreshold extends ThresholdSpec {
  readonly id: string;
  readonly check: string;
}

/** In the order of the checks. */
export function thresholdsOf(registry: readonly Check[]): KnownThreshold[] {
  return registry.flatMap((check) =>
    Object.entries(check.thresholds).map(([id, spec]) => ({ id, check: check.id, ...spec })),
  );
}

export const knownThresholds: readonly KnownThreshold[] = thresholdsOf(checks);

/** Undefined for an id that no check defines. */
export function thresholdOf(id: string): KnownThreshold | undefined {
  return knownThresholds.find((threshold) => threshold.id === id);
}

/**
 * Defaults with the user's changes. Each value is clamped to its range. Unknown ids and values that are not numbers are
 * ignored.
 */
export function thresholdsWith(overrides: Readonly<Record<string, number>> = {}): Thresholds {
  const known = knownThresholds.map(({ id, default: standard, min, max, unit }) => {
    const changed = overrides[id];
    const value = changed === undefined || Number.isNaN(changed) ? standard : Math.min(max, Math.max(min, changed));
    return [id, { value, unit }] as const;
  });
  const byId = new Map(known);
  const find = (id: string): { value: number; unit: string } => {
    const found = byId.get(id);
    if (found === undefined) throw new RangeError(`There is no threshold named ${id}.`);
    return found;
  };
  return Object.assign((id: string) => find(id).value, { unit: (id: string) => find(id).unit });
}
