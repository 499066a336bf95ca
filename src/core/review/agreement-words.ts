/** Sentences about the agreement of two reviewers. */
import type { Agreement } from '../../contract/model/agreement';
import type { ReviewVerdict } from '../../contract/model/review';
import { quoted } from '../text/names';
import { counted, integer, percent } from '../text/numbers';
import { MIN_COMPARED } from './agreement';

/** The decisions that are compared, in the order of tables. */
export const COMPARED: readonly { readonly verdict: ReviewVerdict; readonly name: string }[] = [
  { verdict: 'keep', name: 'keep' },
  { verdict: 'relabel', name: 'relabel' },
  { verdict: 'exclude', name: 'exclude' },
];

const figure = (value: number): string => value.toFixed(2).replace('-', '−');

/** For example "κ 0.62, 95 % interval 0.48 to 0.76", or why there is no κ. */
export function kappaText({ both, kappa }: Agreement): string {
  if (kappa !== null)
    return `Cohen’s κ ${figure(kappa.value)}, 95 % interval ${figure(kappa.low)} to ${figure(kappa.high)}`;
  return both < MIN_COMPARED
    ? `too few images for Cohen’s κ (at least ${MIN_COMPARED})`
    : 'Cohen’s κ is not defined, because you both made one and the same decision on all images';
}

/** For example "You and Anna both decided 40 images and agree on 34 (85 %): Cohen's κ …". */
export function agreementSentences(agreement: Agreement): string[] {
  const { reviewer, decisions, stale, both, agreed, unsure, open } = agreement;
  const name = quoted(reviewer);
  const lines =
    both === 0
      ? [
          `${name} decided ${counted(decisions, 'image')}. You have decided none of these, so there is nothing to compare.`,
        ]
      : [
          `You and ${name} both decided ${counted(both, 'image')} and agree on ${integer(agreed)} (${percent(agreed / both)}): ${kappaText(agreement)}.`,
        ];
  if (unsure > 0)
    lines.push(
      `${counted(unsure, 'more image is', 'more images are')} not compared, because at least one of you is unsure.`,
    );
  if (open > 0) lines.push(`${counted(open, 'disagreement is', 'disagreements are')} open.`);
  else if (both > agreed) lines.push('All disagreements are settled.');
  if (stale > 0)
    lines.push(
      `${counted(stale, 'decision', 'decisions')} of ${name} no longer ${stale === 1 ? 'fits' : 'fit'} an image.`,
    );
  return lines;
}

/** For an export; null if no disagreement is open. */
export function openDisagreements(agreements: readonly Agreement[], images: number): string | null {
  if (images === 0) return null;
  const who = agreements.filter(({ open }) => open > 0).map(({ reviewer }) => quoted(reviewer));
  return `You and ${who.length === 1 ? who[0]! : 'other reviewers'} disagree on ${counted(images, 'image')}. The export uses your decisions.`;
}

/** The counts as rows of text: the user's decision, then one cell for each decision of the reviewer. */
export function agreementRows({ table }: Agreement): { name: string; cells: { images: number; other: number }[] }[] {
  return COMPARED.map(({ verdict, name }) => ({
    name,
    cells: COMPARED.map((column) => {
      const cell = table.find(({ mine, theirs }) => mine === verdict && theirs === column.verdict);
      return {
        images: cell?.images ?? 0,
        other: cell !== undefined && cell.mine === cell.theirs ? cell.images - cell.agreed : 0,
      };
    }),
  }));
}
