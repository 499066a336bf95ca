/** The pair of channels to the windows: accepts frames only from our own page, and sends events to all windows. */
import { BrowserWindow, ipcMain, type WebContents } from 'electron';
import type { Announcement } from '../contract/api';
import { WINDOW_CHANNEL } from '../contract/bridge';
import type { FromEngineFrame } from '../contract/frames';
import type { OnDropped, Port } from '../contract/rpc/port';
import { isOwnPage } from './page-protocol';

/**
 * Makes a port for each window with our own page, when its first frame arrives. Frames from any other page, or from a
 * frame inside the page, are dropped.
 */
export function listenToWindows(serve: (port: Port) => void, onDropped: OnDropped): void {
  const ports = new Map<WebContents, (frame: unknown) => void>();
  ipcMain.on(WINDOW_CHANNEL, ({ sender, senderFrame }, message: unknown) => {
    if (senderFrame === null || senderFrame !== sender.mainFrame || !isOwnPage(senderFrame.url)) {
      onDropped('foreign-sender', {});
      return;
    }
    if (!ports.has(sender)) {
      sender.once('destroyed', () => ports.delete(sender));
      serve(windowPort(sender, (receive) => ports.set(sender, receive)));
    }
    ports.get(sender)?.(message);
  });
}

function windowPort(window: WebContents, listen: (receive: (frame: unknown) => void) => void): Port {
  return {
    post: (frame) => {
      if (!window.isDestroyed()) window.send(WINDOW_CHANNEL, frame);
    },
    listen,
    whenClosed: (react) => void window.once('destroyed', () => react()),
  };
}

export function announceToWindows({ name, payload }: Announcement): void {
  const frame: FromEngineFrame = { type: 'event', name, payload };
  for (const window of BrowserWindow.getAllWindows()) window.webContents.send(WINDOW_CHANNEL, frame);
}
