import type { WindowBridge } from '../contract/bridge';

declare global {
  interface Window {
    /** Set by the preload script of Electron. Absent in a browser, where only `src/renderer/main.ts` asks for it. */
    readonly plumbline: WindowBridge;
  }
}
