/**
 * The other side of a client, the same for every port. A plain function that uses nothing outside itself, so that its
 * source text can also run in a child process.
 * @returns a function that receives the client's frames
 */
export function peer(post: (frame: unknown) => void): (frame: unknown) => void {
  const DATASET = '0123456789abcdef';
  const waiting: { id: number; params: unknown }[] = [];
  const reply = (id: number, result: unknown) => post({ type: 'reply', id, ok: true, result });
  const fail = (id: number, code: string, message: string) =>
    post({ type: 'error', id, ok: false, error: { code, message, details: { part: 7 }, causes: ['deep'] } });
  const job = (steps: number, state: string, more: object) =>
    post({
      type: 'event',
      name: 'job',
      payload: {
        job: `aaaaaaa${steps}`,
        kind: 'training-check',
        dataset: DATASET,
        state,
        progress: null,
        error: null,
        startedAt: 1,
        endedAt: null,
        result: null,
        ...more,
      },
    });
  const train = (id: number, steps: number) => {
    const started = () => reply(id, { job: `aaaaaaa${steps}` });
    const done = () => job(steps, 'done', { result: { firstLoss: 2, lastLoss: 1 } });
    // The end of the job arrives before the answer that names the job.
    if (steps === 1) done();
    started();
    if (steps === 2) {
      job(steps, 'running', { progress: { stage: 'train', done: 1, total: 2, rate: null, eta: null } });
      job(9, 'done', { result: { firstLoss: 9, lastLoss: 9 } });
      done();
    }
    if (steps === 3)
      job(steps, 'failed', { error: { code: 'out-of-memory', message: 'No memory.', details: {}, causes: [] } });
    if (steps === 4) job(steps, 'cancelled', {});
    if (steps === 5) job(steps, 'interrupted', {});
    if (steps === 6) job(steps, 'done', { result: { firstLoss: 'low' } });
  };

  post({ type: 'hello', version: 1, pid: 1 });
  return (frame) => {
    const { id, name, params, untrusted } = frame as {
      id: number;
      name: string;
      params: { steps: number };
      untrusted?: boolean;
    };
    switch (name) {
      case 'dataset.reopen':
        // Two calls are answered in reverse order.
        waiting.push({ id, params });
        if (waiting.length === 2) for (const call of waiting.splice(0).reverse()) reply(call.id, call.params);
        return;
      case 'images.thumbnail':
        reply(id, { data: new Uint8Array([1, 2, 255]), type: 'image/webp' });
        return;
      case 'dataset.forget':
        fail(id, 'folder-vanished', 'Gone.');
        return;
      case 'dataset.open':
        fail(id, untrusted === true ? 'forbidden' : 'no-permission', 'No.');
        return;
      case 'dataset.summary':
        reply(id, { images: 'many' });
        return;
      case 'findings.unmute':
        post({ type: 'event', name: 'dataset-changed', payload: { dataset: DATASET, revision: 4 } });
        post({ type: 'event', name: 'dataset-changed', payload: { dataset: DATASET, revision: 'new' } });
        post({ type: 'event', name: 'of-a-later-version', payload: {} });
        post({ nonsense: true });
        reply(-1, {});
        reply(id, {});
        return;
      case 'jobs.trainingCheck':
        train(id, params.steps);
        return;
      default:
      // Every other call gets no answer.
    }
  };
}
