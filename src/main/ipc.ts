/** The one channel pair to the windows: who may speak on it, and what is said to all. */
import { BrowserWindow, ipcMain, type WebContents } from 'electron';
import type { Announcement } from '../contract/api';
import { WINDOW_CHANNEL } from '../contract/bridge';
import type { FromEngineFrame } from '../contract/frames';
import type { OnDropped, Port } from '../contract/rpc/port';
import { isOwnPage } from './page-protocol';

/**
 * Makes a port for each window that shows our own page, at its first frame. Frames of any other page, and of a frame
 * inside the page, are dropped.
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
