/** Serves the window's own page: the files of one folder, with a policy that allows nothing else. */
import { readFile } from 'node:fs/promises';
import { extname, join, normalize, sep } from 'node:path';
import { emptyReply, type Reply } from './reply';

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
};

/**
 * The content security policy of a page. Svelte inserts its own templates through the named Trusted Types policy; no
 * other string can become markup.
 * @param images source of images besides the page's own origin
 * @param more further directives
 */
export function pagePolicy(images: string, more: readonly string[] = []): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    `img-src 'self' data:${images === '' ? '' : ` ${images}`}`,
    "font-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
    'trusted-types svelte-trusted-html',
    ...more,
  ].join('; ');
}

/**
 * A file of the page.
 * @param pathname as in an address, still encoded
 * @throws Error if the file cannot be read, URIError if the address is not well encoded
 */
export async function answerPage(folder: string, pathname: string, policy: string): Promise<Reply> {
  const file = normalize(join(folder, decodeURIComponent(pathname)));
  const type = TYPES[extname(file)];
  if (type === undefined || !file.startsWith(folder + sep)) return emptyReply(404);
  const headers = {
    'content-type': type,
    'content-security-policy': policy,
    'x-content-type-options': 'nosniff',
    'cache-control': 'no-cache',
  };
  return { status: 200, headers, body: new Uint8Array(await readFile(file)) };
}
