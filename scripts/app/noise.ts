/** Chromium reports a missing message bus and continues without it. The window does not need one. */
const noBus = /:ERROR:bus\.cc\(\d+\)\] Failed to connect to the bus: /;

/** A virtual display has no graphics card. Chromium reports it and draws on the processor. */
const noCard =
  /:ERROR:(gpu_memory_buffer_support_x11\.cc\(\d+\)\] dri3 extension not supported|viz_main_impl\.cc\(\d+\)\] Exiting GPU process due to errors during initialization|command_buffer_proxy_impl\.cc\(\d+\)\] ContextResult::kTransientFailure: )/;

/**
 * Whether a line of Electron's error output only reports a missing message bus, or a missing graphics card on a virtual
 * display.
 */
export function isNoise(line: string, virtual: boolean): boolean {
  return noBus.test(line) || (virtual && noCard.test(line));
}
