/** The server of the engine, and of the shell for a window. Runs in the same environments as the client. */
import { events, jobStarted, type AnyApi, type EventName, type EventPayload, type Handlers } from '../api';
import { PlumblineError, toWire } from '../errors';
import {
  PROTOCOL_VERSION,
  requestFrameSchema,
  toEngineFrameSchema,
  type FromEngineFrame,
  type ToEngineFrame,
} from '../frames';
import type { OnDropped, Port } from './port';

export interface ServerOptions<A extends AnyApi> {
  readonly api: A;
  readonly handlers: Handlers<A>;
  /**
   * Who is on the other side. `shell`: the app itself or a command. It marks the requests that it forwards for a
   * window, and may send `drain`. `window`: a page. Every call that takes a path is refused, even if its frame claims
   * to be trusted.
   */
  readonly callers: 'shell' | 'window';
  readonly onDropped: OnDropped;
  /** Called when the other side asked to drain. */
  readonly onDrain?: () => void;
  /** Turns what a handler threw into the error that the caller gets. */
  readonly explain?: (error: unknown, params: unknown) => unknown;
}

export interface Server {
  /**
   * Sends the hello. Must be called before anything else is sent.
   * @param pid id of this process
   */
  greet(pid: number): void;
  /** @throws ZodError for a payload that does not fit the contract */
  emit<E extends EventName>(name: E, payload: EventPayload<E>): void;
  /** From now on, every call is answered with this error. */
  refuse(error: PlumblineError): void;
}

/**
 * Frame → parse → handler → parse → frame, for one API.
 * @throws PlumblineError not-found, forbidden, bad-request, internal for a result that does not fit the contract; any
 * error of the handler
 */
async function answer<A extends AnyApi>(
  { api, handlers }: ServerOptions<A>,
  name: string,
  params: unknown,
  untrusted: boolean,
): Promise<unknown> {
  const details = { name };
  const entry = Object.hasOwn(api, name) ? api[name] : undefined;
  if (entry === undefined) throw new PlumblineError('not-found', `There is no call ${name}.`, { details });
  if (entry.trusted && untrusted) throw new PlumblineError('forbidden', `A window may not call ${name}.`, { details });
  const parsed = entry.params.safeParse(params);
  if (!parsed.success)
    throw new PlumblineError('bad-request', `The parameters of ${name} are not in the agreed form.`, {
      details,
      cause: parsed.error,
    });
  // The name selects schema and handler, so they fit each other. TypeScript cannot follow this through a union.
  const handler = handlers[name] as (params: unknown) => unknown;
  const result = (entry.mode === 'job' ? jobStarted : entry.result).safeParse(await handler(parsed.data));
  if (!result.success)
    throw new PlumblineError('internal', `The answer to ${name} is not in the agreed form.`, {
      details,
      cause: result.error,
    });
  return result.data;
}

/** Answers the calls that arrive on `port`. Every request gets exactly one answer; an error is also an answer. */
export function createServer<A extends AnyApi>(port: Port, options: ServerOptions<A>): Server {
  const { callers, onDropped, onDrain, explain = (error: unknown) => error } = options;
  const schema = callers === 'shell' ? toEngineFrameSchema : requestFrameSchema;
  const post = (frame: FromEngineFrame): void => port.post(frame);
  let refusal: PlumblineError | null = null;

  port.listen((message) => {
    const frame: { success: boolean; data?: ToEngineFrame; error?: Error } = schema.safeParse(message);
    // A frame that cannot be parsed has no id to answer to.
    if (frame.data === undefined) {
      onDropped('malformed-frame', { problem: frame.error?.message ?? '' });
      return;
    }
    if (frame.data.type === 'drain') {
      onDrain?.();
      return;
    }
    const { id, name, params, untrusted = false } = frame.data;
    const result =
      refusal === null ? answer(options, name, params, untrusted || callers === 'window') : Promise.reject(refusal);
    result.then(
      (value) => post({ type: 'reply', id, ok: true, result: value }),
      (error: unknown) => post({ type: 'error', id, ok: false, error: toWire(explain(error, params)) }),
    );
  });

  return {
    greet: (pid) => post({ type: 'hello', version: PROTOCOL_VERSION, pid }),
    emit: (name, payload) => post({ type: 'event', name, payload: events[name].parse(payload) }),
    refuse: (error) => {
      refusal = error;
    },
  };
}
