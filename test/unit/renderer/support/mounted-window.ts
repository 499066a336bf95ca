/** Opens, reads and operates the whole window in jsdom with the fake engine. */
import { mount, unmount } from 'svelte';
import { afterEach, beforeAll, vi } from 'vitest';
import App from '../../../../src/renderer/frame/App.svelte';
import { connect } from '../../../../src/renderer/state/engine';
import { Session } from '../../../../src/renderer/state/session.svelte';
import { fakeEngine, type FakeEngine, type Handlers } from './fake-engine';
import { handlersFor } from './handlers';
import type { Scenario } from './scenario';

/** Unmounts the windows of the present test; a test may open several. */
const stops: (() => void)[] = [];

/** What waits to come near to sight: jsdom has no layout, so that nothing comes by itself. */
const waiting = new Map<Element, () => void>();

/** Tells what watches these elements that they are near to sight. */
export async function bringNear(elements: Iterable<Element>): Promise<void> {
  for (const element of elements) waiting.get(element)?.();
  await settled();
}

/** Call it once in a test file: it adds what jsdom lacks, and closes the window after each test. */
export function inWindow(): void {
  beforeAll(() => {
    // jsdom has no layout, no media queries and no modal dialogs.
    window.matchMedia = (media) =>
      Object.assign(new EventTarget(), {
        matches: false,
        media,
        onchange: null,
        addListener: () => undefined,
        removeListener: () => undefined,
      });
    window.ResizeObserver = class {
      readonly #told: ResizeObserverCallback;
      constructor(told: ResizeObserverCallback) {
        this.#told = told;
      }
      /** Tells the size once, as a browser does after it has laid out the page. */
      observe(target: Element): void {
        const contentRect = { width: target.clientWidth, height: target.clientHeight } as DOMRectReadOnly;
        queueMicrotask(() => this.#told([{ target, contentRect } as ResizeObserverEntry], this));
      }
      unobserve(): void {}
      disconnect(): void {}
    };
    window.IntersectionObserver = class {
      readonly root = null;
      readonly rootMargin = '';
      readonly scrollMargin = '';
      readonly thresholds = [];
      readonly #told: IntersectionObserverCallback;
      readonly #watched = new Set<Element>();
      constructor(told: IntersectionObserverCallback) {
        this.#told = told;
      }
      observe(target: Element): void {
        this.#watched.add(target);
        waiting.set(target, () => this.#told([{ target, isIntersecting: true } as IntersectionObserverEntry], this));
      }
      unobserve(target: Element): void {
        waiting.delete(target);
      }
      disconnect(): void {
        for (const target of this.#watched) waiting.delete(target);
      }
      takeRecords(): IntersectionObserverEntry[] {
        return [];
      }
    };
    Object.defineProperty(document, 'fonts', { configurable: true, value: new EventTarget() });
    Range.prototype.getClientRects = () => [] as unknown as DOMRectList;
    Element.prototype.scrollIntoView = () => undefined;
    HTMLDialogElement.prototype.showModal = function showModal() {
      this.open = true;
    };
    vi.stubGlobal('CSS', { escape: (name: string) => name.replace(/[^\w-]/g, '\\$&') });
  });

  afterEach(() => {
    for (const stop of stops.splice(0)) stop();
    document.body.replaceChildren();
    localStorage.clear();
  });
}

export async function openWindow(
  scene: Scenario,
  handlers: Handlers = {},
  options: Parameters<typeof handlersFor>[1] = {},
): Promise<{ fake: FakeEngine; session: Session }> {
  const fake = fakeEngine({ ...handlersFor(scene, options), ...handlers });
  const session = new Session(connect(fake.bridge), localStorage);
  const app = mount(App, { target: document.body, props: { session } });
  stops.push(() => void unmount(app));
  await settled();
  return { fake, session };
}

export const settled = () => new Promise((resolve) => setTimeout(resolve, 30));

/** The text of each element, in one line. */
export const text = (selector: string) =>
  [...document.querySelectorAll(selector)].map((one) => one.textContent.replace(/\s+/g, ' ').trim());

/** The button with this name, or else the first one whose name starts with it. */
export async function press(name: string): Promise<void> {
  const named = [...document.querySelectorAll<HTMLElement>('button')].map((one) => ({
    one,
    name: (one.getAttribute('aria-label') ?? one.textContent).trim(),
  }));
  const found = (named.find((button) => button.name === name) ?? named.find((button) => button.name.startsWith(name)))
    ?.one;
  if (found === undefined) throw new Error(`No button ${name}`);
  found.click();
  await settled();
}
