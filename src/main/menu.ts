/** The native menu. */
import { Menu, type MenuItemConstructorOptions } from 'electron';
import type { EventPayload } from '../contract/api';
import type { Recent } from '../contract/model/dataset';

export interface MenuActions {
  openFolder(): void;
  openRecent(dataset: string): void;
  showLogs(): void;
  copyDiagnostics(): void;
  tellWindow(command: EventPayload<'menu'>['command']): void;
}

const SHOWN_RECENTS = 10;

/** A single ampersand would mark the next letter as the access key. */
const literal = (text: string) => text.replaceAll('&', '&&');

function recentItems(recents: readonly Recent[], actions: MenuActions): MenuItemConstructorOptions[] {
  if (recents.length === 0) return [{ label: 'Nothing opened yet', enabled: false }];
  return recents.slice(0, SHOWN_RECENTS).map(({ id, root, exists }) => ({
    label: literal(root),
    enabled: exists,
    click: () => actions.openRecent(id),
  }));
}

/** Must be called again when the list of recent data sets changes, because a native menu does not update itself. */
export function setMenu(recents: readonly Recent[], actions: MenuActions): void {
  const mac = process.platform === 'darwin';
  const template: MenuItemConstructorOptions[] = [
    ...(mac ? [{ role: 'appMenu' } as const] : []),
    {
      label: '&File',
      submenu: [
        { label: '&Open folder…', accelerator: 'CmdOrCtrl+O', click: () => actions.openFolder() },
        { label: 'Open &recent', submenu: recentItems(recents, actions) },
        {
          label: '&Close data set',
          accelerator: 'CmdOrCtrl+Shift+W',
          click: () => actions.tellWindow('close-dataset'),
        },
        { type: 'separator' },
        mac ? { role: 'close' } : { role: 'quit', accelerator: 'CmdOrCtrl+Q' },
      ],
    },
    { role: 'editMenu' },
    {
      label: '&View',
      submenu: [
        {
          label: '&Theme',
          submenu: [
            { label: '&System', click: () => actions.tellWindow('theme-system') },
            { label: '&Light', click: () => actions.tellWindow('theme-light') },
            { label: '&Dark', click: () => actions.tellWindow('theme-dark') },
          ],
        },
        { type: 'separator' },
        { role: 'zoomIn' },
        // The same key without Shift, on most keyboards.
        { role: 'zoomIn', accelerator: 'CmdOrCtrl+=', visible: false },
        { role: 'zoomOut' },
        { role: 'resetZoom' },
        { role: 'togglefullscreen' },
        { type: 'separator' },
        { role: 'toggleDevTools' },
      ],
    },
    { role: 'windowMenu' },
    {
      role: 'help',
      submenu: [
        { label: 'Show &log folder', click: () => actions.showLogs() },
        { label: '&Copy diagnostics', click: () => actions.copyDiagnostics() },
      ],
    },
  ];
  Menu.setApplicationMenu(Menu.buildFromTemplate(template));
}
