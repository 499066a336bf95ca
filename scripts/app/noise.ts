/** Chromium looks for a message bus and falls back to nothing where there is none: the window needs none. */
const noBus = /:ERROR:bus\.cc\(\d+\)\] Failed to connect to the bus: /;

/** A virtual display has no graphics card: Chromium tries one, says so, and draws with the processor. */
const noCard =
  /:ERROR:(gpu_memory_buffer_support_x11\.cc\(\d+\)\] dri3 extension not supported|viz_main_impl\.cc\(\d+\)\] Exiting GPU process due to errors during initialization|command_buffer_proxy_impl\.cc\(\d+\)\] ContextResult::kTransientFailure: )/;

/**
 * Whether a line of Electron's error output says only what a machine without a bus, or a virtual display, has to lack.
 */
export function isNoise(line: string, virtual: boolean): boolean {
  return noBus.test(line) || (virtual && noCard.test(line));
}
