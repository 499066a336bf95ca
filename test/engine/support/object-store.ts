/** Serves a folder as the bucket of an object store, for reading. */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';

interface ServedBucket {
  /** For AWS_ENDPOINT_URL. */
  readonly url: string;
  /** Requests so far, as "GET path" with the range. */
  readonly requests: string[];
  /** Asked first for each request: an answer that is given instead, as its status and its content. */
  instead: ((request: string) => readonly [number, string] | null) | null;
  close(): Promise<void>;
}

function listing(folder: string, prefix: string): string {
  const keys = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .filter((key) => key.startsWith(prefix))
    .sort();
  const contents = keys.map(
    (key) =>
      `<Contents><Key>${key}</Key><LastModified>2026-01-01T00:00:00.000Z</LastModified><Size>${statSync(join(folder, key)).size}</Size></Contents>`,
  );
  return `<?xml version="1.0"?><ListBucketResult><IsTruncated>false</IsTruncated>${contents.join('')}</ListBucketResult>`;
}

function answer(response: ServerResponse, status: number, body: Uint8Array | string, head = false): void {
  response.writeHead(status, { 'content-length': Buffer.byteLength(body), 'content-type': 'application/xml' });
  response.end(head ? undefined : body);
}

/** @param bucket its name; the objects are the files of the folder */
export async function serveBucket(folder: string, bucket: string): Promise<ServedBucket> {
  const requests: string[] = [];
  const server = createServer(({ method, url = '/', headers }, response) => {
    const { pathname, searchParams } = new URL(url, 'http://x');
    const key = decodeURIComponent(pathname).slice(bucket.length + 2);
    const request = [method, key, headers.range].filter(Boolean).join(' ');
    requests.push(request);
    const other = served.instead?.(request) ?? null;
    if (other !== null) {
      answer(response, ...other, method === 'HEAD');
      return;
    }
    if (key === '') {
      answer(response, 200, listing(folder, searchParams.get('prefix') ?? ''));
      return;
    }
    const file = join(folder, key);
    if (statSync(file, { throwIfNoEntry: false })?.isFile() !== true) {
      answer(response, 404, '<Error><Code>NoSuchKey</Code></Error>', method === 'HEAD');
      return;
    }
    const [, from, to] = /^bytes=(\d+)-(\d+)$/.exec(headers.range ?? '') ?? [];
    const bytes = readFileSync(file);
    if (from === undefined) answer(response, 200, bytes, method === 'HEAD');
    else answer(response, 206, bytes.subarray(Number(from), Number(to) + 1));
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const served: ServedBucket = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    instead: null,
    close: () =>
      new Promise((done) => {
        server.close(() => done());
        server.closeAllConnections();
      }),
  };
  return served;
}
