/** Scrolls a list in a page of Chromium, with its frames from Chromium's tracing. */
import type { Browser, Page } from '@playwright/test';
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

export interface PagePane extends Pane {
  readonly browser: Browser;
  readonly page: Page;
}

/** A page with the bare list. */
export async function bareTab(pane: PagePane, length: number): Promise<PagePane> {
  const page = await pane.page.context().newPage();
  await page.setContent(barePage(pane, length));
  return { ...pane, page, list: '#list' };
}

/** Scrolls like `scroll` for Electron. The events are sent in time, also if the page is late to handle them. */
export async function scrollTab(pane: PagePane, gesture: Gesture, after?: () => Promise<void>): Promise<Frames> {
  const { browser, page, list } = pane;
  await page.bringToFront();
  await page.evaluate(`document.querySelector(${JSON.stringify(list)}).scrollTop = 0`);
  await page.waitForTimeout(REST_MS);
  const mark = (name: string) => page.evaluate((text) => void performance.mark(text), name);
  const devtools = await page.context().newCDPSession(page);
  const sent: Promise<unknown>[] = [];
  const send = (type: 'mouseWheel' | 'mouseMoved' | 'mousePressed' | 'mouseReleased', more: object): void => {
    sent.push(devtools.send('Input.dispatchMouseEvent', { type, ...(more as { x: number; y: number }) }));
  };
  const left = { button: 'left', clickCount: 1 } as const;
  await browser.startTracing(page, { categories: ['-*', ...TRACED] });
  const events = eventsOf(pane, gesture);
  await mark(MARKS[0]);
  for (const { type, after: pause, x, y } of events) {
    if (pause > 0) await page.waitForTimeout(pause);
    if (type === 'wheel') send('mouseWheel', { x, y, deltaX: 0, deltaY: WHEEL_PIXELS });
    else if (type === 'press') send('mousePressed', { x, y, ...left });
    else if (type === 'drag') send('mouseMoved', { x, y, button: 'left', buttons: 1 });
    else send('mouseMoved', { x, y });
  }
  await mark(MARKS[1]);
  const { type, x, y } = events.at(-1)!;
  if (type === 'drag') send('mouseReleased', { x, y, ...left });
  await Promise.all(sent);
  await after?.();
  const trace = (await browser.stopTracing()).toString('utf8');
  await devtools.detach();
  return framesOf(trace);
}
