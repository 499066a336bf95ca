/** The registry: every check, in the order in which the window lists them. */
import type { Check } from './check';
import { alikeClassesCheck } from './alike-classes';
import { blurry } from './blurry';
import { bright } from './bright';
import { classImbalance } from './class-imbalance';
import { classOverlap } from './class-overlap';
import { conflictingDuplicate } from './conflicting-duplicate';
import { contradictingRows } from './contradicting-rows';
import { dark } from './dark';
import { exactDuplicate } from './exact-duplicate';
import { extensionMismatch } from './extension-mismatch';
import { labelError } from './label-error';
import { loaderMismatch } from './loader-mismatch';
import { lowInformation } from './low-information';
import { lowVariance } from './low-variance';
import { missingClass } from './missing-class';
import { nearDuplicate } from './near-duplicate';
import { normalization } from './normalization';
import { oddAspect } from './odd-aspect';
import { oddMode } from './odd-mode';
import { oddSize } from './odd-size';
import { outlier } from './outlier';
import { shortcut } from './shortcut';
import { singleClass } from './single-class';
import { splitDrift } from './split-drift';
import { splitLeak } from './split-leak';
import { tinyClass } from './tiny-class';
import { tinyDataset } from './tiny-dataset';
import { unreadable } from './unreadable';

export const checks: readonly Check[] = [
  unreadable,
  extensionMismatch,
  oddMode,
  oddSize,
  oddAspect,
  dark,
  bright,
  blurry,
  lowInformation,
  exactDuplicate,
  nearDuplicate,
  conflictingDuplicate,
  contradictingRows,
  labelError,
  splitLeak,
  classImbalance,
  tinyClass,
  tinyDataset,
  singleClass,
  missingClass,
  alikeClassesCheck,
  lowVariance,
  outlier,
  classOverlap,
  splitDrift,
  shortcut,
  normalization,
  loaderMismatch,
];

/** Undefined for a check that this version does not have. */
export function checkOf(id: string): Check | undefined {
  return checks.find((check) => check.id === id);
}

/** Checks whose images an export can leave out, in the order of the registry. */
export const droppableChecks = checks.filter(({ drop }) => drop !== undefined);

/**
 * Checks for which an export counts the findings that nobody reviewed. Checks that find wrong labels come first, then
 * those that find repeated images.
 */
export const undecidedChecks = [
  ...checks.filter(({ undecided }) => undecided?.severity === 'warning'),
  ...checks.filter(({ undecided }) => undecided?.severity === 'info'),
];
