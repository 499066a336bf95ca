/**
 * An engine in memory behind the contract's own server: the same frames, parameters and results parsed by the same
 * schemas.
 */
import { events, windowApi } from '../../../../src/contract/api';
import type { EventName, Handlers as AllHandlers, WindowApi } from '../../../../src/contract/api';
import type { z } from 'zod';
import type { WindowBridge } from '../../../../src/contract/bridge';
import { PlumblineError } from '../../../../src/contract/errors';
import type { FromEngineFrame, RequestFrame } from '../../../../src/contract/frames';
import { createServer } from '../../../../src/contract/rpc/server';

export type Handlers = Partial<AllHandlers<WindowApi>>;

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

/** Answers with `handlers`; a call without one fails as `not-found`, as it would with an engine that lacks it. */
export function fakeEngine(handlers: Handlers): FakeEngine {
  const listeners = new Set<(frame: FromEngineFrame) => void>();
  const asked: Asked[] = [];
  let current: Handlers = handlers;
  let receive: (frame: unknown) => void = () => undefined;

  function send(frame: unknown): void {
    for (const listener of [...listeners]) listener(frame as FromEngineFrame);
  }

  const handle = (name: keyof WindowApi) => [
    name,
    (params: unknown): unknown => {
      const handler = current[name] as ((params: unknown) => unknown) | undefined;
      if (handler === undefined) throw new PlumblineError('not-found', `The fake engine does not answer ${name}.`);
      return handler(params);
    },
  ];
  createServer(
    { post: send, listen: (listener) => void (receive = listener), whenClosed: () => undefined },
    {
      api: windowApi,
      handlers: Object.fromEntries(
        (Object.keys(windowApi) as (keyof WindowApi)[]).map(handle),
      ) as AllHandlers<WindowApi>,
      callers: 'window',
      onDropped: (reason, { problem }) => {
        throw new Error(`The window sent a frame that does not fit (${reason}): ${problem ?? ''}`);
      },
    },
  );

  return {
    asked,
    send,
    bridge: {
      post(frame) {
        // What crosses a process border is cloned; a value that cannot be (a proxy) fails here as it would there.
        const cloned: RequestFrame = structuredClone(frame);
        asked.push({ name: cloned.name as keyof WindowApi, params: cloned.params });
        queueMicrotask(() => receive(cloned));
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
