/**
 * Frames of a window while a list is scrolled, from Chromium's own tracing.
 * A frame is one drawing of the window that the display compositor passes to the screen (`Display::DrawAndSwap`). Its
 * duration is the time since the previous one. Frames are counted from the first to the last event of wheel or mouse,
 * because afterwards nothing has to be drawn.
 * The input events are those that the system would send, and the window itself scrolls; no script sets the position.
 */
import { median } from './figures.ts';
import { readTrace, tasksOf } from './trace.ts';

/** A list that scrolls, and where it is in its window. */
export interface Pane {
  /** Selector of the scrolling element. */
  readonly list: string;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  /** How far below the top the scroll bar's thumb is caught, in pixels; 8 if it is absent. */
  readonly thumb?: number;
}

export type Gesture = 'wheel' | 'bar';

export interface Frames {
  /** Milliseconds between frames, ascending. */
  readonly gaps: readonly number[];
  /** Longest task of the page's main thread, in milliseconds of processor time. */
  readonly longestTask: number;
}

/** Pixels that one turn of the wheel scrolls. */
export const WHEEL_PIXELS = 120;
const WHEEL = { steps: 100, every: 40 };
const BAR = { steps: 300, every: 16 };
/** Milliseconds for which a window is left alone before it scrolls. */
export const REST_MS = 1500;
export const MARKS = ['scrolling-begins', 'scrolling-ends'] as const;

/** @param text the JSON text of a recording between `MARKS` */
export function framesOf(text: string): Frames {
  const trace = readTrace(text, MARKS);
  const { events, begins, ends } = trace;
  const drawn = events
    .filter(({ name, ph, ts }) => name === 'Display::DrawAndSwap' && ph === 'X' && ts >= begins && ts <= ends)
    .map(({ ts }) => ts)
    .sort((a, b) => a - b);
  return {
    gaps: drawn
      .slice(1)
      .map((at, i) => (at - drawn[i]!) / 1000)
      .sort((a, b) => a - b),
    longestTask: Math.max(0, ...tasksOf(trace)),
  };
}

/**
 * A page with only a list `#list` of coloured stripes, of the same length and position as `pane`: the best that this
 * machine can show.
 */
export function barePage(pane: Pane, length: number): string {
  return `<style>body{margin:0}
#list{position:absolute;left:${pane.x}px;top:${pane.y}px;width:${pane.width}px;height:${pane.height}px;overflow:auto}
#list div{height:${length}px;background:repeating-linear-gradient(#c33 0 90px,#3c3 90px 180px,#33c 180px 270px)}
::-webkit-scrollbar{width:10px}::-webkit-scrollbar-thumb{background:#888}</style><div id=list><div></div></div>`;
}

/** An event of the wheel or the mouse. */
interface InputEvent {
  readonly type: 'wheel' | 'move' | 'press' | 'drag';
  /** Milliseconds after the event before. */
  readonly after: number;
  readonly x: number;
  readonly y: number;
}

/** The events of a gesture. A drag is let go where the last event is. */
export function eventsOf({ x, y, width, height, thumb: below = 8 }: Pane, gesture: Gesture): InputEvent[] {
  if (gesture === 'wheel') {
    const middle = { x: Math.round(x + width / 2), y: Math.round(y + height / 2) };
    return Array.from({ length: WHEEL.steps }, (_, step) => ({
      type: 'wheel',
      after: step === 0 ? 0 : WHEEL.every,
      ...middle,
    }));
  }
  const [thumb, top] = [Math.round(x + width - 5), Math.round(y + below)];
  return [
    { type: 'move', after: 0, x: thumb, y: top },
    { type: 'press', after: 0, x: thumb, y: top },
    ...Array.from({ length: BAR.steps }, (_, step) => ({
      type: 'drag' as const,
      after: BAR.every,
      x: thumb,
      y: Math.round(top + ((height - 16) * (step + 1)) / BAR.steps),
    })),
  ];
}

export function longest({ gaps }: Frames): number {
  return gaps.at(-1) ?? Number.NaN;
}

/** The round with the shortest longest frame: other load on the machine only makes frames longer. */
export function quietestRound(rounds: readonly Frames[]): Frames {
  return rounds.reduce((best, round) => (longest(round) < longest(best) ? round : best));
}

/** Median, 99th percentile and maximum, in whole milliseconds. */
export function spread({ gaps }: Frames): string {
  return [median(gaps), gaps[Math.floor(gaps.length * 0.99)]!, gaps.at(-1)!].map((ms) => ms.toFixed(0)).join(' / ');
}
