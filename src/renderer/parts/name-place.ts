/** Writes names into their places, anew whenever a place changes its width. */
import { fittedName } from './name-fit';
import type { NameParts } from './name-parts';

interface Place {
  readonly parts: NameParts;
  /** Takes the name as it fits; null if all of it does. */
  readonly write: (name: string | null) => void;
}

const places = new Map<Element, Place>();
/** Widths of the dots, by the letters that they are written in. */
const dots = new Map<string, number>();
/** Many tiles have the same name and width. */
const known = new Map<string, string | null>();
const MOST_KNOWN = 2000;
let observer: ResizeObserver | undefined;

function dotsIn(host: Element, letters: string): number {
  const before = dots.get(letters);
  if (before !== undefined) return before;
  const sample = document.createElement('span');
  sample.textContent = '…';
  host.append(sample);
  const { width } = sample.getBoundingClientRect();
  sample.remove();
  dots.set(letters, width);
  return width;
}

/** @param text the whole name, laid out in the host's letters */
function fitIn(host: Element, text: Node, parts: NameParts, room: number): string | null {
  const { fontWeight, fontSize } = getComputedStyle(host);
  const letters = `${fontWeight} ${fontSize}`;
  const key = [letters, room, parts.levels, parts.start, parts.end].join('\n');
  const before = known.get(key);
  if (before !== undefined) return before;
  const range = document.createRange();
  const name = fittedName(parts, {
    room,
    dots: dotsIn(host, letters),
    of: (from, to) => {
      range.setStart(text, from);
      range.setEnd(text, to);
      // A piece in two writing directions has several boxes.
      return [...range.getClientRects()].reduce((sum, { width }) => sum + width, 0);
    },
  });
  if (known.size >= MOST_KNOWN) known.clear();
  known.set(key, name);
  return name;
}

function write(host: Element, room: number): void {
  const place = places.get(host);
  const text = host.firstElementChild?.firstChild;
  // Without a width, it is not shown.
  if (place !== undefined && text instanceof Text && room > 0) place.write(fitIn(host, text, place.parts, room));
}

/** A font that is loaded later has letters of other widths. */
function writeAgain(): void {
  known.clear();
  dots.clear();
  for (const host of places.keys()) write(host, host.getBoundingClientRect().width);
}

function observe(): ResizeObserver {
  document.fonts.addEventListener('loadingdone', writeAgain);
  return new ResizeObserver((entries) => {
    for (const { target, contentRect } of entries) write(target, contentRect.width);
  });
}

/** For an element whose first element holds the whole name as its only text. */
export function placeName(place: Place): (host: Element) => () => void {
  return (host) => {
    observer ??= observe();
    places.set(host, place);
    observer.observe(host);
    return () => {
      places.delete(host);
      observer?.unobserve(host);
    };
  };
}
