import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fingerprint, putClasses, scratch } from '../support/indexed';

let home: ReturnType<typeof scratch>;
let source: string;
let out: string;

beforeEach(async () => {
  home = scratch();
  source = join(home.folder, 'source');
  out = join(home.folder, 'out');
  await putClasses(source, { cat: 20, dog: 10 });
});
afterEach(() => home.remove());

function plumbline(...args: string[]): { status: number | null; stdout: string; stderr: string } {
  const env = {
    ...process.env,
    PLUMBLINE_CACHE_DIR: join(home.folder, 'cache'),
    PLUMBLINE_DATA_DIR: join(home.folder, 'data'),
  };
  return spawnSync(process.execPath, [resolve('out/cli/plumbline.js'), ...args], { env, encoding: 'utf8' });
}
const rows = (folder = out) => readFileSync(join(folder, 'manifest.csv'), 'utf8').trimEnd().split('\r\n').slice(1);

describe('plumbline review', () => {
  it('imports decisions from a file, exports them again, and an export follows them', () => {
    const decisions = join(home.folder, 'mine.csv');
    writeFileSync(
      decisions,
      'path,label,decision\ncat/0.png,dog,\ncat/1.png,,exclude\ncat/2.png,cat,\nno/such.png,dog,\ncat/3.png,bird,\n',
    );
    const applied = plumbline('review', source, '--apply', decisions);
    expect(applied.stdout).toBe('kept 1, relabelled 1, excluded 1, unsure 0\n');
    expect(applied.stderr).toContain('3 decisions imported.');
    expect(applied.stderr).toContain('1 row matched no image, e.g. “no/such.png”.');
    expect(applied.stderr).toContain('Labels that are not yet classes of this data set: “bird”.');
    expect(applied.status).toBe(0);
    const written = plumbline('review', source, '--export', 'csv');
    expect(written.stdout.split('\r\n').map((line) => line.split(',').slice(0, 3).join(','))).toEqual([
      'path,label,decision',
      'cat/0.png,dog,relabel',
      'cat/1.png,,exclude',
      'cat/2.png,cat,keep',
      '',
    ]);
    expect(plumbline('review', source, '--apply', decisions, '--new-classes').stdout).toContain('relabelled 2');
    expect(plumbline('export', source, '--out', out).status).toBe(0);
    expect(rows()).toHaveLength(29);
    expect(rows().find((row) => row.includes('cat/0.png'))).toContain(',dog,');
    expect(existsSync(join(out, 'train', 'bird'))).toBe(true);
  });

  it('compares the decisions of another reviewer, and keeps them apart', () => {
    const [mine, anna] = [join(home.folder, 'mine.csv'), join(home.folder, 'anna.csv')];
    writeFileSync(mine, 'path,label\ncat/0.png,cat\ncat/1.png,dog\n');
    writeFileSync(anna, 'path,label\ncat/0.png,cat\ncat/1.png,cat\n');
    plumbline('review', source, '--apply', mine);
    const compared = plumbline('review', source, '--apply', anna, '--reviewer', 'Anna');
    expect(compared.stdout).toContain('kept 1, relabelled 1, excluded 0, unsure 0\n');
    expect(compared.stdout).toContain(
      'You and “Anna” both decided 2 images and agree on 1 (50 %): too few images for Cohen’s κ (at least 20).\n1 disagreement is open.\n',
    );
    expect(compared.stdout).toMatch(/^relabel +1 +0 +0$/m);
    expect(plumbline('review', source, '--forget-reviewer', 'Anna').stdout).not.toContain('Anna');
    expect(plumbline('review', source, '--forget-reviewer', 'Anna')).toMatchObject({
      status: 3,
      stderr: expect.stringContaining('no decisions of a reviewer called “Anna”') as string,
    });
    expect(plumbline('review', source, '--reviewer', 'Anna').stderr).toContain('add --apply with the file');
  });

  it('says in one line what is wrong with the file', () => {
    expect(plumbline('review', source, '--apply', join(home.folder, 'none.csv'))).toMatchObject({
      status: 3,
      stderr: expect.stringContaining('cannot be read') as string,
    });
    expect(plumbline('review', source, '--apply', home.folder).stderr).toContain('cannot be read: it is a folder.');
    writeFileSync(join(home.folder, 'bad.csv'), 'x,y\n1,2\n');
    const bad = plumbline('review', source, '--apply', join(home.folder, 'bad.csv'));
    expect(bad.status).toBe(3);
    expect(bad.stderr).toContain('must name a path column');
  });
});

describe('plumbline export', () => {
  it('writes splits as requested, the same for the same seed', () => {
    const before = fingerprint(source);
    const first = plumbline('export', source, '--out', out, '--split', '60/20/20', '--seed', '7', '--mode', 'hardlink');
    expect(first).toMatchObject({ status: 0, stdout: expect.stringContaining('30 images in ') as string });
    expect(readdirSync(join(out, 'train', 'cat'))).toHaveLength(12);
    const second = join(home.folder, 'second');
    plumbline('export', source, '--out', second, '--split', '60/20/20', '--seed', '7', '--mode', 'symlink');
    expect(rows(second)).toEqual(rows());
    expect(fingerprint(source)).toEqual(before);
  });

  it('keeps the splits of an exported data set, and finds no leak to remove', () => {
    plumbline('export', source, '--out', out);
    const again = join(home.folder, 'again');
    const result = plumbline('export', out, '--out', again, '--keep-splits');
    expect(result.stdout).not.toContain('moved to another split');
    expect(rows(again).map((row) => row.split(',')[0])).toEqual(
      rows()
        .map((row) => row.split(',')[0])
        .sort(),
    );
  });

  it.each([
    [['--split', '80'], 0],
    [['--split', 'x/y'], 2],
    [['--mode', 'move'], 2],
    [['--drop', 'shortcut'], 2],
    [['--keep-splits'], 3],
  ])('exits %j with code %i', (flags, status) => {
    expect(plumbline('export', source, '--out', out, ...flags).status).toBe(status);
    expect(existsSync(out)).toBe(status === 0);
  });

  it('refuses a folder inside the data set before it indexes anything', () => {
    const refused = plumbline('export', source, '--out', join(source, 'out'));
    expect(refused.status).toBe(3);
    expect(refused.stderr).toBe(
      `plumbline: “${join(source, 'out')}” is inside the data set, which Plumbline never changes. Choose a folder outside “${source}”.\n`,
    );
    expect(plumbline('export', source).status).toBe(2);
  });
});
