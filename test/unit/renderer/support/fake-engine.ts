/**
 * An engine in memory behind the contract's own server: it uses the same frames, and the same schemas parse parameters
 * and results.
 */
import { events, windowApi } from '../../../../src/contract/api';
import type { EventName, Handlers as AllHandlers, WindowApi } from '../../../../src/contract/api';
import type { z } from 'zod';
import { IMAGE_SCHEME, type WindowBridge } from '../../../../src/contract/bridge';
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
  /** All requests, oldest first. */
  readonly asked: Asked[];
  /** Sends an event to the window after parsing its payload. */
  push<E extends EventName>(name: E, payload: z.input<(typeof events)[E]>): void;
  /** Sends a raw frame. */
  send(frame: unknown): void;
  /** Replaces handlers for later calls. */
  handle(handlers: Handlers): void;
}

/** Answers with `handlers`. A call without a handler fails with `not-found`, as in an engine that lacks it. */
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
      images: `${IMAGE_SCHEME}://`,
      powers: ['file-manager', 'drag-out', 'drop'],
      post(frame) {
        // Values are cloned at a process boundary. A value that cannot be cloned (a proxy) fails here as it would
        // there.
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
