/** `registerBufferProtocol`, used instead of `protocol.handle`, which exists since Electron 25. */
import { protocol } from 'electron';

interface Answered {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array<ArrayBuffer>;
}

/** Deprecated in the types of current Electron. */
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

/** @param answer never rejects */
export function serveBuffers(scheme: string, answer: (url: string) => Promise<Answered>): void {
  const old: OldProtocol = protocol;
  old.registerBufferProtocol(scheme, ({ url }, callback) => {
    void answer(url).then(({ status, headers, body }) => {
      const { 'content-type': type = 'application/octet-stream', ...rest } = headers;
      callback({
        statusCode: status,
        mimeType: bareType(type),
        headers: rest,
        data: Buffer.from(body.buffer, body.byteOffset, body.byteLength),
      });
    });
  });
}

/** This protocol would treat a character set as a part of the MIME type. */
export function bareType(type: string): string {
  return type.split(';')[0]!.trim();
}
