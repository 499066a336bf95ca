/**
 * Serves the window's own page from its own origin: the files of one folder, with a policy that allows nothing else.
 */
import { readFile } from 'node:fs/promises';
import { extname, join, normalize, sep } from 'node:path';
import { IMAGE_SCHEME } from '../contract/bridge';
import { PAGE_SCHEME, emptyReply, serveScheme } from './scheme';

const ORIGIN = `${PAGE_SCHEME}://window`;

export const PAGE_URL = `${ORIGIN}/index.html`;

export function isOwnPage(url: string): boolean {
  return url === PAGE_URL || url.startsWith(`${PAGE_URL}#`);
}

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
};

/** Svelte inserts its own templates through the named policy; no other string can become markup. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  `img-src 'self' data: ${IMAGE_SCHEME}:`,
  "font-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
  'trusted-types svelte-trusted-html',
].join('; ');

/** Serves the files of `folder` only. */
export function servePage(folder: string): void {
  serveScheme(PAGE_SCHEME, async (url) => {
    const { host, pathname } = new URL(url);
    const file = normalize(join(folder, decodeURIComponent(pathname)));
    const type = TYPES[extname(file)];
    if (host !== 'window' || type === undefined || !file.startsWith(folder + sep)) return emptyReply(404);
    const body = new Uint8Array(await readFile(file));
    const headers = {
      'content-type': type,
      'content-security-policy': POLICY,
      'x-content-type-options': 'nosniff',
      'cache-control': 'no-cache',
    };
    return { status: 200, headers, body };
  });
}
