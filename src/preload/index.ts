/** All that a window can use: post a request, receive replies and events. */
import { contextBridge, ipcRenderer, type IpcRendererEvent } from 'electron';
import { IMAGE_SCHEME, WINDOW_CHANNEL, type WindowBridge } from '../contract/bridge';
import type { FromEngineFrame } from '../contract/frames';

const bridge: WindowBridge = {
  images: `${IMAGE_SCHEME}://`,
  powers: ['file-manager', 'drag-out', 'drop'],
  post: (frame) => {
    ipcRenderer.send(WINDOW_CHANNEL, frame);
  },
  subscribe: (listener) => {
    const hear = (_event: IpcRendererEvent, frame: FromEngineFrame) => {
      listener(frame);
    };
    ipcRenderer.on(WINDOW_CHANNEL, hear);
    return () => {
      ipcRenderer.off(WINDOW_CHANNEL, hear);
    };
  },
};

contextBridge.exposeInMainWorld('plumbline', bridge);
