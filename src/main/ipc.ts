/** The one channel pair to the window: who may speak on it, and what is said to all. */
import { BrowserWindow, ipcMain } from 'electron';
import { WINDOW_CHANNEL } from '../contract/bridge';
import { requestFrameSchema, type FromEngineFrame, type RequestFrame } from '../contract/frames';
import type { Announcement } from './engine-process';
import { isOwnPage } from './page-protocol';

/** Answers requests of the main frame of a window that shows our own page; whatever else comes is dropped. */
export function listenToWindows(answer: (frame: RequestFrame) => Promise<FromEngineFrame>): void {
  ipcMain.on(WINDOW_CHANNEL, (event, message: unknown) => {
    const { sender, senderFrame } = event;
    if (senderFrame === null || senderFrame !== sender.mainFrame || !isOwnPage(senderFrame.url)) return;
    const frame = requestFrameSchema.safeParse(message);
    if (!frame.success) return;
    void answer(frame.data).then((reply) => {
      if (!sender.isDestroyed()) sender.send(WINDOW_CHANNEL, reply);
    });
  });
}

export function announceToWindows({ name, payload }: Announcement): void {
  const frame: FromEngineFrame = { type: 'event', name, payload };
  for (const window of BrowserWindow.getAllWindows()) window.webContents.send(WINDOW_CHANNEL, frame);
}
