/** What the window tells the shell about its own faults. */
import { describe, expect, it } from 'vitest';
import { PlumblineError } from '../../../../src/contract/errors';
import { FAULT_TEXT } from '../../../../src/contract/model/window-fault';
import { reportUncaught } from '../../../../src/renderer/frame/uncaught';
import { inWindow, openWindow, settled } from '../support/mounted-window';
import { sampleFindings } from '../support/sample-findings';
import { scenario } from '../support/scenario';

const scene = scenario({ name: 'pets', classes: [{ name: 'cat', count: 3 }], findings: sampleFindings(3) });
/** A page of its own, so that its listeners end with the test. */
const page = () => new EventTarget() as unknown as Window;

async function open(handlers: Parameters<typeof openWindow>[1] = {}) {
  const opened = await openWindow(scene, { 'shell.logFault': () => ({}), ...handlers });
  const faults = () => opened.fake.asked.flatMap(({ name, params }) => (name === 'shell.logFault' ? [params] : []));
  return { ...opened, faults };
}

inWindow();

describe('a fault of the window', () => {
  it('that reaches the page is reported with its code, cut to the agreed length', async () => {
    const { session, faults } = await open();
    const target = page();
    reportUncaught(target, session.engine, () => session.view);
    target.dispatchEvent(new ErrorEvent('error', { error: new TypeError('x'.repeat(5000)), message: 'x' }));
    target.dispatchEvent(
      Object.assign(new Event('unhandledrejection'), { reason: new PlumblineError('disk-full', 'Full.') }),
    );
    target.dispatchEvent(Object.assign(new Event('unhandledrejection'), { reason: 'a text' }));
    await settled();
    expect(faults()).toMatchObject([
      { event: 'window-error', source: 'page', view: 'overview', code: 'TypeError', message: 'x'.repeat(FAULT_TEXT) },
      { event: 'window-error', source: 'promise', code: 'disk-full', message: 'Full.' },
      { event: 'window-error', source: 'promise', code: 'Error', message: 'a text' },
    ]);
  });

  it('while a view is drawn is reported with the view', async () => {
    const [first] = sampleFindings(3);
    const { session, faults } = await open({ 'findings.list': () => [first!, first!] });
    session.go('findings');
    await settled();
    // The overview, which was shown first, fails on the same findings.
    expect(faults().slice(-1)).toMatchObject([
      { event: 'window-error', source: 'view', view: 'findings', message: expect.stringMatching(/key/) as string },
    ]);
  });

  it('is a dropped frame, once for each', async () => {
    const { fake, faults } = await open();
    fake.send({ type: 'event', name: 'no-such-event', payload: {} });
    fake.send({ type: 'nonsense' });
    await settled();
    expect(faults()).toMatchObject([
      { event: 'frame-dropped', reason: 'unknown-event', name: 'no-such-event', problem: null },
      { event: 'frame-dropped', reason: 'malformed-frame', name: null },
    ]);
  });

  it('in reporting itself is not reported', async () => {
    const { session, fake, faults } = await open({
      'shell.logFault': () => {
        throw new Error('The log is gone.');
      },
    });
    const target = page();
    reportUncaught(target, session.engine, () => session.view);
    fake.send({ type: 'nonsense' });
    await settled();
    expect(faults()).toHaveLength(1);
  });
});
