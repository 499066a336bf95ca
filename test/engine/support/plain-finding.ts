import type { CheckFinding } from '../../../src/core/checks/check';

/** A warning about nothing: a test adds the check, the scope and the images that it is about. */
export const plainFinding = {
  severity: 'warning',
  title: '',
  remedy: '',
  classes: [],
  splits: [],
  score: 0.5,
  value: null,
  threshold: null,
  thresholdId: null,
  evidence: { facts: [] },
  images: [],
  groups: [],
} satisfies Partial<CheckFinding>;
