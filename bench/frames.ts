/**
 * Frames of a window while a list is scrolled, from Chromium's own tracing.
 * A frame is one drawing of the window that the display compositor passes to the screen (`Display::DrawAndSwap`). Its
 * duration is the time since the previous one. Frames are counted from the first to the last event of wheel or mouse,
 * because afterwards nothing has to be drawn.
 * The input events are those that the system would send, and the window itself scrolls; no script sets the position.
 */
import type { ElectronApp } from '../test/e2e/app.ts';
import { median } from './figures.ts';
import { readTrace, tasksOf, TRACED } from './trace.ts';

/** A window with a list that scrolls. */
export interface Pane {
  readonly window: number;
  /** Selector of the scrolling element. */
  readonly list: string;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export type Gesture = 'wheel' | 'bar';

export interface Frames {
  /** Milliseconds between frames, ascending. */
  readonly gaps: readonly number[];
  /** Longest task of the page's main thread, in milliseconds of processor time. */
  readonly longestTask: number;
}

const WHEEL = { steps: 100, pixels: 120, every: 40 };
const BAR = { steps: 300, every: 16 };
const MARKS = ['scrolling-begins', 'scrolling-ends'] as const;

function framesOf(file: string): Frames {
  const trace = readTrace(file, MARKS);
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
 * A window with only a list of coloured stripes, of the same length and position as `pane`: the best that this machine
 * can show.
 */
export async function barePane({ electron }: ElectronApp, pane: Pane, length: number): Promise<Pane> {
  const page = `<style>body{margin:0}
#list{position:absolute;left:${pane.x}px;top:${pane.y}px;width:${pane.width}px;height:${pane.height}px;overflow:auto}
#list div{height:${length}px;background:repeating-linear-gradient(#c33 0 90px,#3c3 90px 180px,#33c 180px 270px)}
::-webkit-scrollbar{width:10px}::-webkit-scrollbar-thumb{background:#888}</style><div id=list><div></div></div>`;
  const window = await electron.evaluate(
    async ({ BrowserWindow }, { like, url }) => {
      const bare = new BrowserWindow({ ...BrowserWindow.fromId(like)!.getBounds(), show: false });
      await bare.loadURL(url);
      return bare.id;
    },
    { like: pane.window, url: `data:text/html,${encodeURIComponent(page)}` },
  );
  return { ...pane, window, list: '#list' };
}

/**
 * Scrolls `pane` from its start: some screens by single turns of the wheel, or all of it by the scroll bar. Meanwhile
 * other windows are hidden. `after` is also traced.
 */
export async function scroll(
  { electron }: ElectronApp,
  pane: Pane,
  gesture: Gesture,
  after?: () => Promise<void>,
): Promise<Frames> {
  await electron.evaluate(async ({ BrowserWindow }, { window, list }) => {
    for (const other of BrowserWindow.getAllWindows()) if (other.id !== window) other.hide();
    const shown = BrowserWindow.fromId(window)!;
    shown.show();
    await shown.webContents.executeJavaScript(`document.querySelector(${JSON.stringify(list)}).scrollTop = 0`);
  }, pane);
  await new Promise((resolve) => setTimeout(resolve, 1500));
  await electron.evaluate(
    ({ contentTracing }, categories) => contentTracing.startRecording({ included_categories: categories }),
    TRACED,
  );
  await electron.evaluate(
    async (
      { BrowserWindow },
      { pane: { window, x, y, width, height }, gesture: how, wheel, bar, marks: [begins, ends] },
    ) => {
      const contents = BrowserWindow.fromId(window)!.webContents;
      const mark = (name: string) => contents.executeJavaScript(`void performance.mark('${name}')`);
      const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
      const [middle, thumb, top] = [x + width / 2, x + width - 5, y + 8].map(Math.round) as [number, number, number];
      await mark(begins);
      if (how === 'wheel') {
        for (let step = 0; step < wheel.steps; step++) {
          if (step > 0) await pause(wheel.every);
          contents.sendInputEvent({
            type: 'mouseWheel',
            x: middle,
            y: Math.round(y + height / 2),
            deltaX: 0,
            deltaY: -wheel.pixels,
            wheelTicksY: -1,
            canScroll: true,
          });
        }
      } else {
        contents.sendInputEvent({ type: 'mouseMove', x: thumb, y: top });
        contents.sendInputEvent({ type: 'mouseDown', x: thumb, y: top, button: 'left', clickCount: 1 });
        for (let step = 1; step <= bar.steps; step++) {
          await pause(bar.every);
          contents.sendInputEvent({
            type: 'mouseMove',
            x: thumb,
            y: Math.round(top + ((height - 16) * step) / bar.steps),
            button: 'left',
            modifiers: ['leftbuttondown'],
          });
        }
      }
      await mark(ends);
      if (how === 'bar')
        contents.sendInputEvent({
          type: 'mouseUp',
          x: thumb,
          y: Math.round(y + height - 8),
          button: 'left',
          clickCount: 1,
        });
    },
    { pane, gesture, wheel: WHEEL, bar: BAR, marks: MARKS },
  );
  await after?.();
  return framesOf(await electron.evaluate(({ contentTracing }) => contentTracing.stopRecording()));
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
