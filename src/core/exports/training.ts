/** What a training script must know about an export: the role of each split, and the size to read images at. */
import { median } from '../statistics/quantiles';
import { splitRole } from '../dataset/split-names';
import type { ExportDocument, ExportFormat, WrittenFile } from './format';

export interface Roles {
  /** The split with this name, else the first. */
  readonly train: string;
  readonly validation: string | null;
  readonly test: string | null;
}

/** Only splits with images, because loaders fail on an empty folder. */
export function rolesOf({ splits, files }: Pick<ExportDocument, 'splits' | 'files'>): Roles {
  const used = new Set(files.map((file) => file.split));
  const present = splits.filter((split) => used.has(split));
  const named = (role: 0 | 1 | 2): string | null => present.find((split) => splitRole(split) === role) ?? null;
  return { train: named(0) ?? present[0] ?? 'train', validation: named(1), test: named(2) };
}

const SMALLEST = 32;
const LARGEST = 128;

/**
 * Side in pixels to train at: the median longer side in steps of 16, within what a small net can use on a CPU (32–128).
 */
function trainingSize(files: readonly WrittenFile[]): number {
  const sides = files.flatMap(({ image }) =>
    image.facts === null ? [] : Math.max(image.facts.width, image.facts.height),
  );
  if (sides.length === 0) return SMALLEST;
  return Math.min(LARGEST, Math.max(SMALLEST, Math.round(median(sides) / 16) * 16));
}

/**
 * A Python literal for text, a number, or None. JSON and Python use the same escapes, except for two line separators
 * that both accept.
 */
function python(value: string | number | null): string {
  return value === null ? 'None' : JSON.stringify(value);
}

/** Python literals: names of splits (None for a missing one), and the image side in pixels. */
export type ScriptLiterals = Readonly<Record<keyof Roles | 'size', string>>;

export function trainingScript(id: string, script: (literals: ScriptLiterals) => string): ExportFormat {
  return {
    id,
    *files({ files, splits }) {
      const { train, validation, test } = rolesOf({ splits, files });
      const size = python(trainingSize(files));
      yield [id, [script({ train: python(train), validation: python(validation), test: python(test), size })]];
    },
  };
}
