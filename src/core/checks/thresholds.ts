/** The thresholds of all checks. A user may change each; a finding names the one that it crossed. */
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

const byId = new Map(knownThresholds.map((threshold) => [threshold.id, threshold]));

/** Undefined for an id that no check defines. */
export function thresholdOf(id: string): KnownThreshold | undefined {
  return byId.get(id);
}

/**
 * Defaults with the user's changes, each clamped to its range; unknown ids and values that are not numbers are ignored.
 */
export function thresholdsWith(overrides: Readonly<Record<string, number>> = {}): Thresholds {
  const specOf = (id: string): KnownThreshold => {
    const spec = byId.get(id);
    if (spec === undefined) throw new RangeError(`There is no threshold ${id}.`);
    return spec;
  };
  const value = (id: string): number => {
    const { default: standard, min, max } = specOf(id);
    const changed = overrides[id];
    return changed === undefined || Number.isNaN(changed) ? standard : Math.min(max, Math.max(min, changed));
  };
  return Object.assign(value, { unit: (id: string) => specOf(id).unit });
}
