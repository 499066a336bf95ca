/** The registry: every check, in the order in which the window lists them. */
import type { Check } from './check';
import { blurry } from './blurry';
import { bright } from './bright';
import { classImbalance } from './class-imbalance';
import { dark } from './dark';
import { extensionMismatch } from './extension-mismatch';
import { lowInformation } from './low-information';
import { missingClass } from './missing-class';
import { oddAspect } from './odd-aspect';
import { oddMode } from './odd-mode';
import { oddSize } from './odd-size';
import { singleClass } from './single-class';
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
  classImbalance,
  tinyClass,
  tinyDataset,
  singleClass,
  missingClass,
];
