/** Thumbnails in the report: which ones, within which size limit, and their layout. */
import type { DuplicateGroup } from '../../contract/model/finding';
import type { ImageCard } from '../../contract/model/image';
import { counted, probability, withUnit } from '../text/numbers';
import { breakable, html, type Markup, type MarkupPart } from './markup';
import type { PageFinding, ReportPage } from './material';
import { NO_REMARKS } from '../review/remarks';
import { RELATIONS, UNREADABLE, decisionText } from '../text/labels';
import { className } from '../text/names';

/** Maximum number of images of one finding. */
export const MOST_PICTURES = 12;
/** Maximum number of groups of one finding, and of members of one group: enough to see what kind of copies they are. */
export const MOST_GROUPS = 6;
export const MOST_MEMBERS = 6;
/** Total length of all thumbnails as data URLs. */
const PICTURE_BUDGET = 5_000_000;
/** Every finding gets its first images before any finding gets more. */
const ROUND = 4;

/** The groups to show, each limited to the members to show: at most MOST_PICTURES together. */
export function shownGroups(groups: PageFinding['groups']): PageFinding['groups'] {
  const shown: Pick<DuplicateGroup, 'members'>[] = [];
  let left = MOST_PICTURES;
  for (const group of groups.slice(0, MOST_GROUPS)) {
    const members = group.members.slice(0, Math.min(MOST_MEMBERS, left));
    if (members.length < 2) break;
    shown.push({ members });
    left -= members.length;
  }
  return shown;
}

/**
 * Thumbnails for lists of images, within a total length. The first image of each list comes first, then the next of
 * each. An image in several lists counts each time it is shown.
 * @param read data URL of an image's thumbnail, or null if it has none
 */
export function choosePictures(
  lists: readonly (readonly number[])[],
  read: (image: number) => string | null,
  budget = PICTURE_BUDGET,
): Map<number, string> {
  const uses = new Map<number, number>();
  for (const image of lists.flat()) uses.set(image, (uses.get(image) ?? 0) + 1);
  const longest = lists.reduce((most, list) => Math.max(most, list.length), 0);
  const chosen = new Map<number, string>();
  const seen = new Set<number>();
  let left = budget;
  for (let from = 0; from < longest && left > 0; from += ROUND) {
    for (const image of lists.flatMap((list) => list.slice(from, from + ROUND))) {
      if (seen.has(image)) continue;
      seen.add(image);
      const picture = read(image);
      const cost = (picture?.length ?? 0) * uses.get(image)!;
      if (picture === null || cost > left) continue;
      chosen.set(image, picture);
      left -= cost;
    }
  }
  return chosen;
}

const FEW_PIXELS = 64;

function ground(card: ImageCard, pictures: ReadonlyMap<number, string>): Markup {
  const data = pictures.get(card.id);
  // Small images are enlarged with visible pixels, as in the window.
  const small = card.width !== null && card.height !== null && Math.max(card.width, card.height) <= FEW_PIXELS;
  if (data !== undefined) return html`<img src="${data}" alt=""${small && html` class="few"`}>`;
  return html`<span class="missing">${card.unreadable === null ? 'picture not included' : UNREADABLE[card.unreadable.code]}</span>`;
}

function size({ width, height }: ImageCard): string | null {
  return width === null || height === null ? null : `${width} × ${height}`;
}

/** One image with its path and its caption. */
export function figure(card: ImageCard, pictures: ReadonlyMap<number, string>, notes: readonly MarkupPart[]): Markup {
  return html`<figure><div class="ground">${ground(card, pictures)}</div><figcaption><span class="path">${breakable(card.path)}</span>${notes.filter((note) => note !== null && note !== '').map((note) => html`<span class="dim">${note}</span>`)}</figcaption></figure>`;
}

type Shown = Pick<ReportPage, 'pictures' | 'decisions' | 'remarks'>;

const decided = ({ id }: ImageCard, decisions: ReportPage['decisions']): string | null => {
  const decision = decisions.get(id);
  return decision === undefined ? null : decisionText(decision);
};

/** Limit of a note under a picture; the table of notes has the whole text. */
const NOTE_SHOWN = 120;

/** Tags and the note of an image, as parts of its caption. */
export const remarked = ({ id }: ImageCard, remarks: ReportPage['remarks']): MarkupPart[] => {
  const { tags, note } = remarks.get(id) ?? NO_REMARKS;
  return [
    tags.length === 0 ? null : html`${tags.length === 1 ? 'tag' : 'tags'}: <bdi>${breakable(tags.join(', '))}</bdi>`,
    note === null
      ? null
      : html`note: <bdi>${note.length > NOTE_SHOWN ? `${note.slice(0, NOTE_SHOWN).trimEnd()}…` : note}</bdi>`,
  ];
};

/** A number without a unit is shown with its name. */
const valueText = (value: number, { title, unit }: { readonly title: string; readonly unit: string }): string =>
  unit === '' ? `${title} ${withUnit(value, unit)}` : withUnit(value, unit);

/**
 * @param measured the name of the cards' values; undefined if there is none
 * @param all images of the finding
 */
export function imageStrip(
  cards: readonly ImageCard[],
  { pictures, decisions, remarks }: Shown,
  measured: { readonly title: string; readonly unit: string } | undefined,
  all: number,
): Markup | null {
  if (cards.length === 0) return null;
  const shown = cards.slice(0, MOST_PICTURES);
  return html`<div class="strip">${shown.map((card) =>
    figure(card, pictures, [
      measured !== undefined && card.value !== null ? valueText(card.value, measured) : null,
      card.unreadable?.reason ?? size(card),
      decided(card, decisions),
      ...remarked(card, remarks),
    ]),
  )}</div>
${all > shown.length && html`<p class="more">and ${counted(all - shown.length, 'more image')}</p>`}`;
}

/**
 * Copies side by side, the one that the others are copies of first.
 * @param all groups of the finding with the number of their members
 */
export function groupStrips(
  groups: PageFinding['groups'],
  { pictures, decisions, remarks }: Shown,
  all: readonly number[],
): Markup {
  const shown = shownGroups(groups);
  const strips = shown.map(
    (group, at) =>
      html`<div class="group"><div class="strip">${group.members.map(({ card, relation, similarity }) =>
        figure(card, pictures, [
          html`<bdi>${breakable(className(card.className))}</bdi>${card.split !== null && html` · <bdi>${card.split}</bdi>`}`,
          relation === null
            ? size(card)
            : `${RELATIONS[relation]}${relation === 'same-bytes' || relation === 'same-pixels' ? '' : `, ${probability(similarity)} alike`}`,
          decided(card, decisions),
          ...remarked(card, remarks),
        ]),
      )}</div>${(all[at] ?? 0) > group.members.length && html`<p class="more">and ${counted(all[at]! - group.members.length, 'more copy', 'more copies')}</p>`}</div>`,
  );
  return html`<div class="groups">${strips}</div>${all.length > shown.length && html`<p class="more">and ${counted(all.length - shown.length, 'more group')}</p>`}`;
}
