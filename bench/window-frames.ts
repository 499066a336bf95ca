/** Scrolls a list in a window of Electron, with its frames from Chromium's tracing. */
import { readFileSync } from 'node:fs';
import type { ElectronApp } from '../test/e2e/app.ts';
import {
  MARKS,
  REST_MS,
  WHEEL_PIXELS,
  barePage,
  eventsOf,
  framesOf,
  type Frames,
  type Gesture,
  type Pane,
} from './frames.ts';
import { TRACED } from './trace.ts';

export interface WindowPane extends Pane {
  readonly window: number;
}

/** A window with the bare page. */
export async function barePane({ electron }: ElectronApp, pane: WindowPane, length: number): Promise<WindowPane> {
  const page = barePage(pane, length);
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
  pane: WindowPane,
  gesture: Gesture,
  after?: () => Promise<void>,
): Promise<Frames> {
  await electron.evaluate(async ({ BrowserWindow }, { window, list }) => {
    for (const other of BrowserWindow.getAllWindows()) if (other.id !== window) other.hide();
    const shown = BrowserWindow.fromId(window)!;
    shown.show();
    await shown.webContents.executeJavaScript(`document.querySelector(${JSON.stringify(list)}).scrollTop = 0`);
  }, pane);
  await new Promise((resolve) => setTimeout(resolve, REST_MS));
  await electron.evaluate(
    ({ contentTracing }, categories) => contentTracing.startRecording({ included_categories: categories }),
    TRACED,
  );
  await electron.evaluate(
    async ({ BrowserWindow }, { window, events, pixels, marks: [begins, ends] }) => {
      const contents = BrowserWindow.fromId(window)!.webContents;
      const mark = (name: string) => contents.executeJavaScript(`void performance.mark('${name}')`);
      const left = { button: 'left', clickCount: 1 } as const;
      await mark(begins);
      for (const { type, after: pause, x, y } of events) {
        if (pause > 0) await new Promise((resolve) => setTimeout(resolve, pause));
        if (type === 'wheel')
          contents.sendInputEvent({
            type: 'mouseWheel',
            x,
            y,
            deltaX: 0,
            deltaY: -pixels,
            wheelTicksY: -1,
            canScroll: true,
          });
        else if (type === 'press') contents.sendInputEvent({ type: 'mouseDown', x, y, ...left });
        else if (type === 'drag')
          contents.sendInputEvent({ type: 'mouseMove', x, y, button: 'left', modifiers: ['leftbuttondown'] });
        else contents.sendInputEvent({ type: 'mouseMove', x, y });
      }
      await mark(ends);
      const { type, x, y } = events.at(-1)!;
      if (type === 'drag') contents.sendInputEvent({ type: 'mouseUp', x, y, ...left });
    },
    { window: pane.window, events: eventsOf(pane, gesture), pixels: WHEEL_PIXELS, marks: MARKS },
  );
  await after?.();
  return framesOf(
    readFileSync(await electron.evaluate(({ contentTracing }) => contentTracing.stopRecording()), 'utf8'),
  );
}
