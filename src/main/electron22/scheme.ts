/** Serving an own URL scheme, on Electron 22 (`registerBufferProtocol`) as on newer ones (`handle`). */
import { protocol, type CustomScheme } from 'electron';
import { IMAGE_SCHEME } from '../../contract/bridge';

export interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array<ArrayBuffer>;
}

export const PAGE_SCHEME = 'plumbline-app';

export function emptyReply(status: number): Reply {
  return { status, headers: { 'content-type': 'text/plain', 'cache-control': 'no-store' }, body: new Uint8Array() };
}

/** What Electron 22 has in place of `handle`; its newest types call it deprecated. */
interface OldProtocol {
  registerBufferProtocol(
    scheme: string,
    handler: (
      request: { url: string },
      callback: (response: {
        statusCode: number;
        mimeType: string;
        headers: Record<string, string>;
        data: Buffer;
      }) => void,
    ) => void,
  ): boolean;
}

/** To be called before Electron is ready. */
export function registerSchemes(): void {
  const privileges = { standard: true, secure: true } satisfies CustomScheme['privileges'];
  protocol.registerSchemesAsPrivileged([
    { scheme: PAGE_SCHEME, privileges },
    { scheme: IMAGE_SCHEME, privileges },
  ]);
}

/** Answers every request for `scheme`; an error thrown by `answer` is a 500 without a body. */
export function serveScheme(scheme: string, answer: (url: string) => Promise<Reply>): void {
  const safely = async (url: string): Promise<Reply> => {
    try {
      return await answer(url);
    } catch {
      return emptyReply(500);
    }
  };
  // Typed as always there, because the types are those of the newest Electron.
  const handle = (protocol as Partial<typeof protocol>).handle?.bind(protocol);
  if (handle !== undefined) {
    handle(scheme, async ({ url }) => {
      const { status, headers, body } = await safely(url);
      return new Response(body, { status, headers });
    });
    return;
  }
  const old: OldProtocol = protocol;
  old.registerBufferProtocol(scheme, ({ url }, callback) => {
    void safely(url).then(({ status, headers, body }) => {
      const { 'content-type': mimeType = 'application/octet-stream', ...rest } = headers;
      callback({
        statusCode: status,
        mimeType,
        headers: rest,
        data: Buffer.from(body.buffer, body.byteOffset, body.byteLength),
      });
    });
  });
}
