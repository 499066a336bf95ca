/**
 * `node test/unit/renderer/harness/shoot.ts OUT scene[:view][:dark][:WIDTHxHEIGHT] …`: takes pictures of the built
 * harness page (see vite.config.mjs) in plain Chromium, with the security policy that the shell gives the page. Prints
 * the page's log.
 */
import { mkdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { extname, join } from 'node:path';
import { chromium } from '@playwright/test';

const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; base-uri 'none'; form-action 'none'; require-trusted-types-for 'script'; trusted-types svelte-trusted-html";
const TYPES: Record<string, string> = { '.html': 'text/html', '.js': 'text/javascript', '.css': 'text/css' };
const BUILT = new URL('../../../../out/harness', import.meta.url).pathname;
const VIEWS: Record<string, string> = {
  overview: 'Overview',
  findings: 'Findings',
  labels: 'Labels',
  collapse: 'Collapse',
  checklist: 'Checklist',
  gallery: 'Images',
  review: 'Review',
  export: 'Export',
};

const [out = 'out/shots', ...wanted] = process.argv.slice(2);
mkdirSync(out, { recursive: true });
const server = createServer((request, response) => {
  const path = new URL(request.url ?? '/', 'http://localhost').pathname;
  try {
    const body = readFileSync(join(BUILT, path === '/' ? 'index.html' : path));
    response
      .writeHead(200, { 'content-type': TYPES[extname(path)] ?? 'text/html', 'content-security-policy': POLICY })
      .end(body);
  } catch {
    response.writeHead(404).end();
  }
});
await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
const address = server.address();
const port = typeof address === 'object' && address !== null ? address.port : 0;

const browser = await chromium.launch({
  executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium',
  args: ['--no-sandbox'],
});
for (const one of wanted) {
  const [scene = 'digits', ...parts] = one.split(':');
  const size = parts.map((part) => /^(\d+)x(\d+)$/.exec(part)).find((match) => match !== null);
  const view = parts.find((part) => part in VIEWS);
  const page = await browser.newPage({
    viewport: { width: Number(size?.[1] ?? 1100), height: Number(size?.[2] ?? 700) },
    colorScheme: parts.includes('dark') ? 'dark' : 'light',
    reducedMotion: 'reduce',
  });
  page.on('console', (message) => message.type() !== 'info' && console.log(one, message.type(), message.text()));
  page.on('pageerror', (error) => console.log(one, 'error', error.message));
  await page.goto(`http://127.0.0.1:${port}/?scene=${scene}`);
  await page.waitForTimeout(500);
  if (view !== undefined)
    await page
      .getByRole('navigation')
      .getByRole('button', { name: VIEWS[view] ?? view })
      .click();
  for (const part of parts.filter((text) => text.startsWith('key='))) await page.keyboard.press(part.slice(4));
  for (const part of parts.filter((text) => text.startsWith('click=')))
    await page.getByText(part.slice(6)).first().click();
  await page.waitForTimeout(300);
  await page.screenshot({ path: join(out, `${one.replaceAll(/[^\w.-]+/g, '_')}.png`) });
  await page.close();
}
await browser.close();
server.close();
