import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runAudit } from '../../../src/engine/stages/audit';
import { exportDataset } from '../../../src/engine/stages/export';
import { makeHtmlReport } from '../../../src/engine/stages/html-report';
import { listFindings } from '../../../src/engine/catalog/finding-queries';
import { mute } from '../../../src/engine/catalog/finding-settings';
import { fingerprint, indexed, picture, put, putClasses, quiet, scratch } from '../support/indexed';

const EVIL = '<img src=x onerror=alert(1)>';
const OUTSIDE =
  /https?:|url\((?!["']?data:)|@import|<script|<link|<iframe|src="(?!data:image\/jpeg;base64,[A-Za-z0-9+/=]*")|href="(?!#)/i;

let home: ReturnType<typeof scratch>;
let source: string;

beforeEach(() => {
  home = scratch();
  source = join(home.folder, 'source');
});
afterEach(() => home.remove());

describe('the HTML report of a folder', () => {
  it('shows copies side by side and unreadable files by name, hostile names as text, and loads nothing from outside', async () => {
    await putClasses(source, { cat: 6, [EVIL]: 6 });
    put(source, `cat/${EVIL}.png`, await picture(1));
    put(source, 'cat/broken.png', Buffer.from('\x89PNG\r\n\x1a\nno more'));
    const set = await indexed(source, home.folder);
    try {
      await runAudit(set.catalog, quiet);
      const unreadable = listFindings(set.catalog).find((finding) => finding.check === 'unreadable')!;
      const text = makeHtmlReport(
        set.catalog,
        { timings: { measure: 1.5 }, thresholds: { 'dark.white-level': 40 } },
        0,
      );
      expect(text).toContain('<span class="path">cat/<wbr>0<wbr>.png</span>');
      expect(text).toContain('<span class="path">cat/<wbr>&lt;img src=x onerror=alert(1)&gt;<wbr>.png</span>');
      expect(text).toContain('<span class="missing">');
      expect(text).toContain('<span class="path">cat/<wbr>broken<wbr>.png</span>');
      expect(text).toContain('src="data:image/jpeg;base64,/9j/');
      expect(text).toContain('● dark.white-level');
      expect(text).toContain('1970-01-01, 00:00 UTC');
      expect(text).not.toContain('<img src=x');
      expect(text).not.toMatch(OUTSIDE);
      mute(set.catalog, unreadable.key, `known ${EVIL}`, 0);
      const muted = makeHtmlReport(set.catalog, { timings: {} }, 0);
      expect(muted).toContain('known &lt;img src=x onerror=alert(1)&gt;');
      expect(muted).not.toContain('<span class="missing">');
      expect(muted).not.toContain('<img src=x');
    } finally {
      set.close();
    }
  });

  it('is part of every export', async () => {
    await putClasses(source, { cat: 10, dog: 10 });
    const set = await indexed(source, home.folder);
    try {
      const out = join(home.folder, 'out');
      await exportDataset(
        set.catalog,
        {
          options: {
            split: {
              kind: 'new',
              shares: [
                { name: 'train', share: 80 },
                { name: 'val', share: 20 },
              ],
              seed: '1',
            },
            mode: 'copy',
            drop: [],
            convert: false,
            huggingFace: false,
          },
          folder: out,
          version: '1.2.3',
        },
        quiet,
      );
      const text = readFileSync(join(out, 'report.html'), 'utf8');
      expect(text).toContain('<h1>source</h1>');
      expect(text.endsWith('</html>\n')).toBe(true);
    } finally {
      set.close();
    }
  });
});

describe('plumbline audit --html', () => {
  function audit(...args: string[]): { status: number | null; stdout: string; stderr: string } {
    const env = {
      ...process.env,
      PLUMBLINE_CACHE_DIR: join(home.folder, 'cache'),
      PLUMBLINE_DATA_DIR: join(home.folder, 'data'),
    };
    return spawnSync(process.execPath, [resolve('out/cli/plumbline.js'), 'audit', source, ...args], {
      env,
      encoding: 'utf8',
    });
  }

  it('writes the complete file, or to standard output, and never into the data set', async () => {
    await putClasses(source, { cat: 6, dog: 6 });
    const before = fingerprint(source);
    const file = join(home.folder, 'report.html');
    expect(audit('--html', file, '--threshold', 'dark.white-level=40')).toMatchObject({
      status: 0,
      stdout: expect.stringContaining('12 images') as string,
    });
    expect(readFileSync(file, 'utf8')).toMatch(/^<!doctype html>[^]*● dark\.white-level[^]*<\/html>\n$/);
    expect(readdirSync(home.folder).sort()).toEqual(['cache', 'data', 'report.html', 'source']);
    expect(audit('--html', '-').stdout).toMatch(/^<!doctype html>/);
    expect(audit('--html', join(source, 'report.html'))).toMatchObject({
      status: 2,
      stderr: expect.stringContaining('the data set is only read') as string,
    });
    expect(existsSync(join(source, 'report.html'))).toBe(false);
    expect(audit('--html', '-', '--json', '-').status).toBe(2);
    expect(audit('--html', file, '--json', file).status).toBe(2);
    expect(fingerprint(source)).toEqual(before);
  });
});
