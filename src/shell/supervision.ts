/** The engine of a shell with all that keeps it going: jobs are resumed after a crash, and folders are opened in it. */
import type { Announcement } from '../contract/api';
import { PlumblineError, toWire, type WireError } from '../contract/errors';
import { EngineProcess, type EngineOptions } from './engine-process';
import { Opening } from './opening';
import { Resumption } from './resumption';

export interface SupervisedEngine {
  readonly engine: EngineProcess;
  readonly opening: Opening;
  /** Why the engine could not be started; null while it runs or starts. */
  readonly lost: () => WireError | null;
}

/** @param options `announce` also gets the events of openings, and a notice when the engine cannot be started again */
export function superviseEngine(options: EngineOptions): SupervisedEngine {
  const { announce } = options;
  const resumption = new Resumption();
  let lost: WireError | null = null;

  function hear(event: Announcement): void {
    announce(event);
    if (event.name === 'job') {
      resumption.watch(event.payload);
      opening.heard(event.payload);
    }
    if (event.name !== 'engine') return;
    const { state, message } = event.payload;
    lost = state === 'down' ? toWire(new PlumblineError('engine-exited', message)) : null;
    if (lost !== null) announce({ name: 'notice', payload: { error: lost } });
    if (state === 'restarted') {
      for (const { job, dataset } of resumption.take())
        void opening.unasked(engine.call('jobs.resume', { job, dataset }));
    }
  }

  const engine = new EngineProcess({ ...options, announce: hear });
  const opening = new Opening(engine, hear);
  return { engine, opening, lost: () => lost };
}
