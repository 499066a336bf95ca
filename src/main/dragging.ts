/** Drags pictures out of the window, to drop them on another program. */
import { BrowserWindow, nativeImage } from 'electron';

const ICON_SIDE = 96;
/** The files that were dragged out last. Dropped on the window itself, they are not folders to open. */
let last: ReadonlySet<string> = new Set();

/** @param thumbnail JPEG, shown beside the pointer; Electron cannot show the WebP of an older index */
export function dragOut(files: readonly string[], thumbnail: Uint8Array): void {
  const window = BrowserWindow.getFocusedWindow() ?? BrowserWindow.getAllWindows()[0];
  const [file] = files;
  if (window === undefined || file === undefined) return;
  const picture = nativeImage.createFromBuffer(Buffer.from(thumbnail));
  last = new Set(files);
  window.webContents.startDrag({
    file,
    files: [...files],
    icon: picture.isEmpty() ? blank() : picture.resize({ height: ICON_SIDE }),
  });
}

/** A drag needs an icon that is not empty. */
function blank(): Electron.NativeImage {
  return nativeImage.createFromBitmap(Buffer.alloc(16 * 16 * 4, 128), { width: 16, height: 16 });
}

export function wasDraggedOut(path: string): boolean {
  return last.has(path);
}
