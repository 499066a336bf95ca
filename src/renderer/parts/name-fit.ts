/** How a name that is too long for its place is written there. */
import { lettersOf, type NameParts } from './name-parts';

const DOTS = '…';
/** The pieces of a name are laid out without the kerning between them, so that their sum is not exact. Pixels. */
const INEXACT = 1;

/** Widths in pixels. */
export interface NameMeasure {
  /** Of the place. */
  readonly room: number;
  readonly dots: number;
  /** Of a piece of the name: from one of its UTF-16 units to before another. */
  readonly of: (from: number, to: number) => number;
}

/**
 * The name with dots for what does not fit, from the levels first, then from the end of `start`, of which one letter
 * always stays. CSS alone leaves a gap behind the dots, up to the width of a letter.
 * @returns null if all of it fits
 */
export function fittedName({ levels, start, end }: NameParts, { room, dots, of }: NameMeasure): string | null {
  const all = levels.length + start.length + end.length;
  const whole = of(0, all);
  if (whole <= room) return null;
  if (whole <= room + INEXACT) return levels + start + end;
  const leaf = of(levels.length, all);
  if (leaf + dots <= room) return `${longest(levels, 0, room - leaf - dots)}${DOTS}${start}${end}`;
  if (leaf <= room) return start + end;
  const tail = end === '' ? 0 : of(all - end.length, all);
  const kept = longest(start, levels.length, room - tail - dots);
  return `${kept === '' ? lettersOf(start)[0]! : kept}${DOTS}${end}`;

  /** The longest beginning of a piece, at a place in the name, that is not wider. */
  function longest(piece: string, at: number, width: number): string {
    const letters = lettersOf(piece);
    let [fits, tooLong] = [0, letters.length + 1];
    while (tooLong - fits > 1) {
      const tried = Math.floor((fits + tooLong) / 2);
      const length = letters.slice(0, tried).join('').length;
      if (of(at, at + length) <= width) fits = tried;
      else tooLong = tried;
    }
    return letters.slice(0, fits).join('');
  }
}
