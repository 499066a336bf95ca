import type { WindowBridge } from '../contract/bridge';

declare global {
  interface Window {
    /** Put there by the preload script. */
    readonly plumbline: WindowBridge;
  }
}
