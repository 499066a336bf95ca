/** Back and forward through the views of the whole window. */
import { describe, expect, it } from 'vitest';
import { findingsOf } from '../../../../src/renderer/state/findings.svelte';
import { galleryOf } from '../../../../src/renderer/state/gallery.svelte';
import { inWindow, openWindow, press, settled } from '../support/mounted-window';
import { sampleFindings } from '../support/sample-findings';
import { scenario } from '../support/scenario';

const classes = [
  { name: 'cat', count: 1200 },
  { name: 'dog', count: 300 },
];
const open = () => openWindow(scenario({ name: 'pets', classes, findings: sampleFindings(1500) }));

inWindow();

async function key(name: string): Promise<void> {
  window.dispatchEvent(new KeyboardEvent('keydown', { key: name, altKey: true, cancelable: true }));
  await settled();
}

describe('the history', () => {
  it('goes back and forward, with the filter, place and finding of each view', async () => {
    const { session } = await open();
    const dataset = session.dataset!;
    const [gallery, findings] = [galleryOf(dataset), findingsOf(dataset)];
    gallery.show({ classes: ['cat'] });
    session.go('gallery');
    await settled();
    gallery.active = 7;
    const second = sampleFindings(1500)[1]!.key;
    findings.select(second);
    session.go('findings');
    await settled();
    gallery.show({ classes: ['dog'] });
    findings.select(sampleFindings(1500)[0]!.key);
    session.go('gallery');
    await settled();
    await key('ArrowLeft');
    expect(session.view).toBe('findings');
    await key('ArrowLeft');
    expect(session.view).toBe('gallery');
    expect(gallery.filter).toEqual({ classes: ['cat'] });
    expect(gallery.active).toBe(7);
    await key('ArrowRight');
    await key('ArrowRight');
    expect(session.view).toBe('gallery');
    expect(gallery.filter).toEqual({ classes: ['dog'] });
  });

  it('takes the back key of the mouse and the buttons, and forgets it with the data set', async () => {
    const { session } = await open();
    const button = (name: string) => document.querySelector<HTMLButtonElement>(`header [aria-label="${name}"]`)!;
    expect([button('Back').disabled, button('Forward').disabled]).toEqual([true, true]);
    await press('Checklist');
    window.dispatchEvent(new MouseEvent('mouseup', { button: 3, cancelable: true }));
    await settled();
    expect(session.view).toBe('overview');
    expect([button('Back').disabled, button('Forward').disabled]).toEqual([true, false]);
    button('Forward').click();
    await settled();
    expect(session.view).toBe('checklist');
    session.closeDataset();
    expect(session.history.canBack).toBe(false);
  });
});
