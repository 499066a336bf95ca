/** The steps of the user in words. */
import type { ActSource, ReviewStep } from '../../contract/model/review';
import type { SideStep } from '../state/side-steps.svelte';
import { className } from '../../core/text/names';
import { counted, integer } from '../../core/text/numbers';

const KINDS: Record<ReviewStep['kinds'][number]['kind'], string> = {
  keep: 'Label is right',
  relabel: 'Relabelled',
  exclude: 'Excluded',
  unsure: 'Unsure',
  clear: 'Decision removed',
  move: 'Moved',
  tag: 'Tagged',
  untag: 'Tag removed',
  note: 'Note changed',
  class: 'Class renamed',
  rename: 'Class renamed',
};

const SOURCES: Record<ActSource, string> = {
  review: 'Review',
  images: 'Images',
  labels: 'Suspicious labels',
  confusion: 'Confusion',
  map: 'Map',
  findings: 'Findings',
  import: 'From a file',
};

export interface StepLine {
  readonly key: string;
  readonly at: number;
  readonly undone: boolean;
  readonly title: string;
  /** The new name, if all of its decisions give the same one. */
  readonly label: string | null;
  /** Which images, or which finding. */
  readonly about: string;
  /** Where it was done; '' where that is not known. */
  readonly source: string;
  readonly hint: string | undefined;
}

/**
 * The steps in one list, the newest first.
 * @param more whether there are older steps than these: other steps that are older are then left out too
 */
export function stepLines(
  { steps, more }: { readonly steps: readonly ReviewStep[]; readonly more: boolean },
  aside: readonly { readonly step: SideStep; readonly undone: boolean }[],
): StepLine[] {
  const from = more ? (steps.at(-1)?.at ?? 0) : 0;
  const decided = steps.map((step): StepLine => ({
    key: String(step.batch),
    at: step.at,
    undone: step.undone,
    title: stepTitle(step),
    label: step.label === null ? null : className(step.label),
    about: stepImages(step),
    source: step.source === null ? '' : SOURCES[step.source],
    hint: step.note ?? step.path ?? undefined,
  }));
  const others = aside
    .filter(({ step }) => step.at >= from)
    .map(({ step, undone }): StepLine => ({
      key: `${step.at} ${step.title}`,
      at: step.at,
      undone,
      title: step.title,
      label: null,
      about: step.about,
      source: 'Findings',
      hint: step.about,
    }));
  return [...decided, ...others].sort((one, other) => other.at - one.at);
}

/** "Excluded", "Relabelled to", or "Label is right 3, Excluded 2". */
function stepTitle({ kinds, label }: ReviewStep): string {
  const words = kinds.map(({ kind, count }) => (kinds.length === 1 ? KINDS[kind] : `${KINDS[kind]} ${integer(count)}`));
  return label === null ? words.join(', ') : `${words.join(', ')} to`;
}

/** Which images: the path of the only one, or their number; '' where only classes were changed. */
function stepImages({ images, path }: ReviewStep): string {
  return path ?? (images === 0 ? '' : counted(images, 'image'));
}
