/** Serves the app's own URL schemes. */
import { protocol, type CustomScheme } from 'electron';
import { IMAGE_SCHEME } from '../contract/bridge';
import { emptyReply, type Reply } from '../shell/reply';
import { serveBuffers } from './electron22/buffer-protocol';
import { needs } from './electron22/workarounds';

export const PAGE_SCHEME = 'plumbline-app';

/** Must be called before Electron is ready. */
export function registerSchemes(): void {
  const privileges = { standard: true, secure: true } satisfies CustomScheme['privileges'];
  protocol.registerSchemesAsPrivileged([
    { scheme: PAGE_SCHEME, privileges },
    { scheme: IMAGE_SCHEME, privileges },
  ]);
}

/** Answers every request for `scheme`. If `answer` throws, the response is a 500 without a body. */
export function serveScheme(scheme: string, answer: (url: string) => Promise<Reply>): void {
  const safely = async (url: string): Promise<Reply> => {
    try {
      return await answer(url);
    } catch {
      return emptyReply(500);
    }
  };
  if (needs('buffer-protocol', process.versions.electron)) {
    serveBuffers(scheme, safely);
    return;
  }
  protocol.handle(scheme, async ({ url }) => {
    const { status, headers, body } = await safely(url);
    return new Response(body, { status, headers });
  });
}
