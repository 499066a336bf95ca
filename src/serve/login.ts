/** The page that asks for the token or password. */
import { createHash } from 'node:crypto';
import type { Reply } from '../shell/reply';

const STYLE = `body{font:16px/1.5 system-ui,sans-serif;max-width:28rem;margin:15vh auto;padding:0 1rem;color-scheme:light dark}
input,button{font:inherit;padding:.4rem .6rem}form{display:flex;gap:.5rem}input{flex:1}`;
const STYLE_HASH = createHash('sha256').update(STYLE).digest('base64');

const POLICY = [
  "default-src 'none'",
  `style-src 'sha256-${STYLE_HASH}'`,
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
].join('; ');

export type Refusal = 'none' | 'wrong' | 'wait';

const SENTENCES: Record<Refusal, string> = {
  none: 'Open the address that “plumbline serve” printed, or enter its token or password.',
  wrong: 'This is not the token or password of this server. After a restart without --token, it has a new one.',
  wait: 'There were too many wrong tries. Wait a minute, then try again.',
};
const STATUS: Record<Refusal, number> = { none: 401, wrong: 403, wait: 429 };

export function loginPage(refusal: Refusal): Reply {
  const html = `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Plumbline</title><style>${STYLE}</style></head>
<body><h1>Plumbline</h1><p role="status">${SENTENCES[refusal]}</p>
<form method="post" action="login"><input name="token" type="password" aria-label="Token or password" autocomplete="current-password" required autofocus><button>Open</button></form></body>
</html>
`;
  return {
    status: STATUS[refusal],
    headers: {
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': POLICY,
      'cache-control': 'no-store',
      ...(refusal === 'wait' && { 'retry-after': '60' }),
    },
    body: new TextEncoder().encode(html),
  };
}

/**
 * Opens the page at `base`. After a link on another site, a redirect would not do: the browser would follow it without
 * the new cookie, which is for requests from this site only.
 */
export function enteringPage(base: string): Reply {
  const html = `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta http-equiv="refresh" content="0;url=${base}"><title>Plumbline</title></head>
<body><a href="${base}">Open Plumbline</a></body>
</html>
`;
  return {
    status: 200,
    headers: {
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': POLICY,
      'cache-control': 'no-store',
    },
    body: new TextEncoder().encode(html),
  };
}
