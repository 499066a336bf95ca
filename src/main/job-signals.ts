/** Shows long jobs outside of the window: in the taskbar or dock, and by a notification. */
import { BrowserWindow, Notification } from 'electron';

export function showProgress(value: number): void {
  for (const window of BrowserWindow.getAllWindows()) window.setProgressBar(value);
}

/** A click on the notification brings the window back. */
export function notifyAway(title: string, text: string): void {
  if (BrowserWindow.getFocusedWindow() !== null || !Notification.isSupported()) return;
  const notification = new Notification({ title, body: text });
  notification.on('click', () => {
    const [window] = BrowserWindow.getAllWindows();
    if (window?.isMinimized() === true) window.restore();
    window?.focus();
  });
  notification.show();
}
