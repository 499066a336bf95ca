/**
 * An engine in memory, derived from the contract: the same frames, parameters and results parsed by the same schemas.
 */
import { engineApi, events, jobStarted, shellApi } from '../../../../src/contract/api';
import type { Answer, EventName, WindowApi } from '../../../../src/contract/api';
import type { z } from 'zod';
import type { WindowBridge } from '../../../../src/contract/bridge';
import { PlumblineError, toWire } from '../../../../src/contract/errors';
import type { FromEngineFrame } from '../../../../src/contract/frames';

export type Handlers = {
  [K in keyof WindowApi]?: (
    params: z.output<WindowApi[K]['params']>,
  ) => Answer<WindowApi, K> | Promise<Answer<WindowApi, K>>;
};

export interface Asked {
  readonly name: keyof WindowApi;
  readonly params: unknown;
}

export interface FakeEngine {
  readonly bridge: WindowBridge;
  /** Every request that came, oldest first. */
  readonly asked: Asked[];
  /** Sends an event to the window; the payload is parsed first. */
  push<E extends EventName>(name: E, payload: z.input<(typeof events)[E]>): void;
  /** Sends a raw frame. */
  send(frame: unknown): void;
  /** Replaces handlers from now on. */
  handle(handlers: Handlers): void;
}

const api: WindowApi = { ...engineApi, ...shellApi };

function isCall(name: string): name is keyof WindowApi {
  return Object.hasOwn(api, name);
}

/** Answers with `handlers`; a call without one fails as `not-found`, as it would with an engine that lacks it. */
export function fakeEngine(handlers: Handlers): FakeEngine {
  const listeners = new Set<(frame: FromEngineFrame) => void>();
  const asked: Asked[] = [];
  let current: Handlers = handlers;

  function send(frame: unknown): void {
    for (const listener of [...listeners]) listener(frame as FromEngineFrame);
  }

  async function answer(name: keyof WindowApi, params: unknown): Promise<unknown> {
    const handler = current[name] as ((params: unknown) => unknown) | undefined;
    if (handler === undefined) throw new PlumblineError('not-found', `The fake engine does not answer ${name}.`);
    const entry = api[name];
    const parsed: unknown = entry.params.parse(params);
    const result = await handler(parsed);
    return (entry.mode === 'job' ? jobStarted : entry.result).parse(result);
  }

  return {
    asked,
    send,
    bridge: {
      post({ id, name, params }) {
        if (!isCall(name)) {
          send({ type: 'error', id, ok: false, error: toWire(new PlumblineError('bad-request', `No call ${name}`)) });
          return;
        }
        // What crosses a process border is cloned; a value that cannot be (a proxy) fails here as it would there.
        const cloned: unknown = structuredClone(params);
        asked.push({ name, params: cloned });
        answer(name, cloned).then(
          (result) => send({ type: 'reply', id, ok: true, result }),
          (error: unknown) => send({ type: 'error', id, ok: false, error: toWire(error) }),
        );
      },
      subscribe(listener) {
        listeners.add(listener);
        return () => void listeners.delete(listener);
      },
    },
    push: (name, payload) => send({ type: 'event', name, payload: events[name].parse(payload) }),
    handle: (more) => {
      current = { ...current, ...more };
    },
  };
}
