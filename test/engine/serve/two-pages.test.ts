/** Two pages of one server do not get in each other's way. */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { jpeg } from '../support/samples';
import { serveSamples, signIn, TestPage, type TestServer } from './client';

let server: TestServer;
let cookie: string;

/** Images without labels whose names have the field that the chooser offers. */
async function makeUnlabelled(folder: string, classes: readonly string[]): Promise<void> {
  mkdirSync(folder, { recursive: true });
  for (const [at, name] of classes.entries())
    for (let i = 0; i < 3; i += 1) writeFileSync(join(folder, `${name}_${i}.jpg`), await jpeg(at * 100 + i, 40, 30));
}

/** Answers the page's question for a folder. */
async function openFolder(page: TestPage, name: string): Promise<{ dataset: string | null }> {
  const asked = new Promise<{ prompt: string }>((settle) => page.client.on('prompt', settle));
  const opened = page.client.call('shell.openFolder', {});
  opened.catch(() => undefined);
  const { prompt } = await asked;
  const roots = await page.client.call('shell.browse', { prompt, folder: null });
  const { entries } = await page.client.call('shell.browse', { prompt, folder: roots.entries[0]!.id });
  await page.client.call('shell.answerPrompt', { prompt, chosen: entries.find((entry) => entry.name === name)!.id });
  return opened;
}

beforeAll(async () => {
  server = await serveSamples();
  cookie = await signIn(server.port);
  await makeUnlabelled(join(server.scratch, 'pets'), ['cat', 'dog']);
  await makeUnlabelled(join(server.scratch, 'fruit'), ['apple', 'pear', 'plum']);
});

afterAll(async () => {
  await server.stop();
  rmSync(server.scratch, { recursive: true, force: true });
});

describe('two pages', () => {
  it('each go on with the folder that they were refused', async () => {
    const first = await TestPage.open(server.port, cookie, 'a'.repeat(32));
    const second = await TestPage.open(server.port, cookie, 'b'.repeat(32));
    await expect(openFolder(first, 'pets')).rejects.toMatchObject({ code: 'layout-impossible' });
    await expect(openFolder(second, 'fruit')).rejects.toMatchObject({ code: 'layout-impossible' });
    const pets = await first.client.call('shell.readRefused', { nameField: 1 });
    const fruit = await second.client.call('shell.readRefused', { nameField: 1 });
    expect(await first.client.call('dataset.summary', { dataset: pets.dataset })).toMatchObject({ name: 'pets' });
    expect(await second.client.call('dataset.summary', { dataset: fruit.dataset })).toMatchObject({ name: 'fruit' });
    first.close();
    second.close();
  });

  it('a page that was refused nothing has nothing to go on with', async () => {
    const third = await TestPage.open(server.port, cookie, 'c'.repeat(32));
    await expect(third.client.call('shell.unpack', {})).rejects.toMatchObject({ code: 'not-found' });
    await expect(third.client.call('shell.readRefused', { nameField: 1 })).rejects.toMatchObject({ code: 'not-found' });
    third.close();
  });
});

describe('a folder from the command line that is refused', () => {
  it('is shown to every page, and each can go on with it', async () => {
    const folder = join(server.scratch, 'fruit');
    const other = await serveSamples({ folder });
    const signedIn = await signIn(other.port);
    const pages = [await TestPage.open(other.port, signedIn, 'd'.repeat(32))];
    pages.push(await TestPage.open(other.port, signedIn, 'e'.repeat(32)));
    for (const { client } of pages)
      expect(await client.call('shell.start', {})).toMatchObject({ error: { code: 'layout-impossible' } });
    for (const { client } of pages) {
      const { dataset } = await client.call('shell.readRefused', { nameField: 1 });
      expect(await client.call('dataset.summary', { dataset })).toMatchObject({ name: 'fruit' });
    }
    for (const page of pages) page.close();
    await other.stop();
    rmSync(other.scratch, { recursive: true, force: true });
  });
});
