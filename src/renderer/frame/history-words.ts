/** The steps of the user in words. */
import type { ActSource, ReviewStep } from '../../contract/model/review';
import type { SideStep } from '../state/side-steps.svelte';
import { className, quoted } from '../../core/text/names';
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
  note: 'Note',
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
  /** The new name or the tag, if all of its decisions give the same one, or the note. */
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
    label: stepLabel(step),
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

/** What a step wrote on images; null for decisions and for several kinds of acts. */
function remarkOf({ kinds, label }: ReviewStep): 'tag' | 'untag' | 'note' | null {
  const kind = kinds.length === 1 && label !== null ? kinds[0]?.kind : undefined;
  return kind === 'tag' || kind === 'untag' || kind === 'note' ? kind : null;
}

function stepLabel(step: ReviewStep): string | null {
  const { label, kinds } = step;
  if (label === null || label === '') return null;
  const remark = remarkOf(step);
  if (remark === 'note') return label.replace(/\s+/g, ' ');
  if (remark !== null) return quoted(label);
  return kinds.some(({ kind }) => kind === 'tag' || kind === 'untag' || kind === 'note') ? null : className(label);
}

/** "Excluded", "Relabelled to", "Tagged", or "Label is right 3, Excluded 2". */
function stepTitle(step: ReviewStep): string {
  const { kinds, label } = step;
  const remark = remarkOf(step);
  if (remark === 'note') return label === '' ? 'Note removed' : 'Note:';
  if (remark !== null) return KINDS[remark];
  const words = kinds.map(({ kind, count }) => (kinds.length === 1 ? KINDS[kind] : `${KINDS[kind]} ${integer(count)}`));
  return stepLabel(step) === null ? words.join(', ') : `${words.join(', ')} to`;
}

/** Which images: the path of the only one, or their number; '' where only classes were changed. */
function stepImages({ images, path }: ReviewStep): string {
  return path ?? (images === 0 ? '' : counted(images, 'image'));
}
