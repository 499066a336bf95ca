/** From a window's request to its reply: what a window may ask, of whom. */
import { shellApi, engineApi, type Answer, type Params, type ShellApi } from '../contract/api';
import { PlumblineError, toWire } from '../contract/errors';
import type { FromEngineFrame, RequestFrame } from '../contract/frames';
import { isEngineCall } from './engine-process';
import type { EngineProcess } from './engine-process';

export type ShellCalls = {
  readonly [K in keyof ShellApi]: (params: Params<ShellApi, K>) => Promise<Answer<ShellApi, K>>;
};

function isShellCall(name: string): name is keyof ShellApi {
  return Object.hasOwn(shellApi, name);
}

async function perform(
  name: string,
  params: unknown,
  engine: Pick<EngineProcess, 'request'>,
  shell: ShellCalls,
): Promise<unknown> {
  const entry = isShellCall(name) ? shellApi[name] : isEngineCall(name) ? engineApi[name] : null;
  if (entry === null) throw new PlumblineError('not-found', `There is no call ${name}.`);
  if (entry.trusted) throw new PlumblineError('forbidden', `A window may not call ${name}.`);
  const parsed = entry.params.safeParse(params);
  if (!parsed.success)
    throw new PlumblineError('bad-request', `The parameters of ${name} are not in the agreed form.`, {
      cause: parsed.error,
    });
  // Marked as a window's: what takes a path is refused by the engine too, should it ever pass here.
  if (!isShellCall(name)) return engine.request(name as Parameters<EngineProcess['request']>[0], parsed.data, true);
  // The name picks schema and function, so they fit each other: TypeScript cannot follow that through a union.
  const handler = shell[name] as (params: unknown) => Promise<unknown>;
  return shellApi[name].result.parse(await handler(parsed.data));
}

/** Never rejects: what goes wrong is the reply. */
export async function answerWindow(
  frame: RequestFrame,
  engine: Pick<EngineProcess, 'request'>,
  shell: ShellCalls,
): Promise<FromEngineFrame> {
  try {
    return { type: 'reply', id: frame.id, ok: true, result: await perform(frame.name, frame.params, engine, shell) };
  } catch (error) {
    return { type: 'error', id: frame.id, ok: false, error: toWire(error) };
  }
}
