/** Answers to requests for files: by the schemes of the app in Electron, by HTTP in a browser. */
export interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array<ArrayBuffer>;
}

export function emptyReply(status: number): Reply {
  return { status, headers: { 'content-type': 'text/plain', 'cache-control': 'no-store' }, body: new Uint8Array() };
}
