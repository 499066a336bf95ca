import type { WindowBridge } from '../contract/bridge';

declare global {
  interface Window {
    /** Set by the preload script. */
    readonly plumbline: WindowBridge;
  }
}
